import type { Application } from '../application.ts';
import type { Idea, IdeaRevision } from './idea.ts';

export interface TimelineEntry {
  at: Date;
  what: string;
  /** Of the idea or the application. */
  id: string;
}

interface Kept<S> {
  id: string;
  state: S;
}

/** The way of an idea: its texts, decisions, mergers, and the states of the applications that came from it. */
export function timelineOf(
  { id, state, createdAt }: Kept<Idea> & { createdAt: Date },
  revisions: readonly IdeaRevision[],
  merged: readonly Kept<Idea>[],
  applications: readonly Kept<Application>[],
): TimelineEntry[] {
  const own = (what: string, at: Date): TimelineEntry => ({ at, what, id });
  const entries = [
    own('PROPOSED', createdAt),
    ...revisions.filter(({ at }) => at > createdAt).map(({ at }) => own('REVISED', at)),
    ...state.verdicts.map(({ at, decision }) => own(decision === 'HIDE' ? 'HIDDEN' : 'PUBLISHED', at)),
    ...(state.merge ? [own('MERGED', state.merge.at)] : []),
    ...merged.map((one) => ({ at: one.state.merge!.at, what: 'TOOK_IN', id: one.id })),
    ...applications.flatMap((one) => one.state.history.map(({ at, state: what }) => ({ at, what, id: one.id }))),
  ];
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}
