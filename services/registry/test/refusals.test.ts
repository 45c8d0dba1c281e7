import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Registry } from './setup.ts';
import {
  COMPLETE,
  PLAN,
  REPORT,
  act,
  admitted,
  ask,
  finishedProject,
  planInput,
  plannedProject,
  reportInput,
  stage,
  startRegistry,
  story,
  winner,
} from './setup.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const planned = () => plannedProject(registry);
const finished = () => finishedProject(registry);

describe('refusals', () => {
  type Case = [string, string, () => Promise<object>, string, string[]?];
  test.each<Case>([
    ['plan of nothing', PLAN, async () => planInput(story()), 'NOT_FOUND'],
    [
      'plan of a candidate',
      PLAN,
      async () => {
        const of = story();
        await registry.bus.deliver(admitted(of));
        return planInput(of);
      },
      'NOT_FOUND',
    ],
    ['plan without stages', PLAN, async () => planInput(await winner(registry), []), 'STAGES_REQUIRED', ['stages']],
    [
      '51 stages',
      PLAN,
      async () =>
        planInput(
          await winner(registry),
          Array.from({ length: 51 }, (_, i) => `${i}`),
        ),
      'TOO_MANY_STAGES',
      ['stages'],
    ],
    [
      'a code twice',
      PLAN,
      async () => planInput(await winner(registry), ['A', 'A']),
      'STAGE_REPEATED',
      ['stages', '1', 'code'],
    ],
    [
      'an empty code',
      PLAN,
      async () => planInput(await winner(registry), ['']),
      'STAGE_CODE_INVALID',
      ['stages', '0', 'code'],
    ],
    [
      'a short title',
      PLAN,
      async () => ({
        ...planInput(await winner(registry)),
        stages: [{ ...stage('A'), title: 'x' }],
      }),
      'TITLE_LENGTH',
    ],
    [
      'end before start',
      PLAN,
      async () => ({
        ...planInput(await winner(registry)),
        stages: [{ ...stage('A'), plannedEnd: '2026-02-28' }],
      }),
      'DATES_INVALID',
    ],
    [
      'plan after a report',
      PLAN,
      async () => {
        const of = await planned();
        await ask(registry, REPORT, reportInput(of, 'A'));
        return planInput(of);
      },
      'PLAN_FIXED',
    ],
    ['unknown stage', REPORT, async () => reportInput(await planned(), 'Z'), 'STAGE_UNKNOWN', ['stage']],
    ['finished stage', REPORT, async () => reportInput(await finished(), 'A'), 'STAGE_FINISHED', ['stage']],
    ['short text', REPORT, async () => reportInput(await planned(), 'A', { text: 'Готово' }), 'TEXT_LENGTH', ['text']],
    [
      '101 percent',
      REPORT,
      async () => reportInput(await planned(), 'A', { percent: 101 }),
      'PERCENT_INVALID',
      ['percent'],
    ],
    [
      'unknown source',
      REPORT,
      async () => reportInput(await planned(), 'A', { spent: [{ source: 'FEDERAL', amount: '1.00' }] }),
      'SOURCE_INVALID',
      ['spent', '0', 'source'],
    ],
    [
      'negative amount',
      REPORT,
      async () => reportInput(await planned(), 'A', { spent: [{ source: 'CITIZENS', amount: '-1.00' }] }),
      'AMOUNT_INVALID',
      ['spent', '0', 'amount'],
    ],
    [
      'a kopeck over the plan',
      REPORT,
      async () => reportInput(await planned(), 'A', { spent: [{ source: 'CITIZENS', amount: '100000.01' }] }),
      'OVERSPENT',
      ['spent', '0', 'amount'],
    ],
    ['report of nothing', REPORT, async () => reportInput(story(), 'A'), 'NOT_FOUND'],
    ['unfinished stages', COMPLETE, async () => act(await planned()), 'STAGES_UNFINISHED'],
    [
      'the day after tomorrow',
      COMPLETE,
      async () => act(await finished(), { acceptedOn: '2026-03-03' }),
      'DATE_IN_FUTURE',
      ['acceptedOn'],
    ],
    ['no date', COMPLETE, async () => act(await finished(), { acceptedOn: '' }), 'DATES_INVALID', ['acceptedOn']],
    [
      'no act number',
      COMPLETE,
      async () => act(await finished(), { actNumber: '  ' }),
      'ACT_NUMBER_REQUIRED',
      ['actNumber'],
    ],
    ['completion of nothing', COMPLETE, async () => act(story()), 'NOT_FOUND'],
    [
      'completion twice',
      COMPLETE,
      async () => {
        const of = await finished();
        await ask(registry, COMPLETE, act(of));
        return act(of);
      },
      'PROJECT_COMPLETED',
    ],
  ])('%s', async (_name, query, input, code, path = []) => {
    const answer = await ask(registry, query, await input());
    expect(answer.project).toBeNull();
    expect(answer.rejection).toMatchObject({
      code,
      userMessage: expect.stringMatching(/^[А-Я][^{}]+$/),
    });
    if (path.length > 0) expect(answer.rejection.path).toEqual(path);
  });
});
