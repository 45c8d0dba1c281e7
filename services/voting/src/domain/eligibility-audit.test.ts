import { expect, test } from '@jest/globals';
import { compareDay, dayBefore, DailyTags } from './eligibility-audit.ts';

test('a tag counts once a day, however often it votes', () => {
  const tags = new DailyTags();
  for (const [tag, day] of [
    ['a', '2026-03-02'],
    ['a', '2026-03-01'],
    ['a', '2026-03-02'],
    ['b', '2026-03-02'],
  ] as const)
    tags.add(tag, day);
  expect(tags.days()).toEqual([
    ['2026-03-01', 1],
    ['2026-03-02', 2],
  ]);
});

test('as many tags as people, and what an estimate may miss, are no violation; one more is', () => {
  const exact = { distinct: 3, standardError: 0 };
  expect(compareDay('d', 3, exact)).toEqual([]);
  expect(compareDay('d', 4, exact)).toEqual([
    { invariant: 'ELIGIBILITY', fault: 'MORE_TAGS_THAN_SIGN_INS', at: 'd: 4 tags, 3 sign-ins' },
  ]);
  const estimate = { distinct: 10_000, standardError: 0.01 };
  expect(compareDay('d', 10_400, estimate)).toEqual([]);
  expect(compareDay('d', 10_401, estimate)).toHaveLength(1);
  expect(compareDay('d', 1, { distinct: 0, standardError: 0.01 })).toHaveLength(1);
});

test('the day before goes over months', () => {
  expect(dayBefore('2026-03-01')).toBe('2026-02-28');
});
