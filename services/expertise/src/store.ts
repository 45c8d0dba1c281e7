import { aggregateStore, projectionStore, type Aggregate, type AggregateStore, type ProjectionStore } from '@veche/kit';
import type { Criterion, Scoring } from '@veche/kit/domain/criterion';
import type { Answer, AnswerType } from '@veche/kit/domain/scoring/facts';
import mongoose from 'mongoose';
import type { Panel } from './domain/panel.ts';
import type { Expert } from './domain/pool.ts';
import type { Candidate, Ranking } from './domain/ranking.ts';
import type { ScoreSheet } from './domain/sheet.ts';
import type { StageWindow } from './domain/stage.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

/** What contests told of a contest. */
export interface ContestFacts {
  oktmo: string;
  criteria: readonly Criterion[];
  scoring: Scoring;
  /** Fields of the form that the formulas read. */
  answers: readonly AnswerType[];
}

/** What contests told of an application that was admitted. */
export interface ApplicationFacts {
  contestId: string;
  number: string;
  totalCost: bigint;
  funding: readonly { source: string; amount: bigint }[];
  beneficiaries: number;
  population: number;
  category: string;
  oktmo: string;
  submittedAt: Date | null;
  answers: readonly Answer[];
  memberIds: readonly string[];
  /** False once it was withdrawn or refused. */
  admitted: boolean;
}

/** What the residents voted, by application; the id is the contest. */
export interface VoteFacts {
  lines: readonly { applicationId: string; for: bigint; against: bigint }[];
}

export interface Stores {
  experts: AggregateStore<Expert>;
  panels: AggregateStore<Panel>;
  sheets: AggregateStore<ScoreSheet>;
  rankings: AggregateStore<Ranking>;
  contests: ProjectionStore<ContestFacts>;
  /** Apart from the contests because reschedules have their own event. */
  windows: ProjectionStore<StageWindow>;
  applications: ProjectionStore<ApplicationFacts>;
  votes: ProjectionStore<VoteFacts>;
}

export function makeStores(connection: mongoose.Connection): Stores {
  return {
    experts: aggregateStore<Expert>(connection, {
      collection: 'experts',
      fields: { competences: [String] },
      indexes: [[{ createdAt: 1 }]], // the pool in the order of joining
    }),
    panels: aggregateStore<Panel>(connection, { collection: 'panels', fields: { expertIds: [String] } }),
    sheets: aggregateStore<ScoreSheet>(connection, {
      collection: 'sheets',
      fields: {
        contestId: String,
        applicationId: String,
        expertId: String,
        status: String,
        marks: [part({ criterion: String, points: Number, comment: String })],
        hash: String,
        conflictReason: String,
      },
      indexes: [
        [{ applicationId: 1, expertId: 1 }, { unique: true }], // one sheet for an expert and an application
        [{ contestId: 1, _id: 1 }], // all of a contest
        [{ expertId: 1, createdAt: -1 }], // of an expert
      ],
    }),
    rankings: aggregateStore<Ranking>(connection, {
      collection: 'rankings',
      fields: { edition: Number, determinedAt: Date, lines: Mixed },
      indexes: [[{ 'lines.applicationId': 1 }]], // the ranking in which an application stands
    }),
    ...projections(connection),
  };
}

/** What other services told. */
function projections(connection: mongoose.Connection) {
  return {
    contests: projectionStore<ContestFacts>(connection, {
      collection: 'contest_facts',
      fields: { oktmo: String, criteria: Mixed, scoring: Mixed, answers: Mixed },
    }),
    windows: projectionStore<StageWindow>(connection, {
      collection: 'stage_windows',
      fields: { opensAt: Date, closesAt: Date },
    }),
    applications: projectionStore<ApplicationFacts>(connection, {
      collection: 'application_facts',
      fields: {
        contestId: String,
        number: String,
        totalCost: BigInt,
        funding: [part({ source: String, amount: BigInt })],
        beneficiaries: Number,
        population: Number,
        category: String,
        oktmo: String,
        submittedAt: Date,
        answers: Mixed,
        memberIds: [String],
        admitted: Boolean,
      },
      indexes: [[{ contestId: 1, admitted: 1 }]], // the cohort of a contest
    }),
    votes: projectionStore<VoteFacts>(connection, {
      collection: 'vote_facts',
      fields: { lines: [part({ applicationId: String, for: BigInt, against: BigInt })] },
    }),
  };
}

export type StoredApplication = ApplicationFacts & { id: string };

/** Admitted applications of a contest by number. */
export async function admittedOf({ applications }: Stores, contestId: string): Promise<StoredApplication[]> {
  const found: StoredApplication[] = await applications.find({ contestId, admitted: true });
  return found.toSorted((a, b) => a.number.localeCompare(b.number, 'ru', { numeric: true }));
}

export const sheetsOf = ({ sheets }: Stores, contestId: string): Promise<Aggregate<ScoreSheet>[]> =>
  sheets.find({ contestId }, { sort: { _id: 1 } });

/** Admitted applications of a contest with their sheets and votes; sheets of a past instant only as far as they stood then. */
export async function candidatesOf(stores: Stores, contestId: string, until?: Date): Promise<Candidate[]> {
  const [applications, sheets, votes] = await Promise.all([
    admittedOf(stores, contestId),
    sheetsOf(stores, contestId),
    stores.votes.get(contestId),
  ]);
  const then = sheets.filter(({ updatedAt }) => !until || updatedAt <= until);
  const byApplication = Map.groupBy(then, ({ state }) => state.applicationId);
  const voted = new Map((votes?.lines ?? []).map((line) => [line.applicationId, line]));
  return applications.map((application) => ({
    applicationId: application.id,
    number: application.number,
    facts: { ...factsOf(application), votes: voted.get(application.id) ?? null },
    sheets: (byApplication.get(application.id) ?? []).map(({ state }) => state),
  }));
}

// Projections from before there were formulas lack what these read.
const factsOf = ({ totalCost, funding, beneficiaries, population, ...rest }: StoredApplication) => ({
  totalCost,
  funding,
  beneficiaries,
  population,
  category: rest.category ?? '',
  oktmo: rest.oktmo ?? '',
  submittedAt: rest.submittedAt ?? null,
  answers: rest.answers ?? [],
});
