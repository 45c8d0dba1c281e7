import { projectionStore } from '@veche/kit';
import type { Criterion, Scoring } from '@veche/kit/domain/criterion';
import type { Division } from '@veche/kit/domain/division';
import type { Answer, AnswerType } from '@veche/kit/domain/scoring/facts';
import mongoose from 'mongoose';
import type { StageWindow } from '../domain/stage.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

const DIVISION = part({
  code: String,
  kind: String,
  title: String,
  budget: BigInt,
  winnersLimit: Number,
  passingScore: String,
});

const APPLICATION: mongoose.SchemaDefinition = {
  contestId: String,
  number: String,
  title: String,
  totalCost: BigInt,
  funding: [part({ source: String, amount: BigInt })],
  beneficiaries: Number,
  population: Number,
  category: String,
  oktmo: String,
  submittedAt: Date,
  answers: Mixed,
  memberIds: [String],
  organisationInns: [String],
  divisions: [String],
  cost: BigInt,
  admitted: Boolean,
};

/** What contests told of a contest. */
export interface ContestFacts {
  title: string;
  oktmo: string;
  timeZone: string;
  criteria: readonly Criterion[];
  scoring: Scoring;
  /** Fields of the form that the formulas read. */
  answers: readonly AnswerType[];
  /** Kopecks. Like the next, absent in what was told before groups and nominations bound the winners. */
  budget?: bigint;
  divisions?: readonly Division[];
}

/** What contests told of an application that was admitted. */
export interface ApplicationFacts {
  contestId: string;
  number: string;
  title: string;
  totalCost: bigint;
  funding: readonly { source: string; amount: bigint }[];
  beneficiaries: number;
  population: number;
  category: string;
  oktmo: string;
  submittedAt: Date | null;
  answers: readonly Answer[];
  memberIds: readonly string[];
  /** ИНН of the organisations that the application names. */
  organisationInns: readonly string[];
  /** Codes of its group of applicants and its nomination. Like the next, absent in what was told before. */
  divisions?: readonly string[];
  /** What it takes from the contest's budget, kopecks. */
  cost?: bigint;
  /** False once it was withdrawn or refused. */
  admitted: boolean;
}

/** What the residents voted, by application; the id is the contest. */
export interface VoteFacts {
  lines: readonly { applicationId: string; for: bigint; against: bigint }[];
}

/** What residents gave of their virtual capital, counted for one end of the stage; the id is the contest. */
export interface CapitalFacts {
  closesAt: Date;
  lines: readonly { applicationId: string; points: bigint; supporters: number }[];
}

/** Minutes of a final meeting of residents; the id is the meeting. */
export interface MinutesFacts {
  contestId: string;
  startsAt: Date;
  present: number;
  signatures: number;
  questions: readonly { applicationId: string; votesFor: number; against: number; abstained: number }[];
}

/** What other services told. */
export function projections(connection: mongoose.Connection) {
  return {
    contests: projectionStore<ContestFacts>(connection, {
      collection: 'contest_facts',
      fields: {
        title: String,
        oktmo: String,
        timeZone: String,
        criteria: Mixed,
        scoring: Mixed,
        answers: Mixed,
        budget: BigInt,
        divisions: [DIVISION],
      },
    }),
    windows: projectionStore<StageWindow>(connection, {
      collection: 'stage_windows',
      fields: { opensAt: Date, closesAt: Date },
    }),
    juryWindows: projectionStore<StageWindow>(connection, {
      collection: 'jury_windows',
      fields: { opensAt: Date, closesAt: Date },
    }),
    applications: projectionStore<ApplicationFacts>(connection, {
      collection: 'application_facts',
      fields: APPLICATION,
      indexes: [[{ contestId: 1, admitted: 1 }]], // the cohort of a contest
    }),
    minutes: projectionStore<MinutesFacts>(connection, {
      collection: 'minutes_facts',
      fields: {
        contestId: String,
        startsAt: Date,
        present: Number,
        signatures: Number,
        questions: [part({ applicationId: String, votesFor: Number, against: Number, abstained: Number })],
      },
      indexes: [[{ contestId: 1, startsAt: 1 }]],
    }),
    capital: projectionStore<CapitalFacts>(connection, {
      collection: 'capital_facts',
      fields: { closesAt: Date, lines: [part({ applicationId: String, points: BigInt, supporters: Number })] },
    }),
    votes: projectionStore<VoteFacts>(connection, {
      collection: 'vote_facts',
      fields: { lines: [part({ applicationId: String, for: BigInt, against: BigInt })] },
    }),
  };
}
