import { aggregateStore, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { Voting } from '../domain/voting.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

const VOTING: mongoose.SchemaDefinition = {
  status: String,
  announcement: {
    type: part({
      oktmo: String,
      timeZone: String,
      budget: BigInt,
      rule: Mixed,
      ruleHash: String,
      eligibility: { type: part({ minAge: Number, ageOn: String, residence: String }), default: null },
      resultsVisibility: String,
      advisory: Boolean,
      graceSeconds: Number,
    }),
    default: null,
  },
  window: { type: part({ opensAt: Date, closesAt: Date }), default: null },
  windowSequence: Number,
  ballot: {
    type: [
      part({
        applicationId: String,
        number: String,
        title: String,
        cost: BigInt,
        category: String,
        territory: String,
        submittedAt: Date,
        cofinancing: String,
        groups: { type: [String], default: undefined },
        divisions: { type: [String], default: undefined },
        barredBy: { type: [String], default: undefined },
      }),
    ],
    default: null,
  },
  expertScores: [part({ applicationId: String, score: String })],
  rankingVersion: Number,
  resultVersion: Number,
  redeterminations: [
    part({
      reason: String,
      withdrawn: [String],
      budget: BigInt,
      decision: [String],
      lotSeed: String,
      excluded: { type: [String], default: undefined },
    }),
  ],
  withdrawn: { type: [String], default: undefined },
  recountDue: Boolean,
  undecided: [[String]],
};

export const votingStore = (connection: mongoose.Connection): AggregateStore<Voting> =>
  aggregateStore<Voting>(connection, {
    collection: 'votings',
    fields: VOTING,
    // What the clock has to look at; the voting of a project.
    indexes: [[{ status: 1 }], [{ 'ballot.applicationId': 1 }]],
  });
