import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planStages } from './calendar.ts';
import type { Contest } from './contest.ts';
import { createContest, type NewContest } from './draft.ts';
import { announceStages, approveBallotList, publishContest, rescheduleStage, takeResult } from './publication.ts';
import { passport } from './passport.ts';
import { TEMPLATES } from './templates/index.ts';
import { planOf } from './criteria.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const hash = (text: string): string => `#${text}`;

const stage = (type: string, opens: string, closes: string) => ({
  type: type as never,
  opensLocal: `2026-03-${opens}`,
  closesLocal: `2026-03-${closes}`,
});

const INPUT: NewContest = {
  template: 'municipal-selection',
  title: 'Инициативные проекты',
  oktmo: '71876000',
  timeZone: 'Asia/Yekaterinburg',
  budget: 100n,
  legalBasis: [{ title: 'Порядок', number: '1', date: '2026-01-01', article: '3' }],
  stages: [
    stage('INTAKE', '02T00:00:00', '05T00:00:00'),
    stage('VOTING', '07T00:00:00', '09T00:00:00'),
    stage('REPORT', '09T00:00:00', '12T00:00:00'),
  ],
};

function accepted<T>(decision: { ok: boolean; state?: T }): T {
  if (!decision.ok) throw new Error(JSON.stringify(decision));
  return decision.state!;
}
const draft = (more: Partial<NewContest> = {}): Contest => accepted(createContest({ ...INPUT, ...more }));
const published = (more: Partial<NewContest> = {}): Contest => accepted(publishContest(draft(more), NOW, hash));

test.each([
  [null, 'ELIGIBILITY_INVALID'],
  [{ minAge: 13, ageOn: null, residence: null }, 'ELIGIBILITY_INVALID'],
  [{ minAge: 14, ageOn: null, residence: null }, undefined],
])('nothing is published without a sound rule of who may vote: %j', (eligibility, code) => {
  const decision = publishContest({ ...draft(), eligibility: eligibility as Contest['eligibility'] }, NOW, hash);
  expect(decision.ok ? undefined : decision.rejection.code).toBe(code);
});

describe('the passport', () => {
  test('does not depend on the order of members and covers every rule', () => {
    const contest = draft();
    const shuffled = Object.fromEntries(Object.entries(contest).toReversed()) as unknown as Contest;
    expect(passport(shuffled)).toBe(passport(contest));
    const changes: Partial<Contest>[] = [
      { title: 'Другие проекты' },
      { budget: 101n },
      { maxPerProject: 1n },
      { groupMinimum: 9 },
      { timeZone: 'Europe/Moscow' },
      { legalBasis: [] },
      { form: {} },
      { criteria: [] },
      { votingRule: {} },
      { eligibility: { minAge: 18, ageOn: null, residence: null } },
      { resultsVisibility: 'LIVE' },
      { graceSeconds: 6 },
      { level: 'REGION' },
      { practice: 'TOS' },
      { legalRegime: 'RU_33FZ_49' },
      { divisions: [{ code: 'a', kind: 'GROUP', title: 'А' }] },
      { regionalHolidays: [{ date: '2026-12-10', title: 'День округа' }] },
      { stages: contest.stages.map((one) => ({ ...one, follows: true })) },
      { stages: contest.stages.map((one) => ({ ...one, term: { amount: 1, unit: 'WORKING_DAY' as const } })) },
      { stages: contest.stages.slice(1) },
    ];
    const texts = [contest, ...changes.map((change) => ({ ...contest, ...change }))].map(passport);
    expect(new Set(texts).size).toBe(changes.length + 1);
  });

  test('does not change with what happens later', () => {
    const contest = published();
    expect(passport(contest)).toBe(passport(draft()));
    expect(contest.passportHash).toBe(hash(passport(contest)));
    const told = accepted(announceStages(contest, new Date('2026-03-08T00:00:00Z')));
    expect(passport(accepted(takeResult(told, 1)))).toBe(passport(contest));
  });
});

describe('the clock', () => {
  test('announces each boundary once and in order, whenever it looks', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 30 * 24 * 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(minutes, (looks) => {
        let contest = published();
        const told: string[] = [];
        for (const minute of looks.toSorted((one, other) => one - other)) {
          const now = new Date(NOW.getTime() + minute * 60_000);
          const decision = announceStages(contest, now);
          if (!decision.ok) throw new Error('refused');
          contest = decision.state;
          told.push(...decision.events.map(({ kind, ...more }) => `${kind} ${(more as { stage: string }).stage}`));
          expect(contest.nextBoundaryAt === null || contest.nextBoundaryAt > now).toBe(true);
        }
        const all = ['INTAKE', 'VOTING', 'REPORT'].flatMap((type) => [`StageOpened ${type}`, `StageClosed ${type}`]);
        expect(told).toEqual(all.slice(0, told.length));
        expect(contest.nextBoundaryAt === null).toBe(told.length === all.length);
      }),
    );
  });

  test('waits for a boundary that was put off', () => {
    const move = { stage: 'INTAKE' as const, opensLocal: '2026-03-03T00:00:00', reason: 'Решение комиссии' };
    const moved = accepted(rescheduleStage(published(), move, NOW, hash));
    expect(moved.nextBoundaryAt).toEqual(new Date('2026-03-02T19:00:00Z'));
  });
});

describe('stages', () => {
  const order = (...types: string[]) =>
    planStages(
      types.map((type, index) => stage(type, `${10 + index}T00:00:00`, `${11 + index}T00:00:00`)),
      { timeZone: 'UTC' },
    ).rejection?.code ?? null;

  test.each<[string[], string | null]>([
    [['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'EXPERTISE', 'VOTING', 'COMMISSION', 'COLLECTION'], null],
    [['INTAKE', 'VOTING', 'EXPERTISE', 'COMMISSION'], null],
    [['ANNOUNCEMENT', 'TRAINING', 'IDEATION', 'ASSEMBLY', 'INTAKE', 'COMMISSION', 'COLLECTION', 'AGREEMENTS'], null],
    [['AGREEMENTS', 'PROCUREMENT', 'IMPLEMENTATION', 'MONITORING', 'REPORT'], null],
    [['INTAKE', 'ASSEMBLY'], 'STAGE_BEFORE_PREDECESSOR'],
    [['VOTING', 'INTAKE'], 'STAGE_BEFORE_PREDECESSOR'],
    [['INTAKE', 'VOTING', 'EXPERTISE', 'VOTING'], 'STAGES_INVALID'],
    [['IMPLEMENTATION', 'COLLECTION'], 'STAGE_BEFORE_PREDECESSOR'],
  ])('%j gives %s', (types, code) => {
    expect(order(...types)).toBe(code);
  });

  test('may touch, not overlap', () => {
    const plan = (opens: string) =>
      planStages([stage('INTAKE', '01T00:00:00', '02T00:00:00'), stage('VOTING', opens, '03T00:00:00')], {
        timeZone: 'UTC',
      });
    expect(plan('02T00:00:00').rejection).toBeNull();
    expect(plan('01T23:59:59').rejection).toEqual({
      code: 'STAGE_BEFORE_PREDECESSOR',
      path: ['stages', '1', 'opensLocal'],
    });
  });
});

test('every template has sound criteria and makes a sound draft', () => {
  for (const { code, criteria, form, stages } of TEMPLATES) {
    expect(planOf({ criteria, form })).toMatchObject({ ok: true });
    const calendar = stages.map((type, index) => stage(type, `${10 + index}T00:00:00`, `${11 + index}T00:00:00`));
    expect(createContest({ ...INPUT, template: code, stages: calendar }).ok).toBe(true);
  }
});

test('a result belongs to a published contest, and an older one changes nothing', () => {
  expect(takeResult(draft(), 1)).toMatchObject({ ok: false, rejection: { code: 'CONTEST_NOT_PUBLISHED' } });
  const decided = accepted(takeResult(published(), 2));
  expect(decided).toMatchObject({ status: 'DECIDED', resultVersion: 2 });
  expect(accepted(takeResult(decided, 1))).toBe(decided);
});

test('the second before the vote is the last in which the ballot can be approved', () => {
  const opens = new Date('2026-03-06T19:00:00Z');
  const line = { applicationId: 'a', number: '1', title: 'Сквер', cost: 1n, oktmo: '71876000', category: '' };
  const draft = { admitted: [{ ...line, submittedAt: NOW }], undecided: 0, groups: [] };
  const at = (now: Date) => approveBallotList(published(), draft, now).ok;
  expect(at(new Date(opens.getTime() - 1000))).toBe(true);
  expect(at(opens)).toBe(false);
});

describe('projects that exclude each other', () => {
  const line = { number: '1', title: 'Сквер', cost: 1n, oktmo: '71876000', category: '', submittedAt: NOW };
  const admitted = ['a', 'b', 'c'].map((applicationId) => ({ ...line, applicationId }));
  const approve = (...groups: { name: string; applicationIds: string[] }[]) =>
    approveBallotList(published(), { admitted, undecided: 0, groups }, NOW);

  test('are on the list with the names of their groups', () => {
    const plot = { name: ' Участок 12 ', applicationIds: ['a', 'b'] };
    const decision = approve(plot, { name: 'Парк', applicationIds: ['c', 'a'] });
    const ballot = decision.ok ? decision.state.ballot! : [];
    expect(ballot.map(({ applicationId, groups }) => [applicationId, groups])).toEqual([
      ['a', ['Участок 12', 'Парк']],
      ['b', ['Участок 12']],
      ['c', ['Парк']],
    ]);
  });

  const sound = { name: 'Участок 12', applicationIds: ['a', 'b'] };
  test.each([
    ['without a name', { ...sound, name: '  ' }],
    ['with a name too long', { ...sound, name: 'я'.repeat(101) }],
    ['with the name of another', { ...sound, applicationIds: ['b', 'c'] }],
    ['of one project', { name: 'Парк', applicationIds: ['a'] }],
    ['with a project twice', { name: 'Парк', applicationIds: ['a', 'a'] }],
    ['with a project that is not on the list', { name: 'Парк', applicationIds: ['a', 'd'] }],
  ])('a group %s is refused', (_what, group) => {
    const rejection = { code: 'EXCLUSIVE_GROUP_INVALID', path: ['exclusiveGroups', '1'] };
    expect(approve(sound, group)).toMatchObject({ ok: false, rejection });
  });
});
