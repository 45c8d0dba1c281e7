import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
} from '@veche/proto/registry/v1/registry';
import type { Registry } from './setup.ts';
import {
  COMPLETE,
  PLAN,
  REPORT,
  act,
  ask,
  finishedProject,
  key,
  planInput,
  plannedProject,
  project,
  reportInput,
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

const planned = () => plannedProject(registry);
const finished = () => finishedProject(registry);

test('from the plan to the acceptance act', async () => {
  const of = await winner(registry);
  const plan = await ask(registry, PLAN, planInput(of));
  expect(plan).toMatchObject({
    rejection: null,
    project: { state: 'PLANNED', stages: [{ code: 'A', finished: false }, { code: 'B' }] },
  });
  const first = await ask(
    registry,
    REPORT,
    reportInput(of, 'A', { percent: 40, spent: [{ source: 'MUNICIPAL', amount: '400000.10' }] }),
  );
  expect(first.project).toMatchObject({
    state: 'IN_PROGRESS',
    percent: 40,
    stages: [{ finished: true }, { finished: false }],
  });
  registry.clock.advance(60_000);
  const second = await ask(
    registry,
    REPORT,
    reportInput(of, 'B', {
      percent: 100,
      spent: [
        { source: 'CITIZENS', amount: '100000.00' },
        { source: 'MUNICIPAL', amount: '499999.90' },
      ],
    }),
  );
  expect(second.project).toMatchObject({
    reports: [
      { stage: 'B', percent: 100 },
      { stage: 'A', spent: [{ source: 'MUNICIPAL', amount: '400000.10' }] },
    ],
    finance: {
      spent: '1000000.00',
      sources: [
        { source: 'MUNICIPAL', planned: '900000.00', spent: '900000.00' },
        { source: 'CITIZENS', planned: '100000.00', spent: '100000.00' },
      ],
    },
  });
  const done = await ask(registry, COMPLETE, act(of));
  expect(done.project).toMatchObject({
    state: 'COMPLETED',
    acceptedOn: '2026-03-01',
    percent: 100,
  });
  const [, planEvent, firstEvent, , doneEvent] = await told(registry, of);
  expect(fromJson(ImplementationPlannedSchema, planEvent!.data)).toMatchObject({
    stages: 2,
    plannedEnd: '2026-04-30',
  });
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

describe('who may', () => {
  const territory = (roles: TestCaller['roles'], ...territories: string[]): TestCaller => ({
    sub: newId(),
    roles,
    territories,
  });

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
    const input = {
      ...reportInput(of, 'A', {
        stageFinished: false,
        spent: [{ source: 'CITIZENS', amount: '60000.00' }],
      }),
      idempotencyKey: key(),
    };
    await ask(registry, REPORT, input);
    const again = await ask(registry, REPORT, input);
    expect(again).toMatchObject({ rejection: null, project: { finance: { spent: '60000.00' } } });
    expect((await ask(registry, REPORT, { ...input, percent: 51 })).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('a stale version is refused', async () => {
    const of = await planned();
    const { version } = await project(registry, of);
    const stale = await ask(registry, PLAN, {
      ...planInput(of, ['C']),
      expectedVersion: version - 1,
    });
    expect(stale).toMatchObject({ project: null, rejection: { code: 'VERSION_CONFLICT' } });
    expect((await ask(registry, PLAN, { ...planInput(of, ['C']), expectedVersion: version })).rejection).toBeNull();
  });

  test('reports at the same time never spend more than planned', async () => {
    const of = await planned();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask(
          registry,
          REPORT,
          reportInput(of, 'A', {
            stageFinished: false,
            spent: [{ source: 'CITIZENS', amount: '40000.00' }],
          }),
        ),
      ),
    );
    expect(answers.map((answer) => answer.rejection?.code ?? 'DONE').sort()).toEqual([
      'DONE',
      'DONE',
      'OVERSPENT',
      'OVERSPENT',
      'OVERSPENT',
    ]);
    expect((await project(registry, of)).finance.spent).toBe('80000.00');
  });
});

test('without signing in nothing changes', async () => {
  const { errors } = await registry.gql(PLAN, {
    input: { idempotencyKey: key(), ...planInput(story()) },
  });
  expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});
