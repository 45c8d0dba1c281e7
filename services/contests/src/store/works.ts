import { projectionStore, type ProjectionStore } from '@veche/kit';
import type mongoose from 'mongoose';

/** What the register told of the works of a project; its id is the project's, which is the application's. */
export interface WorkStep {
  projectId: string;
  at: Date;
  what: 'REGISTERED' | 'WORKS_PLANNED' | 'PROGRESS_REPORTED' | 'COMPLETED';
  /** Readiness in percent; only of a report. */
  percent: number | null;
}

export type WorksStore = ProjectionStore<WorkStep>;

export const makeWorks = (connection: mongoose.Connection): WorksStore =>
  projectionStore<WorkStep>(connection, {
    collection: 'work_steps',
    fields: { projectId: String, at: Date, what: String, percent: Number },
    indexes: [[{ projectId: 1, at: 1 }]],
  });

const STEPS_SHOWN = 500;

/** Steps of some projects, the first first. */
export const stepsOf = (works: WorksStore, projectIds: readonly string[]) =>
  works.find({ projectId: { $in: [...projectIds] } }, { sort: { at: 1 }, limit: STEPS_SHOWN * projectIds.length });
