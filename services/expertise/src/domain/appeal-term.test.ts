import { expect, test } from '@jest/globals';
import { appealEnd } from './appeal-term.ts';

test.each([
  // The Day of Unity, 4 November, is a day off; the year after the last known calendar has no part in it.
  ['within a year whose calendar is known', '2027-11-01T05:00:00Z', 10, '2027-11-17T00:00:00.000Z'],
  ['into a year whose calendar is not known', '2027-12-25T05:00:00Z', 10, '2028-01-08T00:00:00.000Z'],
  ['within a year whose calendar is not known', '2031-01-01T05:00:00Z', 2, '2031-01-04T00:00:00.000Z'],
])('the term of an appeal %s', (_name, decidedAt, days, end) =>
  expect(appealEnd(new Date(decidedAt), days, 'UTC')?.toISOString()).toBe(end),
);

test('midnight is that of the zone, and no days are no appeal', () => {
  const decidedAt = new Date('2027-11-01T05:00:00Z');
  expect(appealEnd(decidedAt, 10, 'Asia/Yekaterinburg')?.toISOString()).toBe('2027-11-16T19:00:00.000Z');
  expect(appealEnd(decidedAt, 0, 'UTC')).toBeNull();
});
