import type { Contest, Stage, StageType } from '../contest.ts';
import type { Meeting } from '../meetings/meeting.ts';

export const ENTRY_KINDS = ['MEETING', 'STAGE_OPENS', 'STAGE_CLOSES'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** A line of the calendar: where it is found and what it stands for. What is said about it is told by the object itself. */
export interface Entry {
  kind: EntryKind;
  contestId: string;
  meetingId: string | null;
  stage: StageType | null;
  oktmo: string;
  at: Date;
}

/** An entry under its id, which stays the same when the time moves. */
export type NamedEntry = Entry & { id: string };

/** The boundaries of a contest's stages; a draft has none. */
export function entriesOfContest(contestId: string, { status, stages, oktmo }: Contest): NamedEntry[] {
  if (status === 'DRAFT') return [];
  const entry = ({ type }: Stage, kind: 'STAGE_OPENS' | 'STAGE_CLOSES', at: Date): NamedEntry => ({
    id: `${contestId}-${type}-${kind === 'STAGE_OPENS' ? 'opens' : 'closes'}`.toLowerCase(),
    kind,
    contestId,
    meetingId: null,
    stage: type,
    oktmo,
    at,
  });
  return stages.flatMap((stage) => [
    entry(stage, 'STAGE_OPENS', stage.opensAt),
    entry(stage, 'STAGE_CLOSES', stage.closesAt),
  ]);
}

/** A meeting stays in the calendar when it is called off, so that whoever subscribed is told. */
export const entryOfMeeting = (meetingId: string, { contestId, oktmo, startsAt }: Meeting): NamedEntry => ({
  id: meetingId,
  kind: 'MEETING',
  contestId,
  meetingId,
  stage: null,
  oktmo,
  at: startsAt,
});
