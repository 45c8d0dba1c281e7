import { describe, expect, test } from '@jest/globals';
import { covers, prefixOf } from '@veche/kit/domain/oktmo';
import fc from 'fast-check';
import { answersProblem } from './answers.ts';
import { TRANSITIONS } from './application-states.ts';
import { ballotCost, cofinancingShare, scopesOf, sortKeyOf, type Application } from './application.ts';
import {
  admitApplication,
  decideApplication,
  draftApplication,
  importApplication,
  putOnBallot,
  refuseApplication,
  returnApplication,
  submitApplication,
  withdrawApplication,
} from './application-steps.ts';
import { contentErrors, type ContentDraft } from './content.ts';
import { saveApplication } from './edit.ts';
import { stageOf, type Contest } from './contest.ts';
import { createContest } from './draft.ts';
import { publishContest } from './publication.ts';
import {
  assignApplication,
  declineJointRework,
  isOfferOpen,
  offerJointRework,
  publishApplication,
  reopenApplication,
} from './review.ts';

const NOW = new Date('2026-03-02T00:00:00Z');

function accepted<T>(decision: { ok: boolean; state?: T }): T {
  if (!decision.ok) throw new Error(JSON.stringify(decision));
  return decision.state!;
}

const CONTEST: Contest = accepted(
  publishContest(
    accepted(
      createContest({
        template: 'municipal-selection',
        title: 'Инициативные проекты',
        oktmo: '71876000',
        timeZone: 'UTC',
        budget: 1_000_00n,
        maxPerProject: 800_00n,
        groupMinimum: 1,
        legalBasis: [{ title: 'Порядок', number: '1', date: '2026-01-01', article: '3' }],
        stages: [
          { type: 'INTAKE', opensLocal: '2026-03-01T00:00:00', closesLocal: '2026-03-10T00:00:00' },
          { type: 'VOTING', opensLocal: '2026-03-12T00:00:00', closesLocal: '2026-03-20T00:00:00' },
        ],
      }),
    ),
    new Date('2026-02-01T00:00:00Z'),
    String,
  ),
);

const LONG = 'Дети играют на проезжей части. '.repeat(10);
const CONTENT: ContentDraft = {
  title: 'Детская площадка',
  category: 'PLAYGROUND',
  totalCost: 900_00n,
  funding: [
    { source: 'MUNICIPAL', amount: 500_00n },
    { source: 'REGIONAL', amount: 200_00n },
    { source: 'CITIZENS', amount: 150_00n },
    { source: 'IN_KIND', amount: 50_00n },
  ],
  beneficiaries: 10,
  population: 10,
  answers: {
    problem: LONG,
    rationale: LONG,
    expectedResults: [{ text: 'Площадка' }],
    plannedPeriod: { start: '2026-05-01', end: '2026-05-01' },
    discussionForm: 'POLL',
  },
};
const draft = (more: ContentDraft = {}): Application =>
  accepted(draftApplication(CONTEST, { contestId: 'c', groupId: 'g' }, { ...CONTENT, ...more }, NOW));
const submission = { contest: CONTEST, members: 1, number: '1', uploads: [], now: NOW };

const STEPS: Record<keyof typeof TRANSITIONS, (state: Application) => { ok: boolean; state?: Application }> = {
  save: (state) => saveApplication(state, {}, 1),
  submit: (state) => submitApplication(state, submission),
  return: (state) => returnApplication(state, [{ field: 'title', text: 'Уточните' }], new Date('2027-01-01'), NOW),
  admit: (state) => admitApplication(state, CONTEST, [], NOW),
  refuse: (state) => refuseApplication(state, 'NO_FUNDS', 'В бюджете города нет таких средств.', NOW),
  withdraw: (state) => withdrawApplication(state, CONTEST, NOW),
  decide: (state) => decideApplication(state, { contestId: 'c', outcome: 'WINNER', version: 1 }, NOW),
  assign: (state) => assignApplication(state, null),
  publish: (state) => publishApplication(state, CONTEST, NOW),
  offerRework: (state) => offerJointRework(state, OFFER, new Date('2027-01-01'), NOW),
  declineRework: (state) => declineJointRework(state, OFFER, NOW),
  reopen: (state) => reopenApplication(state, CONTEST, OFFER, NOW),
};
const OFFER = 'Доработаем проект вместе с администрацией.';
/** Conditions of steps beside the state. */
const FURTHER: Partial<Record<keyof typeof TRANSITIONS, (state: Application) => boolean>> = {
  publish: ({ publishedAt }) => !publishedAt,
  declineRework: isOfferOpen,
};
const NAMES = Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[];

const mayHappen = (name: keyof typeof TRANSITIONS, state: Application): boolean =>
  (TRANSITIONS[name].from as readonly string[]).includes(state.status) && (FURTHER[name]?.(state) ?? true);

function expectGrown(before: Application, after: Application, name: string): void {
  // What was edited since an offer that is declined was never filed.
  if (name !== 'declineRework') expect(after.revision).toBeGreaterThanOrEqual(before.revision);
  expect(after.history.slice(0, before.history.length)).toEqual(before.history);
  expect(after.history.at(-1)!.state).toBe(after.status);
  if (before.number) expect(after.number).toBe(before.number);
}

test('whatever is tried in whatever order, only the steps of the table happen', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...NAMES), { maxLength: 15 }), (tried) => {
      let state = draft();
      for (const name of tried) {
        const decision = STEPS[name](state);
        const possible = mayHappen(name, state);
        // Results come from outside: one that does not fit changes nothing and is no error.
        expect(decision.ok).toBe(possible || name === 'decide');
        if (!decision.ok) continue;
        const after = decision.state!;
        if (possible) expect(after.status).toBe(name === 'decide' ? 'WINNER' : (TRANSITIONS[name].to ?? state.status));
        else expect(after).toBe(state);
        expectGrown(state, after, name);
        state = after;
      }
    }),
  );
});

test('an application is in the queue of every territory that covers its contest, and of no other', () => {
  const codes = [
    '71876000',
    '71876000101',
    '71876000000',
    '71800000',
    '71810000',
    '84640440101',
    '84640400',
    '71000000',
  ];
  const scopes = [...codes, '00000000', '84640440', '84640441', '71829000', '11701000', '10000000'];
  for (const code of codes)
    for (const scope of scopes)
      expect([scope, code, scopesOf(code).includes(prefixOf(scope))]).toEqual([scope, code, covers(scope, code)]);
  expect(scopesOf('71876000')).toEqual(['', '71', '718', '71876']);
});

test('only public money of the contest goes on the ballot, of an imported project everything', () => {
  expect(ballotCost(draft())).toBe(700_00n);
  const line = { number: 'A-1', title: 'Сквер', category: '', totalCost: 12_345n };
  expect(ballotCost(accepted(importApplication('c', CONTEST, line, NOW)))).toBe(12_345n);
});

describe('content', () => {
  const codes = (more: ContentDraft) =>
    contentErrors(CONTEST, draft(more).content).map(({ path, code }) => `${path} ${code}`);
  const money = (...amounts: [string, bigint][]) => ({
    funding: amounts.map(([source, amount]) => ({ source: source as never, amount })),
    totalCost: amounts.reduce((sum, [, amount]) => sum + amount, 0n),
  });

  test.each<[string, ContentDraft, string[]]>([
    ['sound', {}, []],
    ['a place inside the city', { oktmo: '71876000101' }, []],
    ['another place', { oktmo: '71829000' }, ['oktmo OUTSIDE_TERRITORY']],
    ['a long title', { title: 'К'.repeat(201) }, ['title TOO_LONG']],
    ['no title', { title: '  ' }, ['title REQUIRED']],
    ['nobody gains', { beneficiaries: 0 }, ['beneficiaries NOT_POSITIVE']],
    ['an empty place', { population: 0 }, ['population NOT_POSITIVE']],
    ['a kopeck too much', { totalCost: 900_01n }, ['funding SUM_DIFFERS']],
    ['just the limit', money(['MUNICIPAL', 800_00n]), []],
    ['above the limit of a project', money(['MUNICIPAL', 700_00n], ['REGIONAL', 100_01n]), ['funding OVER_LIMIT']],
    ['much of their own', money(['MUNICIPAL', 1n], ['BUSINESS', 9_999_00n]), []],
    ['a source twice', money(['MUNICIPAL', 1n], ['MUNICIPAL', 1n]), ['funding SOURCE_REPEATED']],
    ['a negative source', money(['MUNICIPAL', 5n], ['CITIZENS', -1n]), ['funding NOT_POSITIVE']],
    ['no money', { totalCost: 0n, funding: [] }, ['totalCost NOT_POSITIVE', 'funding REQUIRED']],
    [
      'no such day',
      { answers: { plannedPeriod: { start: '2026-13-01', end: '2026-13-02' } } },
      ['answers.plannedPeriod.start NOT_ALLOWED', 'answers.plannedPeriod.end NOT_ALLOWED'],
    ],
  ])('%s', (_name, more, expected) => {
    const answers = more.answers ? { ...CONTENT.answers, ...more.answers } : CONTENT.answers!;
    expect(codes({ ...more, answers })).toEqual(expected);
  });
});

describe('the term of a return', () => {
  const returned = (): Application => {
    const filed = accepted(submitApplication(draft(), submission));
    const answerBy = new Date('2026-03-15T00:00:00Z');
    return accepted(returnApplication(filed, [{ field: 'title', text: 'Уточните' }], answerBy, NOW));
  };

  test('holds to its last instant, even after the intake', () => {
    const at = (instant: string) => submitApplication(returned(), { ...submission, now: new Date(instant) }).ok;
    expect(at('2026-03-15T00:00:00Z')).toBe(true);
    expect(at('2026-03-15T00:00:00.001Z')).toBe(false);
  });

  test('counts one revision, however often the rework is saved', () => {
    const saved = accepted(saveApplication(accepted(saveApplication(returned(), {}, 3)), {}, 4));
    expect(saved.revision).toBe(2);
    expect(accepted(submitApplication(saved, submission)).revision).toBe(2);
    expect(accepted(submitApplication(returned(), submission)).revision).toBe(2);
  });
});

test('what is fixed on the ballot stays there', () => {
  const filed = accepted(submitApplication(draft(), submission));
  expect(putOnBallot(filed)).toMatchObject({ ok: false });
  const fixed = accepted(putOnBallot(accepted(admitApplication(filed, CONTEST, [], NOW))));
  expect(accepted(putOnBallot(fixed))).toBe(fixed);
  const { closesAt } = stageOf(CONTEST, 'VOTING')!;
  expect(accepted(withdrawApplication(fixed, CONTEST, new Date(closesAt.getTime() - 1000))).status).toBe('WITHDRAWN');
  expect(withdrawApplication(fixed, CONTEST, closesAt)).toMatchObject({ rejection: { code: 'VOTING_ENDED' } });
});

test('the own share of the applicants is exact; of an import nobody knows it', () => {
  const funding = [
    { source: 'MUNICIPAL' as const, amount: 200n },
    { source: 'CITIZENS' as const, amount: 60n },
    { source: 'IN_KIND' as const, amount: 40n },
  ];
  const application = draft();
  const given = { ...application, content: { ...application.content, totalCost: 300n, funding } };
  expect(cofinancingShare(given)).toBe('1/3');
  expect(cofinancingShare({ ...given, imported: true })).toBeNull();
  expect(cofinancingShare({ ...given, content: { ...given.content, totalCost: 0n } })).toBeNull();
});

test('numbers sort by value, other numbers after them', () => {
  const sorted = ['10', 'B-1', '9', null, '2', '10000000000000000000'].toSorted((one, other) =>
    sortKeyOf(one) < sortKeyOf(other) ? -1 : 1,
  );
  expect(sorted).toEqual(['2', '9', '10', '10000000000000000000', null, 'B-1']);
});

test.each<[unknown, boolean]>([
  [{}, true],
  [{ problem: 'x', list: [{ text: 'y' }], none: null, вопрос: 1 }, true],
  [null, false],
  ['text', false],
  [[], false],
  [{ $set: 1 }, false],
  [{ a: { 'b.c': 1 } }, false],
  [{ a: [{ $gt: 1 }] }, false],
  [{ '': 1 }, false],
  [{ 'a\0': 1 }, false],
  [JSON.parse('{"__proto__": {"admin": true}}'), false],
  [{ ['k'.repeat(101)]: 1 }, false],
])('answers %j can be kept: %s', (answers, can) => {
  expect(answersProblem(answers) === null).toBe(can);
});
