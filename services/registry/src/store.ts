import { aggregateStore, projectionStore, within } from '@veche/kit';
import type { Aggregate, AggregateStore, Connection, ConnectionArgs, ProjectionStore } from '@veche/kit';
import mongoose from 'mongoose';
import { stands, type ProjectState, type ProjectStatus } from './domain/project.ts';

const amounts = [{ source: String, amount: BigInt }];

export function projectStore(connection: mongoose.Connection): AggregateStore<ProjectState> {
  return aggregateStore<ProjectState>(connection, {
    collection: 'projects',
    fields: {
      contestId: String,
      status: String,
      facts: {
        type: new mongoose.Schema(
          {
            title: String,
            oktmo: String,
            category: String,
            totalCost: BigInt,
            plan: amounts,
            revision: Number,
            sourceId: String,
          },
          { _id: false },
        ),
      },
      outcome: {
        type: new mongoose.Schema({ winner: Boolean, version: Number, sequence: Number }, { _id: false }),
      },
      raisedTo: [String],
      registeredAt: Date,
      stages: [
        {
          code: String,
          title: String,
          plannedStart: String,
          plannedEnd: String,
          finished: Boolean,
        },
      ],
      reports: [
        {
          id: String,
          publishedAt: Date,
          stage: String,
          text: String,
          percent: Number,
          spent: amounts,
        },
      ],
      acceptedOn: String,
      actNumber: String,
    },
    // Sparse: a candidate has no registeredAt and is in none of the first four.
    indexes: [
      [{ registeredAt: -1, _id: -1 }, { sparse: true }], // the whole register, newest first
      [{ contestId: 1, registeredAt: -1, _id: -1 }], // of a contest
      [{ status: 1, registeredAt: -1, _id: -1 }], // of some states
      [{ 'facts.oktmo': 1, registeredAt: -1, _id: -1 }], // of a territory: a range of codes
      [{ 'facts.sourceId': 1 }, { sparse: true }], // what came up from a project
    ],
  });
}

/** Projects of upper tiers that came up from a project and stand. */
export async function standingAbove(projects: AggregateStore<ProjectState>, id: string): Promise<string[]> {
  const raised = await projects.find({ 'facts.sourceId': id });
  return raised.filter(({ state }) => stands(state)).map((upper) => upper.id);
}

export interface ProjectFilter {
  oktmo?: string | null;
  states?: readonly ProjectStatus[] | null;
  contestId?: string | null;
}

/** Registered projects, newest first. */
export function pageOfProjects(
  projects: AggregateStore<ProjectState>,
  { oktmo, states, contestId }: ProjectFilter,
  args: ConnectionArgs,
): Promise<Connection<Aggregate<ProjectState>>> {
  const filter = {
    registeredAt: { $exists: true },
    ...(contestId ? { contestId } : {}),
    ...(states?.length ? { status: { $in: [...states] } } : {}),
    ...(oktmo ? { 'facts.oktmo': within(oktmo) } : {}),
  };
  return projects.page(filter, { registeredAt: -1, _id: -1 }, args);
}

/** What crowdfunding told of one pledge; who pledged is not known here. */
export interface PledgeProjection {
  projectId: string;
  amount: bigint;
  status: 'PROMISED' | 'PAID' | 'WITHDRAWN';
}

export interface CitizensMoney {
  pledged: bigint;
  paid: bigint;
}

export interface PledgeTotals {
  readonly store: ProjectionStore<PledgeProjection>;
  /** In the order of the ids; zeros where nothing was promised. */
  of(projectIds: readonly string[]): Promise<CitizensMoney[]>;
}

export function pledgeTotals(connection: mongoose.Connection): PledgeTotals {
  const store = projectionStore<PledgeProjection>(connection, {
    collection: 'pledges',
    fields: { projectId: String, amount: BigInt, status: String },
    indexes: [[{ projectId: 1, status: 1, amount: 1 }]], // the sum reads the index alone
  });
  return {
    store,
    async of(projectIds) {
      const rows: { _id: { projectId: string; status: string }; sum: bigint | number }[] = await store.model.aggregate([
        {
          $match: { projectId: { $in: [...projectIds] }, status: { $in: ['PROMISED', 'PAID'] } },
        },
        {
          $group: {
            _id: { projectId: '$projectId', status: '$status' },
            sum: { $sum: '$amount' },
          },
        },
      ]);
      const sums = new Map(rows.map(({ _id, sum }) => [`${_id.projectId}:${_id.status}`, BigInt(sum)]));
      return projectIds.map((id) => {
        const paid = sums.get(`${id}:PAID`) ?? 0n;
        return { paid, pledged: paid + (sums.get(`${id}:PROMISED`) ?? 0n) };
      });
    },
  };
}
