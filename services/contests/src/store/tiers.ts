import { aggregateStore, type Aggregate, type AggregateStore } from '@veche/kit';
import { scopesOver } from '@veche/kit/domain/oktmo';
import mongoose from 'mongoose';
import type { Application } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import { feeds } from '../domain/tier/link.ts';
import type { HeadSignature, MunicipalityHead } from '../domain/tier/head.ts';
import type { TierPlaces } from '../domain/tier/places.ts';

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

/** Places of contests of a second tier, under the contest's id. */
export const tierPlaces = (connection: mongoose.Connection): AggregateStore<TierPlaces> =>
  aggregateStore<TierPlaces>(connection, {
    collection: 'tier_places',
    fields: {
      taken: [part({ sourceId: String, contestId: String, oktmo: String })],
      stopped: [part({ sourceId: String, code: String, params: mongoose.Schema.Types.Mixed, at: Date })],
    },
  });

/** Who signs for municipalities, under their codes, and what they signed, under application and hash. */
export const headStores = (
  connection: mongoose.Connection,
): { heads: AggregateStore<MunicipalityHead>; headSignatures: AggregateStore<HeadSignature> } => ({
  heads: aggregateStore<MunicipalityHead>(connection, {
    collection: 'municipality_heads',
    fields: { terms: [part({ personId: String, act: String, since: Date, noteBy: String })] },
  }),
  headSignatures: aggregateStore<HeadSignature>(connection, {
    collection: 'head_signatures',
    fields: {
      applicationId: String,
      revision: Number,
      hash: String,
      kind: String,
      personId: String,
      signedAt: Date,
      cms: String,
      verdict: mongoose.Schema.Types.Mixed,
    },
    indexes: [[{ applicationId: 1, signedAt: 1 }]], // of an application in their order
  }),
});

export const signatureId = (applicationId: string, hash: string): string => `${applicationId}:${hash}`;

const SECOND_TIERS = 100;
const RUNNING = { $in: ['PUBLISHED', 'DECIDED'] };

/** Published contests that take up projects of a contest. */
export async function contestsAbove(
  contests: AggregateStore<Contest>,
  id: string,
  contest: Contest,
): Promise<Aggregate<Contest>[]> {
  const found = await Promise.all([
    contests.find({ 'tier.contestIds': id, status: RUNNING }, { limit: SECOND_TIERS }),
    contests.find(
      { 'tier.from': 'BELOW', oktmo: { $in: scopesOver(contest.oktmo) }, status: RUNNING },
      { limit: SECOND_TIERS },
    ),
  ]);
  return found.flat().filter(({ state }) => feeds({ id, contest }, state));
}

const RAISED = 100;

/** Applications that came up from one of the applications. */
export const raisedFrom = (
  applications: AggregateStore<Application>,
  sourceIds: readonly string[],
): Promise<Aggregate<Application>[]> =>
  applications.find({ sourceId: { $in: [...sourceIds] } }, { limit: RAISED * sourceIds.length });

const PASSED = 1000;

/** Applications of a contest that are in one of the states, by number. */
export const passedOf = (
  applications: AggregateStore<Application>,
  contestId: string,
  states: readonly Application['status'][],
): Promise<Aggregate<Application>[]> =>
  applications.find({ contestId, status: { $in: [...states] } }, { sort: { sortKey: 1, _id: 1 }, limit: PASSED });
