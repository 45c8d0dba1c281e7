import type { Application } from '../application.ts';
import type { Idea, IdeaRevision } from './idea.ts';

export interface TimelineEntry {
  at: Date;
  what: string;
  /** Of the idea or the application. */
  id: string;
  /** Readiness of the works, of a report only. */
  percent?: number | null;
}

interface Kept<S> {
  id: string;
  state: S;
}

/** What happened to an idea itself: its texts, decisions and mergers. */
export function ideaSteps(
  { id, state, createdAt }: Kept<Idea> & { createdAt: Date },
  revisions: readonly IdeaRevision[],
  merged: readonly Kept<Idea>[],
): TimelineEntry[] {
  const own = (what: string, at: Date): TimelineEntry => ({ at, what, id });
  return [
    own('PROPOSED', createdAt),
    ...revisions.filter(({ at }) => at > createdAt).map(({ at }) => own('REVISED', at)),
    ...state.verdicts.map(({ at, decision }) => own(decision === 'HIDE' ? 'HIDDEN' : 'PUBLISHED', at)),
    ...(state.merge ? [own('MERGED', state.merge.at)] : []),
    ...merged.map((one) => ({ at: one.state.merge!.at, what: 'TOOK_IN', id: one.id })),
  ];
}

/** What happened to an application: the states that it reached. */
export const applicationSteps = ({ id, state }: Kept<Application>): TimelineEntry[] =>
  state.history.map(({ at, state: what }) => ({ at, what, id }));

export interface Work {
  projectId: string;
  at: Date;
  what: string;
  percent: number | null;
}

/** What the register told of the works. */
export const workEntries = (works: readonly Work[]): TimelineEntry[] =>
  works.map(({ projectId, at, what, percent }) => ({ at, what, id: projectId, percent }));

/** One way from the idea to the report; of one moment in the order given. */
export const inOrder = (...parts: readonly (readonly TimelineEntry[])[]): TimelineEntry[] =>
  parts.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
