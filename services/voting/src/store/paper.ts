import { aggregateStore, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { PaperBatch } from '../domain/paper-batch.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

const PAPER_BATCH: mongoose.SchemaDefinition = {
  contestId: String,
  kind: String,
  oktmo: String,
  place: String,
  document: part({ number: String, date: String, sha256: String }),
  sheets: Number,
  spoiled: Number,
  vouched: Boolean,
  status: String,
  ballots: [part({ number: Number, entries: [part({ by: String, tag: String, choices: Mixed })], outcome: String })],
  signatures: [part({ by: String, at: Date })],
};

export const paperBatchStore = (connection: mongoose.Connection): AggregateStore<PaperBatch> =>
  aggregateStore<PaperBatch>(connection, {
    collection: 'paper_batches',
    fields: PAPER_BATCH,
    // Those of a contest; those that the desk has to end.
    indexes: [[{ contestId: 1 }], [{ status: 1 }]],
  });
