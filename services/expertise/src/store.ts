import { aggregateStore, projectionStore, type Aggregate, type AggregateStore, type ProjectionStore } from '@veche/kit';
import type { Criterion } from '@veche/kit/domain/criterion';
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
}

/** What contests told of an application that was admitted. */
export interface ApplicationFacts {
  contestId: string;
  number: string;
  totalCost: bigint;
  funding: readonly { source: string; amount: bigint }[];
  beneficiaries: number;
  population: number;
  memberIds: readonly string[];
  /** False once it was withdrawn or refused. */
  admitted: boolean;
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
    contests: projectionStore<ContestFacts>(connection, {
      collection: 'contest_facts',
      fields: { oktmo: String, criteria: Mixed },
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
        memberIds: [String],
        admitted: Boolean,
      },
      indexes: [[{ contestId: 1, admitted: 1 }]], // the cohort of a contest
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

/** Admitted applications of a contest with their sheets; those of a past instant only as far as they stood then. */
export async function candidatesOf(stores: Stores, contestId: string, until?: Date): Promise<Candidate[]> {
  const [applications, sheets] = await Promise.all([admittedOf(stores, contestId), sheetsOf(stores, contestId)]);
  const then = sheets.filter(({ updatedAt }) => !until || updatedAt <= until);
  const byApplication = Map.groupBy(then, ({ state }) => state.applicationId);
  return applications.map(({ id, number, ...facts }) => ({
    applicationId: id,
    number,
    facts,
    sheets: (byApplication.get(id) ?? []).map(({ state }) => state),
  }));
}
