import { aggregateStore, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { SheetSignature } from '../domain/signature.ts';

/** One signature for a sheet, under the sheet's id. */
export const makeSignatures = (connection: mongoose.Connection): AggregateStore<SheetSignature> =>
  aggregateStore<SheetSignature>(connection, {
    collection: 'signatures',
    fields: {
      contestId: String,
      applicationId: String,
      expertId: String,
      kind: String,
      sheetHash: String,
      signedAt: Date,
      cms: String,
      verdict: mongoose.Schema.Types.Mixed,
    },
    indexes: [[{ contestId: 1, _id: 1 }]], // all of a contest
  });
