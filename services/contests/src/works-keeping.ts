import type { Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
  ProjectRegisteredSchema,
} from '@veche/proto/registry/v1/registry';
import type { WorksStore, WorkStep } from './store/works.ts';

/** What the register tells of a project goes on where its application ended; each step is kept under the id of its event. */
export function worksConsumers(works: WorksStore): Consumer[] {
  const keep = async ({ id, time }: ReceivedEvent, projectId: string, what: WorkStep['what'], percent?: number) => {
    await works.upsertIfNewer(id, 1, { projectId, at: time, what, percent: percent ?? null });
  };
  return [
    on(ProjectRegisteredSchema, ({ projectId }, meta) => keep(meta, projectId, 'REGISTERED')),
    on(ImplementationPlannedSchema, ({ projectId }, meta) => keep(meta, projectId, 'WORKS_PLANNED')),
    on(ProgressReportedSchema, ({ projectId, percent }, meta) => keep(meta, projectId, 'PROGRESS_REPORTED', percent)),
    on(ProjectCompletedSchema, ({ projectId }, meta) => keep(meta, projectId, 'COMPLETED')),
  ];
}
