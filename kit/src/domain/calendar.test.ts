import { describe, expect, test } from '@jest/globals';
import { ageOn, formatInstant, instantOf, localDateOf, localTimeOf, plusDays, tryInstantOf } from './calendar.ts';

describe('a local time is one instant', () => {
  test.each([
    ['2026-03-01T09:00:00', 'Asia/Yekaterinburg', '2026-03-01T04:00:00.000Z'],
    ['2026-03-01T09:00', 'Asia/Yekaterinburg', '2026-03-01T04:00:00.000Z'],
    ['2026-03-01T09:00:00', 'Europe/Kaliningrad', '2026-03-01T07:00:00.000Z'],
    ['2026-03-01T09:00:00', 'Asia/Kamchatka', '2026-02-28T21:00:00.000Z'],
    // Russia changed its clocks for the last time on 2014-10-26.
    ['2014-10-25T09:00:00', 'Asia/Yekaterinburg', '2014-10-25T03:00:00.000Z'],
    ['2014-10-27T09:00:00', 'Asia/Yekaterinburg', '2014-10-27T04:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instantOf(local, zone).toISOString()).toBe(instant);
    expect(localTimeOf(new Date(instant), zone)).toBe(local.padEnd(19, ':00'));
  });
});

describe('a local time that is not one instant is refused', () => {
  test.each([
    ['2026-03-29T02:30:00', 'Europe/Berlin', 'LOCAL_TIME_SKIPPED'],
    ['2026-10-25T02:30:00', 'Europe/Berlin', 'LOCAL_TIME_AMBIGUOUS'],
    ['2014-10-26T01:30:00', 'Asia/Yekaterinburg', 'LOCAL_TIME_AMBIGUOUS'],
    ['2026-02-30T09:00:00', 'Asia/Yekaterinburg', 'LOCAL_TIME_MALFORMED'],
    ['2026-03-01', 'Asia/Yekaterinburg', 'LOCAL_TIME_MALFORMED'],
    ['2026-03-01T09:00:00Z', 'Asia/Yekaterinburg', 'LOCAL_TIME_MALFORMED'],
    ['2026-03-01T24:00:00', 'Asia/Yekaterinburg', 'LOCAL_TIME_SKIPPED'],
    ['2026-03-01T09:00:00', 'Asia/Atlantis', 'UNKNOWN_ZONE'],
  ])('%s in %s: %s', (local, zone, code) => {
    expect(tryInstantOf(local, zone)).toEqual({ ok: false, code });
    expect(() => instantOf(local, zone)).toThrow(code);
  });
});

test("the date is the zone's, not UTC's", () => {
  const instant = new Date('2026-02-28T20:00:00Z');
  expect(localDateOf(instant, 'Asia/Yekaterinburg')).toBe('2026-03-01');
  expect(localDateOf(instant, 'Europe/Kaliningrad')).toBe('2026-02-28');
});

test('for people, in Russian', () => {
  expect(formatInstant(new Date('2026-03-01T04:00:00Z'), 'Asia/Yekaterinburg')).toBe('1 марта 2026 г., 09:00');
});

test('a day with a clock change is one day', () => {
  const noon = instantOf('2026-03-28T12:00:00', 'Europe/Berlin');
  expect(localTimeOf(plusDays(noon, 1, 'Europe/Berlin'), 'Europe/Berlin')).toBe('2026-03-29T12:00:00');
});

test.each([
  ['2010-06-15', '2026-06-14', 15],
  ['2010-06-15', '2026-06-15', 16],
  ['2008-02-29', '2026-02-28', 17],
  ['2008-02-29', '2026-03-01', 18],
])('born %s: on %s full %d', (birthdate, date, age) => {
  expect(ageOn(birthdate, date)).toBe(age);
});
