import { randomUUID } from 'node:crypto';
import {
  PROBLEMS_NESTED_TOO_LONG,
  PROBLEMS_REUSED,
  PROBLEMS_TOO_LONG,
  PROBLEMS_TOO_MANY,
  PROBLEMS_VALID,
  PROBLEMS_WRONG,
} from './problem-rows.ts';
import type { Row, Valid } from './bad-input.ts';
import type { Reused } from './bad-input-tables.ts';
import type { World } from './world.ts';
import { newIdea, newMeeting } from './community-world.ts';

const meeting = (w: World) => ({ meetingId: w.community.meetingId });
const openGroup = (w: World) => ({ contestId: w.community.openContestId, groupId: w.community.openGroupId });
const because = { reason: 'Одна и та же площадка' };

/** Ideas, what is said about them, and settings. */
export const COMMUNITY_VALID: Record<string, Valid> = {
  ...PROBLEMS_VALID,
  proposeIdea: { as: 'lead', input: newIdea },
  reviseIdea: {
    as: 'lead',
    input: (w) => ({
      ideaId: w.community.changingId,
      title: 'Спортивная площадка на улице Мира',
      text: newIdea().text,
      category: 'SPORT',
    }),
  },
  withdrawIdea: { as: 'lead', input: (w) => ({ ideaId: w.community.changingId }) },
  supportIdea: { as: 'outsider', input: (w) => ({ ideaId: w.community.ideaId }) },
  mergeIdeas: {
    as: 'organiser',
    input: (w) => ({ ideaId: w.community.similarId, intoId: w.community.ideaId, ...because }),
  },
  applyWithIdea: {
    as: 'outsider',
    input: (w) => ({
      ideaId: w.community.ideaId,
      contestId: w.community.openContestId,
      groupId: w.community.openGroupId,
    }),
  },
  comment: {
    as: 'outsider',
    input: (w) => ({ subject: 'IDEA', subjectId: w.community.ideaId, text: 'Поддерживаю соседей' }),
  },
  complain: { as: 'outsider', input: (w) => ({ of: 'COMMENT', id: w.community.commentId, ground: 'OFF_TOPIC' }) },
  moderate: {
    as: 'organiser',
    input: (w) => ({
      of: 'COMMENT',
      id: w.community.commentId,
      decision: 'HIDE',
      ground: 'OFF_TOPIC',
      reason: 'Не относится к идее',
    }),
  },
  announceMeeting: { as: 'outsider', input: (w) => newMeeting(openGroup(w)) },
  cancelMeeting: { as: 'outsider', input: (w) => ({ ...meeting(w), reason: 'Зал занят в этот день' }) },
  registerForMeeting: { as: 'lead', input: meeting },
  recordMeeting: {
    as: 'outsider',
    input: (w) => ({
      ...meeting(w),
      number: '1',
      startedAt: '2040-01-10T13:00:00.000Z',
      endedAt: '2040-01-10T14:00:00.000Z',
      present: 20,
      questions: [{ item: 1, votesFor: 15, against: 3, abstained: 2, decision: 'Одобрить проект' }],
    }),
  },
  offerGroupLead: {
    as: 'outsider',
    input: (w) => ({ groupId: w.community.openGroupId, personId: w.community.memberId }),
  },
  acceptGroupLead: { as: 'member', input: (w) => ({ groupId: w.community.openGroupId }) },
  changeSettings: {
    as: 'organiser',
    input: () => ({ oktmo: '71876000101', reason: 'Решение думы города', settings: { minAge: 16 } }),
  },
};

export const COMMUNITY_WRONG: Row[] = [
  ...PROBLEMS_WRONG,
  ['proposeIdea', 'a problem that nobody listed', { problemId: randomUUID() }, 'PROBLEM_UNKNOWN'],
  ['proposeIdea', 'title too short', { title: 'Мало' }, 'TITLE_LENGTH'],
  ['proposeIdea', 'text too short', { text: 'Мало' }, 'TEXT_LENGTH'],
  ['proposeIdea', 'a kind of project that nobody knows', { category: 'LUCK' }, 'CATEGORY_UNKNOWN'],
  ['proposeIdea', 'a place elsewhere', { oktmo: '71874000' }, 'NOT_A_RESIDENT'],
  [
    'proposeIdea',
    'a contest of another place',
    (w) => ({ oktmo: '71829000', contestId: w.contestId }),
    'OUTSIDE_CONTEST',
  ],
  ['proposeIdea', 'a draft contest', (w) => ({ contestId: w.draftId }), 'NOT_FOUND'],
  ['reviseIdea', 'not the author', {}, 'FORBIDDEN', 'outsider'],
  ['withdrawIdea', 'not the author', {}, 'FORBIDDEN', 'outsider'],
  [
    'withdrawIdea',
    'an idea that waits, of somebody else',
    (w) => ({ ideaId: w.community.waitingId }),
    'NOT_FOUND',
    'outsider',
  ],
  ['supportIdea', 'one that waits', (w) => ({ ideaId: w.community.waitingId }), 'NOT_FOUND'],
  ['mergeIdeas', 'into itself', (w) => ({ intoId: w.community.similarId }), 'MERGE_INVALID'],
  ['mergeIdeas', 'into one that waits', (w) => ({ intoId: w.community.waitingId }), 'IDEA_NOT_PUBLISHED'],
  ['mergeIdeas', 'no reason', { reason: 'да' }, 'REASON_REQUIRED'],
  ['applyWithIdea', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['applyWithIdea', 'with a group of others', {}, 'NOT_FOUND', 'lead'],
  ['applyWithIdea', 'an idea that waits', (w) => ({ ideaId: w.community.waitingId }), 'NOT_FOUND'],
  [
    'applyWithIdea',
    'intake is over',
    (w) => ({ contestId: w.contestId, groupId: w.groupId }),
    'STAGE_NOT_OPEN',
    'lead',
  ],
  ['comment', 'nothing said', { text: ' ' }, 'TEXT_LENGTH'],
  ['comment', 'about nothing', { subjectId: randomUUID() }, 'NOT_FOUND'],
  ['comment', 'staff of another territory', {}, 'FORBIDDEN', 'stranger'],
  ['complain', 'about his own', {}, 'OWN_TEXT', 'member'],
  ['moderate', 'no ground', { ground: null }, 'GROUND_REQUIRED'],
  ['moderate', 'no reason', { reason: '' }, 'REASON_REQUIRED'],
  ['moderate', 'shown already', { decision: 'PUBLISH' }, 'WRONG_STATE'],
  ['announceMeeting', 'no agenda', { agenda: [] }, 'AGENDA_INVALID'],
  ['announceMeeting', 'a place too short', { place: 'тут' }, 'PLACE_LENGTH'],
  ['announceMeeting', 'tomorrow at the latest', { startsLocal: '2026-01-01T18:00:00' }, 'NOTICE_TOO_SHORT'],
  ['announceMeeting', 'another territory', { oktmo: '71829000' }, 'OUTSIDE_CONTEST'],
  ['announceMeeting', 'not the lead', {}, 'NOT_FOUND', 'member'],
  ['cancelMeeting', 'no reason', { reason: 'так' }, 'REASON_REQUIRED'],
  ['cancelMeeting', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['registerForMeeting', 'unknown', { meetingId: randomUUID() }, 'NOT_FOUND'],
  ['recordMeeting', 'before it began', {}, 'MEETING_NOT_BEGUN'],
  ['recordMeeting', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['offerGroupLead', 'to who is no member', { personId: randomUUID() }, 'NOT_MEMBER'],
  ['offerGroupLead', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['offerGroupLead', 'no member', {}, 'NOT_FOUND', 'lead'],
  ['acceptGroupLead', 'not offered', {}, 'LEAD_NOT_OFFERED'],
  ['changeSettings', 'an age of thirteen', { settings: { minAge: 13 } }, 'SETTINGS_INVALID'],
  ['changeSettings', 'from yesterday on', { effectiveFrom: '2020-01-01T00:00:00.000Z' }, 'EFFECTIVE_IN_PAST'],
  ['changeSettings', 'a territory and a contest', (w) => ({ contestId: w.contestId }), 'BAD_USER_INPUT'],
];

export const COMMUNITY_TOO_LONG: Record<string, Record<string, string>> = {
  ...PROBLEMS_TOO_LONG,
  proposeIdea: {
    title: 'TITLE_LENGTH',
    text: 'TEXT_LENGTH',
    category: 'CATEGORY_UNKNOWN',
    contestId: 'NOT_FOUND',
    problemId: 'PROBLEM_UNKNOWN',
  },
  reviseIdea: { ideaId: 'NOT_FOUND', title: 'TITLE_LENGTH', text: 'TEXT_LENGTH', category: 'CATEGORY_UNKNOWN' },
  withdrawIdea: { ideaId: 'NOT_FOUND' },
  supportIdea: { ideaId: 'NOT_FOUND' },
  mergeIdeas: { ideaId: 'NOT_FOUND', intoId: 'NOT_FOUND', reason: 'REASON_REQUIRED' },
  applyWithIdea: { ideaId: 'NOT_FOUND', contestId: 'NOT_FOUND', groupId: 'NOT_FOUND' },
  comment: { subjectId: 'NOT_FOUND', answersTo: 'NOT_FOUND', text: 'TEXT_LENGTH' },
  complain: { id: 'NOT_FOUND' },
  moderate: { id: 'NOT_FOUND', reason: 'REASON_REQUIRED' },
  announceMeeting: { contestId: 'NOT_FOUND', groupId: 'NOT_FOUND', place: 'PLACE_LENGTH' },
  cancelMeeting: { meetingId: 'NOT_FOUND', reason: 'REASON_REQUIRED' },
  registerForMeeting: { meetingId: 'NOT_FOUND' },
  recordMeeting: {
    meetingId: 'NOT_FOUND',
    number: 'MEETING_NOT_BEGUN',
    chairId: 'MEETING_NOT_BEGUN',
    secretaryId: 'MEETING_NOT_BEGUN',
    photos: 'MEETING_NOT_BEGUN',
    attendanceList: 'MEETING_NOT_BEGUN',
    minutesFile: 'MEETING_NOT_BEGUN',
  },
  offerGroupLead: { groupId: 'NOT_FOUND', personId: 'NOT_MEMBER' },
  acceptGroupLead: { groupId: 'NOT_FOUND' },
  changeSettings: { contestId: 'BAD_USER_INPUT', reason: 'REASON_REQUIRED' },
};

export const COMMUNITY_NESTED_TOO_LONG: Record<string, Record<string, string>> = {
  ...PROBLEMS_NESTED_TOO_LONG,
  changeSettings: { 'settings.stopList': 'SETTINGS_INVALID' },
  announceMeeting: { 'agenda.text': 'AGENDA_INVALID', 'agenda.applicationId': 'NOT_FOUND' },
  recordMeeting: { 'questions.decision': 'MEETING_NOT_BEGUN', 'signatureSheets.file': 'MEETING_NOT_BEGUN' },
};

export const COMMUNITY_TOO_MANY: Record<string, Record<string, string>> = {
  ...PROBLEMS_TOO_MANY,
  announceMeeting: { agenda: 'AGENDA_INVALID' },
  recordMeeting: {
    questions: 'MEETING_NOT_BEGUN',
    signatureSheets: 'MEETING_NOT_BEGUN',
    photos: 'MEETING_NOT_BEGUN',
  },
};

export const COMMUNITY_REUSED: Reused[] = [
  ...PROBLEMS_REUSED,
  ['proposeIdea', {}, { title: 'Совсем другая идея двора' }],
  ['reviseIdea', {}, { title: 'Совсем другая идея двора' }],
  ['withdrawIdea', {}, { expectedVersion: 99 }],
  ['supportIdea', {}, { supports: false }],
  ['mergeIdeas', {}, { reason: 'Совсем другая причина' }],
  ['applyWithIdea', {}, (w) => ({ ideaId: w.community.otherIdeaId })],
  ['comment', {}, { text: 'Другие слова' }],
  ['complain', {}, { ground: 'OTHER' }],
  ['moderate', {}, { reason: 'Совсем другая причина' }],
  ['announceMeeting', {}, { place: 'Школа № 2, актовый зал' }],
  ['registerForMeeting', {}, { comes: false }],
  ['cancelMeeting', {}, { reason: 'Совсем другая причина' }],
  ['offerGroupLead', {}, { personId: randomUUID() }],
  ['acceptGroupLead', {}, { expectedVersion: 99 }],
  ['changeSettings', {}, { reason: 'Совсем другая причина' }],
];
