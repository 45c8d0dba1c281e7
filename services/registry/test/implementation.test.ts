import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
} from '@veche/proto/registry/v1/registry';
import type { Registry, Story } from './setup.ts';
import {
  COMPLETE,
  PLAN,
  REPORT,
  admitted,
  ask,
  key,
  planInput,
  project,
  reportInput,
  stage,
  startRegistry,
  story,
  told,
  winner,
} from './setup.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const planned = async (): Promise<Story> => {
  const of = await winner(registry);
  await ask(registry, PLAN, planInput(of));
  return of;
};
const finished = async (): Promise<Story> => {
  const of = await planned();
  await ask(registry, REPORT, reportInput(of, 'A'));
  await ask(registry, REPORT, reportInput(of, 'B', { percent: 100 }));
  return of;
};
const act = ({ projectId }: Story, change: object = {}) => ({
  projectId,
  acceptedOn: '2026-03-01',
  actNumber: 'КС-2 № 5',
  ...change,
});

test('from the plan to the acceptance act', async () => {
  const of = await winner(registry);
  const plan = await ask(registry, PLAN, planInput(of));
  expect(plan).toMatchObject({ rejection: null, project: { state: 'PLANNED', stages: [{ code: 'A', finished: false }, { code: 'B' }] } });
  const first = await ask(
    registry,
    REPORT,
    reportInput(of, 'A', { percent: 40, spent: [{ source: 'MUNICIPAL', amount: '400000.10' }] }),
  );
  expect(first.project).toMatchObject({ state: 'IN_PROGRESS', percent: 40, stages: [{ finished: true }, { finished: false }] });
  registry.clock.advance(60_000);
  const second = await ask(
    registry,
    REPORT,
    reportInput(of, 'B', {
      percent: 100,
      spent: [{ source: 'CITIZENS', amount: '100000.00' }, { source: 'MUNICIPAL', amount: '499999.90' }],
    }),
  );
  expect(second.project).toMatchObject({
    reports: [{ stage: 'B', percent: 100 }, { stage: 'A', spent: [{ source: 'MUNICIPAL', amount: '400000.10' }] }],
    finance: {
      spent: '1000000.00',
      sources: [
        { source: 'MUNICIPAL', planned: '900000.00', spent: '900000.00' },
        { source: 'CITIZENS', planned: '100000.00', spent: '100000.00' },
      ],
    },
  });
  const done = await ask(registry, COMPLETE, act(of));
  expect(done.project).toMatchObject({ state: 'COMPLETED', acceptedOn: '2026-03-01', percent: 100 });
  const [, planEvent, firstEvent, , doneEvent] = await told(registry, of);
  expect(fromJson(ImplementationPlannedSchema, planEvent!.data)).toMatchObject({ stages: 2, plannedEnd: '2026-04-30' });
  expect(fromJson(ProgressReportedSchema, firstEvent!.data)).toMatchObject({
    reportId: first.project.reports[0].id,
    percent: 40,
    spentTotal: [{ source: 'MUNICIPAL', amountKopecks: 400_000_10n }],
  });
  expect(fromJson(ProjectCompletedSchema, doneEvent!.data)).toMatchObject({
    acceptedOn: '2026-03-01',
    spentTotal: [
      { source: 'MUNICIPAL', amountKopecks: 900_000_00n },
      { source: 'CITIZENS', amountKopecks: 100_000_00n },
    ],
  });
});

describe('refusals', () => {
  type Case = [string, string, () => Promise<object>, string, string[]?];
  test.each<Case>([
    ['plan of nothing', PLAN, async () => planInput(story()), 'NOT_FOUND'],
    ['plan of a candidate', PLAN, async () => {
      const of = story();
      await registry.bus.deliver(admitted(of));
      return planInput(of);
    }, 'NOT_FOUND'],
    ['plan without stages', PLAN, async () => planInput(await winner(registry), []), 'STAGES_REQUIRED', ['stages']],
    ['51 stages', PLAN, async () => planInput(await winner(registry), Array.from({ length: 51 }, (_, i) => `${i}`)), 'TOO_MANY_STAGES', ['stages']],
    ['a code twice', PLAN, async () => planInput(await winner(registry), ['A', 'A']), 'STAGE_REPEATED', ['stages', '1', 'code']],
    ['an empty code', PLAN, async () => planInput(await winner(registry), ['']), 'STAGE_CODE_INVALID', ['stages', '0', 'code']],
    ['a short title', PLAN, async () => ({ ...planInput(await winner(registry)), stages: [{ ...stage('A'), title: 'x' }] }), 'TITLE_LENGTH'],
    ['end before start', PLAN, async () => ({ ...planInput(await winner(registry)), stages: [{ ...stage('A'), plannedEnd: '2026-02-28' }] }), 'DATES_INVALID'],
    ['plan after a report', PLAN, async () => {
      const of = await planned();
      await ask(registry, REPORT, reportInput(of, 'A'));
      return planInput(of);
    }, 'PLAN_FIXED'],
    ['unknown stage', REPORT, async () => reportInput(await planned(), 'Z'), 'STAGE_UNKNOWN', ['stage']],
    ['finished stage', REPORT, async () => reportInput(await finished(), 'A'), 'STAGE_FINISHED', ['stage']],
    ['short text', REPORT, async () => reportInput(await planned(), 'A', { text: 'Готово' }), 'TEXT_LENGTH', ['text']],
    ['101 percent', REPORT, async () => reportInput(await planned(), 'A', { percent: 101 }), 'PERCENT_INVALID', ['percent']],
    ['unknown source', REPORT, async () => reportInput(await planned(), 'A', { spent: [{ source: 'FEDERAL', amount: '1.00' }] }), 'SOURCE_INVALID', ['spent', '0', 'source']],
    ['negative amount', REPORT, async () => reportInput(await planned(), 'A', { spent: [{ source: 'CITIZENS', amount: '-1.00' }] }), 'AMOUNT_INVALID', ['spent', '0', 'amount']],
    ['a kopeck over the plan', REPORT, async () => reportInput(await planned(), 'A', { spent: [{ source: 'CITIZENS', amount: '100000.01' }] }), 'OVERSPENT', ['spent', '0', 'amount']],
    ['report of nothing', REPORT, async () => reportInput(story(), 'A'), 'NOT_FOUND'],
    ['unfinished stages', COMPLETE, async () => act(await planned()), 'STAGES_UNFINISHED'],
    ['the day after tomorrow', COMPLETE, async () => act(await finished(), { acceptedOn: '2026-03-03' }), 'DATE_IN_FUTURE', ['acceptedOn']],
    ['no date', COMPLETE, async () => act(await finished(), { acceptedOn: '' }), 'DATES_INVALID', ['acceptedOn']],
    ['no act number', COMPLETE, async () => act(await finished(), { actNumber: '  ' }), 'ACT_NUMBER_REQUIRED', ['actNumber']],
    ['completion of nothing', COMPLETE, async () => act(story()), 'NOT_FOUND'],
    ['completion twice', COMPLETE, async () => {
      const of = await finished();
      await ask(registry, COMPLETE, act(of));
      return act(of);
    }, 'PROJECT_COMPLETED'],
  ])('%s', async (_name, query, input, code, path = []) => {
    const answer = await ask(registry, query, await input());
    expect(answer.project).toBeNull();
    expect(answer.rejection).toMatchObject({ code, userMessage: expect.stringMatching(/^[А-Я][^{}]+$/) });
    if (path.length > 0) expect(answer.rejection.path).toEqual(path);
  });
});

describe('who may', () => {
  const territory = (roles: TestCaller['roles'], ...territories: string[]): TestCaller => ({ sub: newId(), roles, territories });

  test.each([
    ['the municipality', territory(['municipality'], '71876000')],
    ['the organiser of the region', territory(['organiser'], '71000000')],
    ['one of two territories', territory(['municipality'], '65701000', '71876000')],
  ])('%s may', async (_name, who) => {
    expect((await ask(registry, PLAN, planInput(await winner(registry)), who)).rejection).toBeNull();
  });

  test.each([
    ['another municipality', territory(['municipality'], '71871000')],
    ['an organiser elsewhere', territory(['organiser'], '65000000')],
    ['staff without a territory', territory(['municipality'])],
    ['a citizen', territory(['citizen'], '71876000')],
    ['finance', territory(['finance'], '71876000')],
    ['an expert', territory(['expert'], '71876000')],
  ])('%s may not', async (_name, who) => {
    const of = await finished();
    for (const [query, input] of [
      [PLAN, planInput(of)],
      [REPORT, reportInput(of, 'A')],
      [COMPLETE, act(of)],
    ] as const) {
      const { errors } = await registry.gql(query, { input: { idempotencyKey: key(), ...input } }, who);
      expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    }
    expect((await project(registry, of)).state).toBe('IN_PROGRESS');
  });
});

describe('repetition and concurrency', () => {
  test('the same key is one report; another input under it is refused', async () => {
    const of = await planned();
    const input = { ...reportInput(of, 'A', { stageFinished: false, spent: [{ source: 'CITIZENS', amount: '60000.00' }] }), idempotencyKey: key() };
    await ask(registry, REPORT, input);
    const again = await ask(registry, REPORT, input);
    expect(again).toMatchObject({ rejection: null, project: { finance: { spent: '60000.00' } } });
    expect((await ask(registry, REPORT, { ...input, percent: 51 })).rejection).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('a stale version is refused', async () => {
    const of = await planned();
    const { version } = await project(registry, of);
    const stale = await ask(registry, PLAN, { ...planInput(of, ['C']), expectedVersion: version - 1 });
    expect(stale).toMatchObject({ project: null, rejection: { code: 'VERSION_CONFLICT' } });
    expect((await ask(registry, PLAN, { ...planInput(of, ['C']), expectedVersion: version })).rejection).toBeNull();
  });

  test('reports at the same time never spend more than planned', async () => {
    const of = await planned();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask(registry, REPORT, reportInput(of, 'A', { stageFinished: false, spent: [{ source: 'CITIZENS', amount: '40000.00' }] })),
      ),
    );
    expect(answers.map((answer) => answer.rejection?.code ?? 'DONE').sort()).toEqual(['DONE', 'DONE', 'OVERSPENT', 'OVERSPENT', 'OVERSPENT']);
    expect((await project(registry, of)).finance.spent).toBe('80000.00');
  });
});

test('without signing in nothing changes', async () => {
  const { errors } = await registry.gql(PLAN, { input: { idempotencyKey: key(), ...planInput(story()) } });
  expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});
