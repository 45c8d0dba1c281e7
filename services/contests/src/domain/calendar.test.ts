import { describe, expect, test } from '@jest/globals';
import { planStages, type StageDraft } from './calendar.ts';
import { choiceErrors, divisionProblem, type Division } from './division.ts';
import { transitionsOf } from './transitions.ts';

const ZONE = 'Asia/Yekaterinburg';
const working = (amount: number) => ({ amount, unit: 'WORKING_DAY' as const });
const PLAN: StageDraft[] = [
  { type: 'INTAKE', opensLocal: '2026-04-20T09:00:00', term: working(10) },
  { type: 'ADMISSION', term: working(5) },
  { type: 'VOTING', opensLocal: '2026-05-20T09:00:00', term: { amount: 10, unit: 'CALENDAR_DAY' } },
];

function planned(drafts: StageDraft[], regionalHolidays: { date: string; title: string }[] = []) {
  const { stages, rejection } = planStages(drafts, { timeZone: ZONE, regionalHolidays });
  if (rejection) throw new Error(JSON.stringify(rejection));
  return stages;
}

describe('terms', () => {
  test('are counted by the production calendar, and a stage without start follows', () => {
    expect(planned(PLAN).map(({ opensLocal, closesLocal }) => [opensLocal, closesLocal])).toEqual([
      // The May holidays: 1 May and Monday 11 May are not worked.
      ['2026-04-20T09:00:00', '2026-05-06T00:00:00'],
      ['2026-05-06T00:00:00', '2026-05-15T00:00:00'],
      // The tenth day is Saturday 30 May, so the term ends on Monday.
      ['2026-05-20T09:00:00', '2026-06-02T00:00:00'],
    ]);
  });

  test('a holiday of the region puts the end off, and what follows with it', () => {
    const [intake, admission] = planned(PLAN, [{ date: '2026-04-22', title: 'День региона' }]);
    expect([intake!.closesLocal, admission!.closesLocal]).toEqual(['2026-05-07T00:00:00', '2026-05-16T00:00:00']);
  });

  test.each<[string, StageDraft, string, string]>([
    ['no end', { type: 'INTAKE', opensLocal: '2026-04-20T09:00:00' }, 'STAGES_INVALID', 'closesLocal'],
    ['no start of the first', { type: 'INTAKE', term: working(1) }, 'STAGES_INVALID', 'opensLocal'],
    [
      'both an end and a term',
      { type: 'INTAKE', opensLocal: '2026-04-20T09:00', closesLocal: '2026-04-21T09:00', term: working(1) },
      'STAGES_INVALID',
      'term',
    ],
    ['half a day', { type: 'INTAKE', opensLocal: '2026-04-20T09:00', term: working(0.5) }, 'TERM_INVALID', 'term'],
    ['1001 days', { type: 'INTAKE', opensLocal: '2026-04-20T09:00', term: working(1001) }, 'TERM_INVALID', 'term'],
    [
      'a year that nobody has a calendar of',
      { type: 'INTAKE', opensLocal: '2027-12-20T09:00', term: working(30) },
      'CALENDAR_MISSING',
      'term',
    ],
  ])('%s is refused at its field', (_name, draft, code, field) => {
    const { rejection } = planStages([draft], { timeZone: ZONE });
    expect(rejection).toMatchObject({ code, path: ['stages', '0', field] });
  });
});

test('a dry run shows every transition with its date, and which dates rest on a calendar without decree', () => {
  const stages = planned([
    { type: 'INTAKE', opensLocal: '2026-12-12T00:00:00', term: working(12) },
    { type: 'VOTING', term: working(5) },
  ]);
  const shown = transitionsOf(stages, { timeZone: ZONE }, new Date('2026-12-20T00:00:00Z'));
  expect(shown.map(({ at, ...one }) => ({ ...one, at: at.toISOString() }))).toEqual([
    // A Saturday.
    line('INTAKE', 'OPENS', '2026-12-12T00:00:00', '2026-12-11T19:00:00.000Z', { passed: true, dayOff: true }),
    line('INTAKE', 'CLOSES', '2026-12-30T00:00:00', '2026-12-29T19:00:00.000Z', { workingDays: 12 }),
    line('VOTING', 'OPENS', '2026-12-30T00:00:00', '2026-12-29T19:00:00.000Z'),
    // 31 December has a moved day off, and the first working day of 2027 is the 11th as long as no decree says otherwise.
    line('VOTING', 'CLOSES', '2027-01-16T00:00:00', '2027-01-15T19:00:00.000Z', { provisional: true, workingDays: 6 }),
  ]);
});

const line = (stage: string, kind: string, local: string, at: string, more: object = {}) => ({
  stage,
  kind,
  local,
  at,
  passed: false,
  dayOff: false,
  provisional: false,
  workingDays: null,
  ...more,
});

describe('groups and nominations', () => {
  const division = (code: string, more: Partial<Division> = {}): Division => ({
    code,
    kind: 'GROUP',
    title: 'Округа',
    ...more,
  });
  test.each<[string, Division[], string[] | null]>([
    ['all the money', [division('a', { budget: 60n }), division('b', { budget: 40n })], null],
    ['a kopeck too much', [division('a', { budget: 60n }), division('b', { budget: 41n })], ['divisions']],
    [
      'each kind by itself',
      [division('a', { budget: 100n }), division('b', { kind: 'NOMINATION', budget: 100n })],
      null,
    ],
    ['a code twice', [division('a'), division('a')], ['divisions', '1', 'code']],
    ['a code with blanks', [division('a b')], ['divisions', '0', 'code']],
    ['no title', [division('a', { title: ' ' })], ['divisions', '0', 'title']],
    ['no money', [division('a', { budget: 0n })], ['divisions', '0', 'budget']],
    ['a score in words', [division('a', { passingScore: 'сорок' })], ['divisions', '0', 'passingScore']],
    ['no winner', [division('a', { winnersLimit: 0 })], ['divisions', '0', 'winnersLimit']],
    ['101', Array.from({ length: 101 }, (_, n) => division(`d${n}`)), ['divisions']],
  ])('%s', (_name, divisions, path) => {
    expect(divisionProblem(divisions, 100n)?.path ?? null).toEqual(path);
  });

  const both = [division('city', { budget: 50n }), division('village'), division('sport', { kind: 'NOMINATION' })];
  test.each<[string, string[], bigint, string[]]>([
    ['one of each kind', ['city', 'sport'], 50n, []],
    ['more than the group has', ['city', 'sport'], 51n, ['funding OVER_LIMIT']],
    ['a group without money of its own', ['village', 'sport'], 51n, []],
    ['no nomination', ['city'], 1n, ['divisions REQUIRED']],
    ['two groups', ['city', 'village', 'sport'], 1n, ['divisions NOT_ALLOWED']],
    ['an unknown one', ['city', 'sport', 'moon'], 1n, ['divisions NOT_ALLOWED']],
  ])('an application with %s', (_name, chosen, budgeted, errors) => {
    expect(choiceErrors(both, chosen, budgeted).map(({ path, code }) => `${path} ${code}`)).toEqual(errors);
  });
});
