import { aggregateStore, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import { UNDECIDED } from './domain/application-states.ts';
import type { Application, ApplicationStatus } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import type { InitiativeGroup } from './domain/group.ts';
import type { HeadSignature, MunicipalityHead } from './domain/tier/head.ts';
import type { TierPlaces } from './domain/tier/places.ts';
import { APPLICATION, APPLICATION_INDEXES } from './store/application-fields.ts';
import { makeNumbers, type Numbers } from './store/application-numbers.ts';
import { makePassports, type Passports } from './store/passports.ts';
import { makeTalk, type Talk } from './store/talk.ts';
import { headStores, tierPlaces } from './store/tiers.ts';
import { makeUploads, type Uploads } from './store/uploads.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

export interface Stores {
  contests: AggregateStore<Contest>;
  groups: AggregateStore<InitiativeGroup>;
  applications: AggregateStore<Application>;
  imports: AggregateStore<ImportRecord>;
  batches: AggregateStore<BatchRecord>;
  numbers: Numbers;
  passports: Passports;
  uploads: Uploads;
  talk: Talk;
  tiers: AggregateStore<TierPlaces>;
  heads: AggregateStore<MunicipalityHead>;
  headSignatures: AggregateStore<HeadSignature>;
}

/** The stores of what this service itself decides. */
export const aggregatesOf = ({ contests, groups, applications, imports, batches, ...rest }: Stores) => [
  contests,
  groups,
  applications,
  imports,
  batches,
  rest.tiers,
  rest.heads,
  rest.headSignatures,
  ...Object.values(rest.talk),
];

const CONTEST: mongoose.SchemaDefinition = {
  status: String,
  template: String,
  title: String,
  oktmo: String,
  timeZone: String,
  budget: BigInt,
  maxPerProject: BigInt,
  minOwnShare: String,
  groupMinimum: Number,
  legalBasis: [part({ title: String, number: String, date: String, article: String })],
  level: String,
  practice: String,
  legalRegime: String,
  divisions: [
    part({ code: String, kind: String, title: String, budget: BigInt, passingScore: String, winnersLimit: Number }),
  ],
  tier: Mixed,
  regionalHolidays: [part({ date: String, title: String })],
  stages: [
    part({
      type: { type: String },
      opensLocal: String,
      closesLocal: String,
      opensAt: Date,
      closesAt: Date,
      follows: Boolean,
      term: part({ amount: Number, unit: String }),
    }),
  ],
  form: Mixed,
  uiSchema: Mixed,
  criteria: Mixed,
  scoring: Mixed,
  votingRule: Mixed,
  eligibility: part({ minAge: Number, ageOn: String, residence: String }),
  applicants: part({ minAge: Number, ageOn: String, residence: String }),
  resultsVisibility: String,
  winnersBy: String,
  graceSeconds: Number,
  passportHash: String,
  publishedAt: Date,
  amendments: [part({ at: Date, reason: String, passportHash: String })],
  versions: [
    part({
      version: Number,
      at: Date,
      reason: String,
      passportHash: String,
      signature: String,
      publicKey: String,
    }),
  ],
  ballot: {
    type: [
      part({
        applicationId: String,
        number: String,
        title: String,
        cost: BigInt,
        oktmo: String,
        category: String,
        submittedAt: Date,
        cofinancing: String,
        groups: { type: [String], default: undefined },
        divisions: { type: [String], default: undefined },
        barredBy: { type: [String], default: undefined },
      }),
    ],
    default: null,
  },
  announced: [String],
  nextBoundaryAt: Date,
  resultVersion: Number,
};

export function makeStores(connection: mongoose.Connection): Stores {
  return {
    contests: aggregateStore<Contest>(connection, {
      collection: 'contests',
      fields: CONTEST,
      indexes: [
        [{ status: 1, createdAt: -1, _id: -1 }], // the public list
        [{ nextBoundaryAt: 1 }], // what the clock has reached
        [{ oktmo: 1, createdAt: -1, _id: -1 }], // of a territory: a range of codes
        [{ 'tier.contestIds': 1, status: 1 }], // the second tier of a contest
        [{ 'tier.from': 1, oktmo: 1, status: 1 }], // second tiers over a territory
      ],
    }),
    groups: aggregateStore<InitiativeGroup>(connection, {
      collection: 'groups',
      fields: {
        contestId: String,
        name: String,
        leadId: String,
        memberIds: [String],
        invitationCode: String,
        leadOfferedTo: String,
      },
      indexes: [[{ memberIds: 1 }]], // groups of a person
    }),
    applications: aggregateStore<Application>(connection, {
      collection: 'applications',
      fields: APPLICATION,
      indexes: APPLICATION_INDEXES,
    }),
    imports: aggregateStore<ImportRecord>(connection, {
      collection: 'imports',
      fields: { contestId: String, count: Number },
    }),
    batches: aggregateStore<BatchRecord>(connection, {
      collection: 'batches',
      fields: { action: String, count: Number },
    }),
    numbers: makeNumbers(connection),
    passports: makePassports(connection),
    uploads: makeUploads(connection),
    talk: makeTalk(connection),
    tiers: tierPlaces(connection),
    ...headStores(connection),
  };
}

/** That an import was asked for: it keeps the idempotency key of the whole call. */
export interface ImportRecord {
  contestId: string;
  count: number;
}

/** That a step with many applications was asked for: it keeps the idempotency key of the whole call. */
export interface BatchRecord {
  action: string;
  count: number;
}

/** Numbers of applications by state, of several contests at once. */
export async function countByStatus(
  { model }: AggregateStore<Application>,
  contestIds: readonly string[],
): Promise<{ contestId: string; status: ApplicationStatus; count: number }[]> {
  const rows: { _id: { contestId: string; status: ApplicationStatus }; count: number | bigint }[] =
    await model.aggregate([
      { $match: { contestId: { $in: [...contestIds] } } },
      { $group: { _id: { contestId: '$contestId', status: '$status' }, count: { $sum: 1 } } },
      { $sort: { '_id.contestId': 1, '_id.status': 1 } },
    ]);
  return rows.map(({ _id, count }) => ({ ..._id, count: Number(count) }));
}

/**
 * What the ballot is made of: the admitted applications by number, and how many are undecided. One read of the whole contest by an index
 * that no step moves, so an application that changes its state meanwhile is seen in one of its states and not in none.
 */
export async function ballotMaterial(applications: AggregateStore<Application>, contestId: string) {
  const all = await applications.find({ contestId }, { sort: { sortKey: 1, _id: 1 } });
  return {
    admitted: all.filter(({ state }) => state.status === 'ADMITTED'),
    undecided: all.filter(({ state }) => UNDECIDED.includes(state.status)).length,
  };
}

/** When the outcome reached the first application of a contest; null before. */
export async function decidedSince(applications: AggregateStore<Application>, contestId: string): Promise<Date | null> {
  const decided = { contestId, status: { $in: ['WINNER', 'RESERVE', 'NOT_SELECTED'] } };
  const [first] = await applications.find(decided, { sort: { stateSince: 1 }, limit: 1 });
  return first?.state.stateSince ?? null;
}

/** Territories of those of the ids that are contests. */
export async function territoriesOf(
  { model }: AggregateStore<Contest>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found: { _id: string; oktmo: string }[] = await model.find({ _id: { $in: [...ids] } }, { oktmo: 1 }).lean();
  return new Map(found.map(({ _id, oktmo }) => [_id, oktmo]));
}

/** Contests whose next boundary the clock has reached. */
export const dueContests = (contests: AggregateStore<Contest>, now: Date) =>
  contests.find({ nextBoundaryAt: { $lte: now } }, { sort: { nextBoundaryAt: 1 }, limit: DUE_AT_ONCE });

const DUE_AT_ONCE = 100;

/** Ids of the groups of a person. */
export async function groupIdsOf(groups: AggregateStore<InitiativeGroup>, personId: string): Promise<string[]> {
  const found = await groups.find({ memberIds: personId }, { limit: GROUPS_OF_A_PERSON });
  return found.map(({ id }) => id);
}

const GROUPS_OF_A_PERSON = 500;
