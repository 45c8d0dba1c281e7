import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  CommentChangedSchema,
  IdeaAuthoredSchema,
  IdeaChangedSchema,
  MeetingChangedSchema,
  SettingsChangedSchema,
} from '@veche/proto/contests/v1/discussion';
import type { Comment, CommentEvent } from './domain/community/comment.ts';
import { switchesOf, type ScopeSettings, type SettingsEvent } from './domain/community/settings.ts';
import { meetingState, type Meeting, type MeetingEvent } from './domain/meetings/meeting.ts';
import type { Idea, IdeaEvent } from './domain/community/idea.ts';

export const communityTopics = topicsOf(
  IdeaAuthoredSchema,
  IdeaChangedSchema,
  CommentChangedSchema,
  MeetingChangedSchema,
  SettingsChangedSchema,
);

export function ideaToOutbox(happened: IdeaEvent, ideaId: string, idea: Idea): OutboxEvent {
  if (happened.kind === 'IdeaAuthored') return event(IdeaAuthoredSchema, ideaId, { ideaId, authorId: idea.authorId });
  const { contestId, oktmo, category, status, mergedInto } = idea;
  return event(IdeaChangedSchema, ideaId, {
    ideaId,
    contestId: contestId ?? '',
    oktmo,
    category,
    state: status,
    mergedInto: mergedInto ?? '',
    cause: happened.cause,
  });
}

export function commentToOutbox(_happened: CommentEvent, commentId: string, comment: Comment): OutboxEvent {
  const { kind, subjectId, contestId, oktmo, status, official } = comment;
  return event(CommentChangedSchema, commentId, {
    commentId,
    subjectKind: kind,
    subjectId,
    contestId: contestId ?? '',
    oktmo,
    state: status,
    official,
  });
}

export function meetingToOutbox(_happened: MeetingEvent, meetingId: string, meeting: Meeting): OutboxEvent {
  const { contestId, oktmo, kind, startsAt, applicationIds, records } = meeting;
  return event(MeetingChangedSchema, meetingId, {
    meetingId,
    contestId,
    oktmo,
    kind,
    state: meetingState(meeting),
    startsAt: startsAt.toISOString(),
    applicationIds: [...applicationIds],
    present: records.at(-1)?.present ?? 0,
    signatures: (records.at(-1)?.signatureSheets ?? []).reduce((sum, { signatures }) => sum + signatures, 0),
    questions: questionsOf(meeting),
  });
}

/** Counts by project; of a project that stands twice on the agenda the first question counts. */
function questionsOf({ agenda, records, applicationIds }: Meeting) {
  const decided = records.at(-1)?.questions ?? [];
  return applicationIds.flatMap((applicationId) => {
    const item = agenda.findIndex((one) => one.applicationId === applicationId) + 1;
    const question = decided.find((one) => one.item === item);
    if (!question) return [];
    const { votesFor, against, abstained } = question;
    return [{ applicationId, votesFor, against, abstained }];
  });
}

/** Which parts of the platform a scope does without; the rest of its settings concerns nobody else. */
export function settingsToOutbox(_happened: SettingsEvent, scope: string, settings: ScopeSettings): OutboxEvent {
  const versions = switchesOf(settings).map(({ effectiveFrom, blocksOff }) => ({
    effectiveFrom: effectiveFrom.toISOString(),
    blocksOff: [...blocksOff],
  }));
  return event(SettingsChangedSchema, scope, { scope, versions });
}
