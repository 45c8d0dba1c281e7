import { expect, test } from '@jest/globals';
import { keptBecause } from './key-lifecycle.ts';
import { unknownVoting, type Announcement, type Voting } from './voting.ts';

const announcement = {} as Announcement;
const counted: Voting = { ...unknownVoting(), announcement, status: 'COUNTED', resultVersion: 1 };
const determinedAt = new Date('2026-03-08T04:00:05Z');
const now = new Date('2026-06-08T04:00:05Z');
const because = (voting: Voting | null, more: object = {}) =>
  keptBecause({ voting, determinedAt, appealDays: 92, ...more }, now);

test('a key may go when the term after the latest result is over, to the second', () => {
  expect(because(counted)).toBeNull();
  const later = new Date(determinedAt.getTime() + 1000);
  expect(because(counted, { determinedAt: later })).toEqual({
    code: 'APPEALS_TERM',
    until: new Date('2026-06-08T04:00:06Z'),
  });
  expect(because(counted, { appealDays: 93 })).toMatchObject({ code: 'APPEALS_TERM' });
});

test('it stays while there is no result, or one that will not stand', () => {
  expect(because(null)).toEqual({ code: 'VOTING_UNKNOWN' });
  expect(because(unknownVoting())).toEqual({ code: 'VOTING_UNKNOWN' });
  for (const status of ['ANNOUNCED', 'OPEN', 'CLOSED'] as const)
    expect(because({ ...counted, status })).toEqual({ code: 'RESULT_MISSING' });
  expect(because(counted, { determinedAt: null })).toEqual({ code: 'RESULT_MISSING' });
  expect(because({ ...counted, recountDue: true })).toEqual({ code: 'RECOUNT_DUE' });
  expect(because({ ...counted, undecided: [['a', 'b']] })).toEqual({ code: 'RECOUNT_DUE' });
});
