import { describe, expect, test } from '@jest/globals';
import type { ReportInput, StageInput } from './implementation.ts';
import { completeProject, planImplementation, reportProgress } from './implementation.ts';
import type { ProjectState } from './project.ts';
import { candidate, percentOf, spentOf } from './project.ts';

const now = new Date('2026-06-10T20:00:00Z');
const supported: ProjectState = {
  ...candidate('contest'),
  status: 'SUPPORTED',
  registeredAt: now,
  facts: {
    title: 'Сквер',
    oktmo: '71876000',
    category: 'IMPROVEMENT',
    totalCost: 1_000n,
    plan: [
      { source: 'MUNICIPAL', amount: 900n },
      { source: 'CITIZENS', amount: 100n },
    ],
    revision: 1,
  },
};
const stage = (code: string, change: Partial<StageInput> = {}): StageInput => ({
  code,
  title: 'Земляные работы',
  plannedStart: '2026-06-01',
  plannedEnd: '2026-06-30',
  ...change,
});
const text = 'Площадка расчищена, основание уложено.';
const input = (change: Partial<ReportInput> = {}): ReportInput => ({
  stage: 'A',
  text,
  percent: 40,
  spent: [{ source: 'MUNICIPAL', amount: 400n }],
  stageFinished: true,
  ...change,
});
const report = { id: 'r1', now };

function done(decision: { ok: boolean; state?: ProjectState }): ProjectState {
  expect(decision.ok).toBe(true);
  return decision.state!;
}

const planned = done(planImplementation(supported, [stage('A'), stage('B', { plannedEnd: '2026-07-15' })]));
const begun = done(reportProgress(planned, input(), report));
const finished = done(reportProgress(begun, input({ stage: 'B', percent: 100, spent: [] }), { ...report, id: 'r2' }));
const act = { acceptedOn: '2026-06-10', actNumber: ' КС-2 № 5 ' };
const completed = done(completeProject(finished, act, now));

describe('plan', () => {
  test('tells the number of stages and the last end', () => {
    expect(planImplementation(supported, [stage('A', { plannedEnd: '2026-08-01' }), stage('B')])).toMatchObject({
      state: { status: 'PLANNED' },
      events: [{ kind: 'ImplementationPlanned', stages: 2, plannedEnd: '2026-08-01' }],
    });
  });

  test('is replaced until the first report', () => {
    expect(done(planImplementation(planned, [stage('C')])).stages.map((one) => one.code)).toEqual(['C']);
    expect(planImplementation(begun, [stage('C')])).toMatchObject({
      rejection: { code: 'PLAN_FIXED' },
    });
  });

  test.each<[string, StageInput[], string, string[]]>([
    ['no stage', [], 'STAGES_REQUIRED', ['stages']],
    ['too many', Array.from({ length: 51 }, (_, i) => stage(`${i}`)), 'TOO_MANY_STAGES', ['stages']],
    ['a code twice', [stage('A'), stage(' A ')], 'STAGE_REPEATED', ['stages', '1', 'code']],
    ['no code', [stage(' ')], 'STAGE_CODE_INVALID', ['stages', '0', 'code']],
    ['long code', [stage('x'.repeat(41))], 'STAGE_CODE_INVALID', ['stages', '0', 'code']],
    ['short title', [stage('A', { title: ' ab ' })], 'TITLE_LENGTH', ['stages', '0', 'title']],
    ['long title', [stage('A', { title: 'я'.repeat(201) })], 'TITLE_LENGTH', ['stages', '0', 'title']],
    ['no such day', [stage('A', { plannedStart: '2026-02-29' })], 'DATES_INVALID', ['stages', '0', 'plannedStart']],
    ['not a date', [stage('A', { plannedEnd: '1.7.2026' })], 'DATES_INVALID', ['stages', '0', 'plannedEnd']],
    ['end first', [stage('A', { plannedEnd: '2026-05-31' })], 'DATES_INVALID', ['stages', '0', 'plannedEnd']],
  ])('%s is refused', (_name, stages, code, path) => {
    expect(planImplementation(supported, stages)).toMatchObject({
      ok: false,
      rejection: { code, path },
    });
  });

  test('a stage of one day is fine', () => {
    expect(planImplementation(supported, [stage('A', { plannedEnd: '2026-06-01' })]).ok).toBe(true);
  });
});

describe('report', () => {
  test('carries totals of all reports', () => {
    const next = reportProgress(
      begun,
      input({
        stage: 'B',
        percent: 40,
        spent: [
          { source: 'CITIZENS', amount: 100n },
          { source: 'MUNICIPAL', amount: 500n },
        ],
      }),
      { ...report, id: 'r2' },
    );
    expect(next).toMatchObject({
      state: { status: 'IN_PROGRESS' },
      events: [
        {
          kind: 'ProgressReported',
          reportId: 'r2',
          percent: 40,
          spentTotal: [
            { source: 'MUNICIPAL', amount: 900n },
            { source: 'CITIZENS', amount: 100n },
          ],
        },
      ],
    });
  });

  test.each<[string, Partial<ReportInput>, string, string[]]>([
    ['unknown stage', { stage: 'Z' }, 'STAGE_UNKNOWN', ['stage']],
    ['finished stage', { stage: 'A' }, 'STAGE_FINISHED', ['stage']],
    ['short text', { text: 'Готово.' }, 'TEXT_LENGTH', ['text']],
    ['long text', { text: 'я'.repeat(5001) }, 'TEXT_LENGTH', ['text']],
    ['readiness falls', { percent: 39 }, 'PERCENT_INVALID', ['percent']],
    ['over 100', { percent: 101 }, 'PERCENT_INVALID', ['percent']],
    ['a fraction', { percent: 50.5 }, 'PERCENT_INVALID', ['percent']],
    ['unknown source', { spent: [{ source: 'FEDERAL', amount: 1n }] }, 'SOURCE_INVALID', ['spent', '0', 'source']],
    [
      'source twice',
      {
        spent: [
          { source: 'CITIZENS', amount: 1n },
          { source: 'CITIZENS', amount: 1n },
        ],
      },
      'SOURCE_INVALID',
      ['spent', '1', 'source'],
    ],
    ['negative', { spent: [{ source: 'CITIZENS', amount: -1n }] }, 'AMOUNT_INVALID', ['spent', '0', 'amount']],
    ['a kopeck too much', { spent: [{ source: 'MUNICIPAL', amount: 501n }] }, 'OVERSPENT', ['spent', '0', 'amount']],
    ['source not planned', { spent: [{ source: 'REGIONAL', amount: 1n }] }, 'OVERSPENT', ['spent', '0', 'amount']],
  ])('%s is refused', (_name, change, code, path) => {
    expect(reportProgress(begun, input({ stage: 'B', ...change }), report)).toMatchObject({
      ok: false,
      rejection: { code, path },
    });
  });

  test('without a plan there is no stage to report on', () => {
    expect(reportProgress(supported, input(), report)).toMatchObject({
      rejection: { code: 'STAGE_UNKNOWN' },
    });
  });

  test('an unfinished stage can be reported again', () => {
    const open = done(reportProgress(planned, input({ stageFinished: false }), report));
    expect(reportProgress(open, input({ percent: 41, spent: [] }), report).ok).toBe(true);
    expect(percentOf(open)).toBe(40);
    expect(spentOf(open)).toEqual([{ source: 'MUNICIPAL', amount: 400n }]);
  });
});

describe('completion', () => {
  test('tells the date and the money', () => {
    expect(completed).toMatchObject({
      status: 'COMPLETED',
      acceptedOn: '2026-06-10',
      actNumber: 'КС-2 № 5',
    });
  });

  test.each([
    ['unfinished', begun, act, 'STAGES_UNFINISHED'],
    ['no plan', supported, act, 'STAGES_UNFINISHED'],
    ['no number', finished, { ...act, actNumber: ' ' }, 'ACT_NUMBER_REQUIRED'],
    ['long number', finished, { ...act, actNumber: '1'.repeat(101) }, 'ACT_NUMBER_REQUIRED'],
    ['not a date', finished, { ...act, acceptedOn: 'вчера' }, 'DATES_INVALID'],
    ['future', finished, { ...act, acceptedOn: '2026-06-12' }, 'DATE_IN_FUTURE'],
  ])('%s is refused', (_name, state, given, code) => {
    expect(completeProject(state, given, now)).toMatchObject({ ok: false, rejection: { code } });
  });

  test('the new day begins in Kamchatka', () => {
    expect(completeProject(finished, { ...act, acceptedOn: '2026-06-11' }, now).ok).toBe(true);
  });
});

test.each([
  ['plan', (state: ProjectState) => planImplementation(state, [stage('A')])],
  ['report', (state: ProjectState) => reportProgress(state, input(), report)],
  ['completion', (state: ProjectState) => completeProject(state, act, now)],
])('%s of a completed project or of a candidate is refused', (_name, decide) => {
  expect(decide(completed)).toMatchObject({ rejection: { code: 'PROJECT_COMPLETED' } });
  expect(decide(candidate('contest'))).toMatchObject({ rejection: { code: 'NOT_FOUND' } });
});
