import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo, contextOf, newId, tokenVerifier, type Command } from '@veche/kit';
import { accept } from '@veche/kit/domain/decision';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import type { Panel } from '../src/domain/panel.ts';
import { panelMutations } from '../src/resolvers/panel.ts';
import { makeStores } from '../src/store.ts';
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
  key,
  marksOf,
  organiser,
  published,
  scored,
  story,
  stranger,
  setUp,
  type Setup,
} from './setup.ts';
import { ABSENCES, BY_HAND, DISTRIBUTE, LEAVE, REPLACE, RULES, codeOf, scene, sheetsOf } from './setup-panel.ts';

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

test('an expert whose sheets a distribution gave is replaced as any other, one without sheets is not', async () => {
  const { contestId, expertIds } = await scene(setup, { applications: 2, experts: 2 });
  const [given, successor] = [expertIds[0]!, expertIds[1]!];
  const replacement = { contestId, expertId: given, successorId: successor, reason: 'Заболел до конца этапа' };
  expect(codeOf(await setup.ask(REPLACE, replacement, organiser))).toBe('NOT_IN_POOL');
  await setup.ask(DISTRIBUTE, { contestId, rule: 'BALANCED', expertIds: [given], perApplication: 1 }, organiser);
  const { sheets, rejection } = await setup.ask(REPLACE, replacement, organiser);
  expect(rejection).toBeNull();
  expect(sheets.map(({ expert: of, state }: any) => [of.id === successor, state]).toSorted()).toEqual([
    [false, 'REPLACED'],
    [false, 'REPLACED'],
    [true, 'OPEN'],
    [true, 'OPEN'],
  ]);
});

test('no sheet is taken away for a successor who has left the pool, also when the replacement is repeated', async () => {
  const { contestId, applicationIds, experts } = await story(setup);
  const [goes, successor] = [experts[0]!, expert()];
  await setup.ask(JOIN, { competences: [] }, successor);
  const ids = { contestId, expertId: goes.sub, successorId: successor.sub };
  const input = { ...ids, reason: 'Заболел до конца этапа', idempotencyKey: key() };
  const first = await setup.ask(REPLACE, input, organiser);
  await setup.ask(LEAVE, {}, successor);
  expect(await setup.ask(REPLACE, input, organiser)).toEqual(first);
  const applicationId = newId();
  await setup.bus.deliver(admitted(contestId, { applicationId, number: '2' }));
  await setup.ask(BY_HAND, { contestId, applicationId, expertId: goes.sub }, organiser);
  expect(codeOf(await setup.ask(REPLACE, input, organiser))).toBe('NOT_IN_POOL');
  expect(codeOf(await setup.ask(REPLACE, { ...input, idempotencyKey: key() }, organiser))).toBe('NOT_IN_POOL');
  const states = (await sheetsOf(setup, contestId))
    .filter(({ expert: of }) => of.id === goes.sub)
    .map(({ application, state }) => [applicationIds.indexOf(application.id), state]);
  expect(states.toSorted()).toEqual([
    [-1, 'OPEN'],
    [0, 'REPLACED'],
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

  test('absences are not recorded by a request that lost its key to another one in the meantime', async () => {
    const { contestId } = await story(setup);
    const connection = await connectMongo(TEST_MONGODB_URI, setup.deps.connection.name);
    try {
      const stores = makeStores(connection);
      const input = { contestId, idempotencyKey: key() };
      const other: Command = { caller: organiser.sub!, key: input.idempotencyKey, name: 'other', payload: {} };
      /** The other request comes between the first look at the key and the decision. */
      const look = stores.panels.isReused.bind(stores.panels);
      stores.panels.isReused = async (command) => {
        stores.panels.isReused = look;
        const reused = await look(command);
        const change = { id: contestId, command: other, events: () => [], decide: (panel: Panel) => accept(panel) };
        expect((await stores.panels.change(change)).rejection).toBeNull();
        return reused;
      };
      setup.clock.set(CLOSES);
      const { recordAbsences } = panelMutations({ stores, clock: setup.clock });
      const { issuer, keys } = setup.issuer;
      const headers = { authorization: `Bearer ${await setup.token(organiser)}` };
      const context = await contextOf({ headers }, tokenVerifier({ issuer, audience: 'gateway', keys }));
      const answer = await (recordAbsences as any)({}, { input }, context);
      expect(codeOf(answer)).toBe('IDEMPOTENCY_KEY_REUSED');
      expect((await sheetsOf(setup, contestId)).map(({ state }) => state)).toEqual(['OPEN']);
    } finally {
      setup.clock.set(DURING);
      await connection.close();
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
