import { aggregateStore, type Aggregate, type AggregateStore, type Connection, type ConnectionArgs } from '@veche/kit';
import { prefixOf } from '@veche/kit/domain/oktmo';
import mongoose from 'mongoose';
import type { Application, ApplicationStatus } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import type { InitiativeGroup } from './domain/group.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

export interface Stores {
  contests: AggregateStore<Contest>;
  groups: AggregateStore<InitiativeGroup>;
  applications: AggregateStore<Application>;
  numbers: Numbers;
}

const CONTEST: mongoose.SchemaDefinition = {
  status: String,
  template: String,
  title: String,
  oktmo: String,
  timeZone: String,
  budget: BigInt,
  maxPerProject: BigInt,
  groupMinimum: Number,
  legalBasis: [part({ title: String, number: String, date: String, article: String })],
  stages: [part({ type: { type: String }, opensLocal: String, closesLocal: String, opensAt: Date, closesAt: Date })],
  form: Mixed,
  criteria: Mixed,
  votingRule: Mixed,
  eligibility: part({ minAge: Number, ageOn: String, residence: String }),
  resultsVisibility: String,
  graceSeconds: Number,
  passportHash: String,
  publishedAt: Date,
  amendments: [part({ at: Date, reason: String, passportHash: String })],
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
      }),
    ],
    default: null,
  },
  announced: [String],
  resultVersion: Number,
};

const APPLICATION: mongoose.SchemaDefinition = {
  contestId: String,
  groupId: String,
  status: String,
  content: part({
    title: String,
    oktmo: String,
    category: String,
    totalCost: BigInt,
    funding: [part({ source: String, amount: BigInt })],
    beneficiaries: Number,
    population: Number,
    answers: Mixed,
  }),
  number: String,
  revision: Number,
  submittedAt: Date,
  remarks: [part({ field: String, text: String })],
  answerBy: Date,
  refusal: part({ ground: String, reason: String }),
  history: [part({ at: Date, state: String, revision: Number })],
  imported: Boolean,
};

export function makeStores(connection: mongoose.Connection): Stores {
  return {
    contests: aggregateStore<Contest>(connection, {
      collection: 'contests',
      fields: CONTEST,
      indexes: [
        [{ status: 1, createdAt: -1, _id: -1 }], // the public list, and the clock's list of published ones
        [{ oktmo: 1, createdAt: -1, _id: -1 }], // of a territory: a range of codes
      ],
    }),
    groups: aggregateStore<InitiativeGroup>(connection, {
      collection: 'groups',
      fields: { contestId: String, name: String, leadId: String, memberIds: [String], invitationCode: String },
      indexes: [[{ memberIds: 1 }]], // groups of a person
    }),
    applications: aggregateStore<Application>(connection, {
      collection: 'applications',
      fields: APPLICATION,
      indexes: [
        [
          { contestId: 1, number: 1 },
          { unique: true, partialFilterExpression: { number: { $type: 'string' } } },
        ],
        [{ contestId: 1, status: 1, submittedAt: 1, _id: 1 }], // lists and counts by state
        [{ groupId: 1, createdAt: -1, _id: -1 }], // of a person's groups
      ],
    }),
    numbers: numbers(connection),
  };
}

export interface Numbers {
  /** The next number of an application within its contest. */
  next(contestId: string): Promise<string>;
}

function numbers(connection: mongoose.Connection): Numbers {
  const schema = new mongoose.Schema({ _id: String, last: Number }, { versionKey: false });
  const model = connection.model('numbers', schema, 'numbers');
  return {
    async next(contestId) {
      const counter = await model
        .findOneAndUpdate({ _id: contestId }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' })
        .lean();
      return String(counter!.last);
    },
  };
}

export interface ContestFilter {
  oktmo?: string | null;
  states?: readonly Contest['status'][] | null;
}

/** Contests newest first; drafts only inside the territories given. */
export function pageOfContests(
  contests: AggregateStore<Contest>,
  { oktmo, states }: ContestFilter,
  territories: readonly string[],
  args: ConnectionArgs,
): Promise<Connection<Aggregate<Contest>>> {
  const drafts = territories.map((scope) => ({ oktmo: within(scope) }));
  const visible = { $or: [{ status: { $in: ['PUBLISHED', 'DECIDED'] } }, ...drafts] };
  const filter = {
    ...visible,
    ...(oktmo ? { oktmo: within(oktmo) } : {}),
    ...(states?.length ? { status: { $in: [...states] } } : {}),
  };
  return contests.page(filter, { createdAt: -1, _id: -1 }, args);
}

// Codes are digits, and ':' is the character after '9': a prefix is a range of the index.
const within = (scope: string) => ({ $gte: prefixOf(scope), $lt: `${prefixOf(scope)}:` });

/** Numbers of applications of a contest by state. */
export async function countByStatus(
  { model }: AggregateStore<Application>,
  contestId: string,
): Promise<{ status: ApplicationStatus; count: number }[]> {
  const rows: { _id: ApplicationStatus; count: number | bigint }[] = await model.aggregate([
    { $match: { contestId } },
    { $group: { _id: '$status', count: { $sum: 1 } } },
    { $sort: { _id: 1 } },
  ]);
  return rows.map(({ _id, count }) => ({ status: _id, count: Number(count) }));
}

/** All applications of a contest in some states, in the order of submission; at most as many as a ballot can hold. */
export const inOrder = (
  applications: AggregateStore<Application>,
  contestId: string,
  statuses: readonly ApplicationStatus[],
) => applications.find({ contestId, status: { $in: [...statuses] } }, { sort: { submittedAt: 1, _id: 1 } });
