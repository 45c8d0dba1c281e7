import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
  ProjectRegisteredSchema,
  ProjectRemovedSchema,
} from '@veche/proto/registry/v1/registry';
import type { ProjectEvent, ProjectState } from './domain/project.ts';
import type { SourceAmount } from './domain/source.ts';

export const produces = topicsOf(
  ProjectRegisteredSchema,
  ProjectRemovedSchema,
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
);

export function toOutbox(happened: ProjectEvent, projectId: string, state: ProjectState): OutboxEvent {
  const { contestId } = state;
  const place = { projectId, contestId };
  switch (happened.kind) {
    case 'ProjectRegistered':
      return registered(projectId, state);
    case 'ProjectRemoved':
      return event(ProjectRemovedSchema, projectId, place);
    case 'ImplementationPlanned': {
      const { stages, plannedEnd } = happened;
      return event(ImplementationPlannedSchema, projectId, { ...place, stages, plannedEnd });
    }
    case 'ProgressReported': {
      const { reportId, percent } = happened;
      const spentTotal = toProto(happened.spentTotal);
      return event(ProgressReportedSchema, projectId, { ...place, reportId, percent, spentTotal });
    }
    case 'ProjectCompleted': {
      const { acceptedOn } = happened;
      const spentTotal = toProto(happened.spentTotal);
      return event(ProjectCompletedSchema, projectId, { ...place, acceptedOn, spentTotal });
    }
  }
}

function registered(projectId: string, { contestId, facts }: ProjectState): OutboxEvent {
  const { title, oktmo, totalCost, plan } = facts!;
  return event(ProjectRegisteredSchema, projectId, {
    projectId,
    contestId,
    title,
    oktmo,
    totalCostKopecks: totalCost,
    plan: toProto(plan),
  });
}

function toProto(amounts: readonly SourceAmount[]) {
  return amounts.map(({ source, amount }) => ({ source, amountKopecks: amount }));
}
