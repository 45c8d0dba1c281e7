import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import {
  ASSIGN,
  CLOSES,
  CONFLICT,
  DETERMINE,
  DURING,
  FINALISE,
  JOIN,
  SAVE,
  admitted,
  expert,
  marksOf,
  organiser,
  published,
  scored,
  story,
  stranger,
  setUp,
  type Setup,
} from './setup.ts';
import { ABSENCES, REPLACE, RULES, codeOf, sheetsOf } from './setup-panel.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

test('a replaced expert: open sheets pass over, final ones stay, and the ranking rests on both', async () => {
  const { contestId, applicationIds, experts, sheets } = await story(setup, { applications: 2 });
  const successor = expert();
  await setup.ask(JOIN, { competences: [] }, successor);
  await scored(setup, sheets[0]![0], [9, 9, 9], experts[0]!);
  const input = { contestId, expertId: experts[0]!.sub, successorId: successor.sub, reason: 'Заболел до конца этапа' };
  expect(codeOf(await setup.ask(REPLACE, { ...input, reason: 'нет' }, organiser))).toBe('REASON_REQUIRED');
  expect(codeOf(await setup.ask(REPLACE, { ...input, successorId: newId() }, organiser))).toBe('NOT_IN_POOL');
  const { sheets: after } = await setup.ask(REPLACE, input, organiser);
  const states = after.map((one: any) => [
    applicationIds.indexOf(one.application.id),
    one.expert.id === successor.sub,
    one.state,
  ]);
  expect(states.toSorted()).toEqual([
    [0, false, 'FINAL'],
    [1, false, 'REPLACED'],
    [1, true, 'OPEN'],
  ]);
  expect(codeOf(await setup.ask(FINALISE, { sheetId: sheets[1]![0].id }, experts[0]!))).toBe('SHEET_REPLACED');
  const taken = after.find(({ expert: of }: any) => of.id === successor.sub);
  await scored(setup, taken, [5, 5, 5], successor);
  const { ranking } = await setup.ask(DETERMINE, { contestId }, organiser);
  expect(ranking.lines.map(({ score, sheets: of, barred }: any) => [score, of, barred])).toEqual([
    ['40.50', 1, 0],
    ['22.50', 1, 0],
  ]);
});

describe('after the end of the stage', () => {
  test('a sheet is taken late for as long as the rules say, marked; what is open then is an absence and no zero', async () => {
    const contestId = newId();
    const [late, absent] = [expert(), expert()];
    await setup.bus.deliver(published(contestId));
    await setup.bus.deliver(admitted(contestId));
    await setup.ask(RULES, { contestId, lateHours: 24 }, organiser);
    for (const one of [late, absent]) await setup.ask(JOIN, { competences: [] }, one);
    await setup.ask(ASSIGN, { contestId, expertIds: [late.sub, absent.sub] }, organiser);
    const [sheet, other] = [late, absent].map(({ sub }) => sub);
    const idOf = async (sub: string | undefined) =>
      (await sheetsOf(setup, contestId)).find(({ expert: of }) => of.id === sub);
    try {
      setup.clock.set(CLOSES);
      expect(codeOf(await setup.ask(ABSENCES, { contestId }, organiser))).toBe('STAGE_NOT_OVER');
      const conflict = { sheetId: (await idOf(sheet)).id, reason: 'Соавтор проекта — мой брат' };
      expect(codeOf(await setup.ask(CONFLICT, conflict, late))).toBe('STAGE_NOT_OPEN');
      await scored(setup, await idOf(sheet), [10, 10, 10], late);
      expect(await idOf(sheet)).toMatchObject({ state: 'FINAL', late: true });
      setup.clock.set('2026-03-21T04:00:00Z');
      const open = await idOf(other);
      const input = { sheetId: open.id, expectedVersion: open.version, marks: marksOf([1, 1, 1]) };
      expect(codeOf(await setup.ask(SAVE, input, absent))).toBe('STAGE_NOT_OPEN');
      expect(codeOf(await setup.ask(DETERMINE, { contestId }, organiser))).toBe('SHEETS_OPEN');
      await setup.ask(ABSENCES, { contestId }, organiser);
      expect(await idOf(other)).toMatchObject({ state: 'ABSENT' });
      const { ranking } = await setup.ask(DETERMINE, { contestId }, organiser);
      expect(ranking.lines[0]).toMatchObject({ score: '45.00', sheets: 1, barred: 0 });
    } finally {
      setup.clock.set(DURING);
    }
  });

  test('without such a rule nothing is taken', async () => {
    const { experts, sheets } = await story(setup);
    try {
      setup.clock.set(CLOSES);
      expect(codeOf(await setup.ask(FINALISE, { sheetId: sheets[0]![0].id }, experts[0]!))).toBe('STAGE_NOT_OPEN');
    } finally {
      setup.clock.set(DURING);
    }
  });
});

test('the outlier report tells whom to look at, to organisers of the place alone', async () => {
  const { contestId, experts, sheets } = await story(setup, { experts: 3 });
  for (const [index, points] of [9, 8, 2].entries())
    await scored(setup, sheets[0]![index], [points, 8, 8], experts[index]!);
  const query = `query ($id: ID!, $atLeast: Int!) { outlierReport(contestId: $id, atLeast: $atLeast) {
    outliers { expert { id } criterion points median distance } leanings { expert { id } marks lean } } }`;
  const { data } = await setup.gql(query, { id: contestId, atLeast: 50 }, organiser);
  expect(data.outlierReport.outliers).toEqual([
    { expert: { id: experts[2]!.sub }, criterion: 'need', points: 2, median: '8.00', distance: '60.00' },
  ]);
  expect(data.outlierReport.leanings[0]).toEqual({ expert: { id: experts[2]!.sub }, marks: 3, lean: '-20.00' });
  const codes = await Promise.all(
    [stranger, experts[0]!].map(async (as) => (await setup.gql(query, { id: contestId, atLeast: 50 }, as)).errors?.[0]),
  );
  expect(codes.map((error) => error?.extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  const wrong = await setup.gql(query, { id: contestId, atLeast: 0 }, organiser);
  expect(wrong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
