import { randomUUID } from 'node:crypto';
import { OKTMO } from '../journeys/story/contest.ts';
import type { Row, Valid } from './bad-input.ts';
import type { Reused } from './bad-input-tables.ts';
import type { World } from './world.ts';

export const newPoll = () => ({
  title: 'Что решать в первую очередь',
  oktmo: OKTMO,
  closesAt: '2040-01-01T00:00:00.000Z',
});

const poll = (w: World) => ({ pollId: w.community.pollId });

/** Problems of a place, and ambassadors of a contest. */
export const PROBLEMS_VALID: Record<string, Valid> = {
  openProblemPoll: { as: 'organiser', input: newPoll },
  nameProblem: { as: 'lead', input: (w) => ({ ...poll(w), text: 'Нет детской площадки', category: 'PLAYGROUND' }) },
  decideProblem: { as: 'organiser', input: (w) => ({ problemId: w.community.namedProblemId, listed: true }) },
  rankProblems: { as: 'lead', input: (w) => ({ ...poll(w), order: [w.community.listedProblemId] }) },
  appointAmbassador: { as: 'organiser', input: (w) => ({ contestId: w.contestId, personId: w.community.memberId }) },
  endAmbassador: { as: 'organiser', input: (w) => ({ contestId: w.contestId, personId: w.community.memberId }) },
  countAmbassadorLink: { as: 'lead', input: () => ({ code: 'unknown', step: 'VISIT' }), open: true },
  recordProblemVotes: {
    as: 'organiser',
    input: (w) => ({
      ...poll(w),
      meetingId: w.community.meetingId,
      votes: [{ problemId: w.community.listedProblemId, votes: 1 }],
    }),
  },
};

export const PROBLEMS_WRONG: Row[] = [
  ['openProblemPoll', 'title too short', { title: 'Мало' }, 'TITLE_LENGTH'],
  ['openProblemPoll', 'eleven choices', { choices: 11 }, 'POLL_INVALID'],
  ['openProblemPoll', 'an end that is over', { closesAt: '2020-01-01T00:00:00.000Z' }, 'TERM_IN_PAST'],
  ['nameProblem', 'text too short', { text: 'Мало' }, 'TEXT_LENGTH'],
  ['decideProblem', 'declined without a reason', { listed: false }, 'REASON_REQUIRED'],
  ['rankProblems', 'one that nobody listed', (w) => ({ order: [w.community.namedProblemId] }), 'PROBLEM_UNKNOWN'],
  ['appointAmbassador', 'of a draft', (w) => ({ contestId: w.draftId }), 'NOT_FOUND'],
  ['endAmbassador', 'nobody appointed', () => ({ personId: randomUUID() }), 'NOT_FOUND'],
  ['countAmbassadorLink', 'no link', {}, 'NOT_FOUND'],
  ['recordProblemVotes', 'of a poll without a meeting', {}, 'WRONG_STATE'],
];

export const PROBLEMS_TOO_LONG: Record<string, Record<string, string>> = {
  openProblemPoll: { title: 'TITLE_LENGTH', contestId: 'NOT_FOUND' },
  nameProblem: { pollId: 'NOT_FOUND', text: 'TEXT_LENGTH', category: 'CATEGORY_UNKNOWN' },
  decideProblem: { problemId: 'NOT_FOUND', reason: 'REASON_REQUIRED' },
  rankProblems: { pollId: 'NOT_FOUND', order: 'PROBLEM_UNKNOWN' },
  appointAmbassador: { contestId: 'NOT_FOUND', personId: 'PERSON_INVALID' },
  endAmbassador: { contestId: 'NOT_FOUND', personId: 'NOT_FOUND' },
  countAmbassadorLink: { code: 'NOT_FOUND' },
  recordProblemVotes: { pollId: 'NOT_FOUND', meetingId: 'MEETING_NOT_BEGUN' },
};
export const PROBLEMS_NESTED_TOO_LONG: Record<string, Record<string, string>> = {
  recordProblemVotes: { 'votes.problemId': 'WRONG_STATE' },
};
export const PROBLEMS_TOO_MANY: Record<string, Record<string, string>> = {
  rankProblems: { order: 'ORDER_INVALID' },
  recordProblemVotes: { votes: 'WRONG_STATE' },
};

export const PROBLEMS_REUSED: Reused[] = [
  ['openProblemPoll', {}, { title: 'Совсем другой опрос жителей' }],
  ['nameProblem', {}, { text: 'Нет освещения во дворе' }],
  ['rankProblems', {}, { order: [randomUUID()] }],
  ['decideProblem', {}, { listed: false }],
  ['appointAmbassador', {}, () => ({ personId: randomUUID() })],
  ['endAmbassador', {}, () => ({ personId: randomUUID() })],
];
