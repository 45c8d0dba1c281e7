import { describe, expect, test } from '@jest/globals';
import {
  CalendarMissing,
  isProvisional,
  isWorkingDay,
  lastDayOf,
  workingDaysBetween,
  type Term,
} from './working-calendar.ts';

describe('the production calendar', () => {
  // Working days of the five-day week by month, as production calendars publish them.
  test.each([
    [2024, [17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21]],
    [2025, [17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22]],
    [2026, [15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22]],
  ])('%i has its working days month by month', (year, months) => {
    const counted = months.map((_, index) => {
      const first = `${year}-${String(index + 1).padStart(2, '0')}-01`;
      const last = new Date(Date.UTC(year, index + 1, 0)).toISOString().slice(0, 10);
      return workingDaysBetween(first, last);
    });
    expect(counted).toEqual(months);
  });

  test.each([
    ['2024-04-27', true, 'Saturday, worked for Monday the 29th'],
    ['2024-04-29', false, 'Monday, a moved day off'],
    ['2024-12-28', true, 'Saturday, worked'],
    ['2025-11-01', true, 'Saturday, worked'],
    ['2025-02-23', false, 'a holiday whose day off was moved is a holiday still'],
    ['2025-05-08', false, 'a moved day off'],
    ['2026-03-09', false, 'the day after a holiday on Sunday'],
    ['2026-05-11', false, 'the Monday after a holiday on Saturday'],
    ['2026-05-12', true, 'an ordinary Tuesday'],
    ['2027-05-03', false, 'by the Labour Code alone'],
  ])('%s is worked: %j (%s)', (date, worked) => {
    expect(isWorkingDay(date)).toBe(worked);
  });

  test('a year without decree is provisional, a year that is not bundled is none', () => {
    expect([isProvisional('2026-07-01'), isProvisional('2027-07-01')]).toEqual([false, true]);
    expect(() => isWorkingDay('2028-07-03')).toThrow(CalendarMissing);
  });

  test('a holiday of the region is not worked, and its neighbours are', () => {
    const regional = [{ date: '2026-12-10', title: 'День образования округа' }];
    expect(['2026-12-09', '2026-12-10', '2026-12-11'].map((date) => isWorkingDay(date, regional))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('a term', () => {
  const working = (amount: number): Term => ({ amount, unit: 'WORKING_DAY' });
  const calendar = (amount: number): Term => ({ amount, unit: 'CALENDAR_DAY' });
  test.each([
    [working(1), '2026-04-30', '2026-05-04'],
    [working(5), '2026-04-30', '2026-05-08'],
    [working(6), '2026-04-30', '2026-05-12'],
    [working(3), '2026-12-29', '2027-01-12'],
    [calendar(1), '2026-04-30', '2026-05-04'],
    [calendar(30), '2026-02-06', '2026-03-10'],
    [calendar(10), '2026-04-01', '2026-04-13'],
    [calendar(9), '2026-04-01', '2026-04-10'],
  ])('%j after %s ends on %s', (term, from, last) => {
    expect(lastDayOf(term, from)).toBe(last);
  });

  test('that reaches into a year without calendar is refused with the year', () => {
    expect(() => lastDayOf(working(5), '2027-12-30')).toThrow('no production calendar of 2028');
  });
});
