import { describe, expect, test } from '@jest/globals';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { toDecimalString } from '@veche/kit/domain/rational';
import type { Contest } from '../contest.ts';
import { allocated } from './allocate.ts';
import type { Participant } from './generated.ts';
import { draft, EXPERT, FOUR, GATE, hash, MLN, one, PLAIN, RULE, run, SCORE, stage } from './simulate.fixture.ts';
import { simulated, type Assumptions } from './simulate.ts';

const outcomes = ({ lines }: ReturnType<typeof run>): string[] =>
  lines.map(({ ranked, outcome }) => `${ranked.place} ${ranked.id} ${outcome}`);

describe('winners and money', () => {
  test('STOP: the first project that does not fit ends the walk', () => {
    const result = run(draft(), FOUR, { whenShort: 'STOP' });
    expect(outcomes(result)).toEqual(['1 P1 WINNER', '2 P2 WINNER', '3 P3 RESERVE', '4 P4 RESERVE']);
    expect(result.money).toMatchObject({ spent: 750_000_000n, left: 250_000_000n });
    expect(result.lines[2]!.explanation).toBe('Не хватило 700 000 ₽: бюджет конкурса, оставалось 2 500 000 ₽.');
    expect(result.lines[3]!.explanation).toContain('остановилось раньше');
  });

  test('SKIP: the next one is tried', () => {
    const result = run(draft(), FOUR, { whenShort: 'SKIP' });
    expect(outcomes(result)).toEqual(['1 P1 WINNER', '2 P2 WINNER', '3 P3 RESERVE', '4 P4 WINNER']);
    expect(result.money).toMatchObject({ spent: 960_000_000n, left: 40_000_000n });
    expect(toDecimalString(result.money.groups[0]!.cutOff!, 1)).toBe('79.9');
  });

  test('the voting rule says which of the two where the official does not', () => {
    const stopping = draft({ votingRule: { ...RULE, onUnaffordable: 'stop' } });
    expect(outcomes(run(stopping, FOUR))[3]).toBe('4 P4 RESERVE');
    expect(outcomes(run(draft(), FOUR))[3]).toBe('4 P4 WINNER');
  });

  test('gates, thresholds and passing scores keep out, each with its reason', () => {
    const own = [
      { source: 'MUNICIPAL' as const, amount: 95_000_000n },
      { source: 'CITIZENS' as const, amount: 5_000_000n },
    ];
    const paying = (id: string, score: number, divisions: string[] = []) =>
      one(id, score, 10, { funding: own, divisions });
    const divisions = [{ code: 'a', kind: 'NOMINATION' as const, title: 'Сёла', passingScore: '60' }];
    const contest = draft({ criteria: [SCORE, GATE], divisions, scoring: { ...PLAIN_SCORING, threshold: '50' } });
    const result = run(contest, [paying('A', 70, ['a']), one('B', 90, 10), paying('C', 49.5), paying('D', 55, ['a'])]);
    const barred = new Map(result.lines.map(({ ranked, outcome }) => [ranked.id, [outcome, ...ranked.barred]]));
    expect(barred.get('A')).toEqual(['WINNER']);
    expect(barred.get('B')).toEqual(['BARRED', 'Доля жителей меньше 5 %.']);
    expect(barred.get('C')).toEqual(['BARRED', 'Итоговый балл 49.5, проходной — 50.']);
    expect(barred.get('D')).toEqual(['BARRED', 'Итоговый балл ниже проходного в «Сёла» (60).']);
    expect(result.money.divisions).toEqual([
      expect.objectContaining({ code: 'a', applications: 2, barred: 1, winners: 1, spent: 95_000_000n, budget: null }),
    ]);
  });

  test('groups and nominations keep their money, the others share the rest, and a limit of winners holds', () => {
    const contest = {
      budget: 10n,
      divisions: [
        { code: 'city', kind: 'GROUP' as const, title: 'Города', budget: 6n },
        { code: 'village', kind: 'GROUP' as const, title: 'Сёла' },
        { code: 'sport', kind: 'NOMINATION' as const, title: 'Спорт', winnersLimit: 1 },
        { code: 'park', kind: 'NOMINATION' as const, title: 'Парки' },
      ],
    };
    const bid = (id: string, cost: bigint, ...divisions: string[]) => ({ id, cost, divisions });
    const ranking = [
      bid('c1', 4n, 'city', 'sport'),
      bid('c2', 3n, 'city', 'park'), // 2 of the city's 6 are left
      bid('v1', 3n, 'village', 'sport'), // sport has its winner
      bid('v2', 5n, 'village', 'park'), // the villages share 4
      bid('v3', 4n, 'village', 'park'),
      bid('c3', 2n, 'city', 'park'),
    ];
    const said = (whenShort: 'STOP' | 'SKIP') =>
      [...allocated(contest, ranking, whenShort).placings].map(([id, { reason }]) => `${id} ${reason}`);
    expect(said('SKIP')).toEqual([
      'c1 FITS_BUDGET',
      'c2 OVER_BUDGET',
      'v1 QUOTA',
      'v2 OVER_BUDGET',
      'v3 FITS_BUDGET',
      'c3 FITS_BUDGET',
    ]);
    // What ended the walk over the money of the city ends nothing in the villages before their own does.
    expect(said('STOP')).toEqual([
      'c1 FITS_BUDGET',
      'c2 OVER_BUDGET',
      'v1 QUOTA',
      'v2 OVER_BUDGET',
      'v3 STOPPED',
      'c3 STOPPED',
    ]);
  });
});

describe('a vote', () => {
  const voting = draft({ stages: [stage('INTAKE'), stage('VOTING')], winnersBy: 'VOTE' });
  const counts = [
    { number: 'P1', votes: 10 },
    { number: 'P2', votes: 40 },
    { number: 'P3', votes: 30 },
    { number: 'P4', votes: 0 },
  ];
  const votes = { from: 0, to: 0, counts, ballots: null };

  test('is counted by the rule: 40 and 30 votes take 7.7 of 10, the third of 3.0 does not fit, none has no votes', () => {
    const result = run(voting, FOUR, { votes });
    const found = new Map(result.lines.map(({ ranked, outcome, votes: given }) => [ranked.id, [outcome, given]]));
    expect(Object.fromEntries(found)).toEqual({
      P1: ['RESERVE', 10],
      P2: ['WINNER', 40],
      P3: ['WINNER', 30],
      P4: ['NOT_SELECTED', 0],
    });
    expect(result.money).toMatchObject({ spent: 770_000_000n, left: 230_000_000n });
    expect(result.assumptions).toContain('Каждый голосующий поддержал один проект.');
  });

  test('who fails a gate does not win, whatever the votes', () => {
    const paying = one('P2', 50, 10, {
      funding: [
        { source: 'MUNICIPAL', amount: 95_000_000n },
        { source: 'CITIZENS', amount: 5_000_000n },
      ],
    });
    const result = run({ ...voting, criteria: [SCORE, GATE] }, [one('P1', 90, 10), paying], { votes });
    const found = result.lines.map(({ ranked, outcome, explanation }) => [ranked.id, outcome, explanation]);
    expect(found).toEqual([
      ['P2', 'WINNER', expect.any(String)],
      ['P1', 'NOT_SELECTED', 'По правилам конкурса проект не может победить. Доля жителей меньше 5 %.'],
    ]);
  });

  test('places and money of groups and nominations bind it as they do the count', () => {
    const divisions = [
      { code: 'sport', kind: 'NOMINATION' as const, title: 'Спорт', winnersLimit: 1 },
      { code: 'park', kind: 'NOMINATION' as const, title: 'Парки', budget: 2n * MLN },
    ];
    const of = (code: string, id: string, tenths: number) => one(id, 50, tenths, { divisions: [code] });
    const bids = [of('sport', 'P1', 10), of('sport', 'P2', 10), of('park', 'P3', 21), of('park', 'P4', 20)];
    const given = ['P1', 'P2', 'P3', 'P4'].map((number, index) => ({ number, votes: 40 - index }));
    const result = run({ ...voting, divisions }, bids, { votes: { ...votes, counts: given } });
    const found = new Map(result.lines.map(({ ranked, outcome, explanation }) => [ranked.id, [outcome, explanation]]));
    expect(found.get('P1')![0]).toBe('WINNER');
    expect(found.get('P2')).toEqual(['RESERVE', 'Место 2: предел победителей («Спорт») исчерпан: 1.']);
    expect(found.get('P3')).toEqual([
      'RESERVE',
      'Место 3: не хватило 100000.00 руб.: «Парки», оставалось 2000000.00 руб.',
    ]);
    expect(found.get('P4')![0]).toBe('WINNER');
    expect(result.money.divisions.map(({ code, winners, left }) => [code, winners, left])).toEqual([
      ['sport', 1, null],
      ['park', 1, 0n],
    ]);
  });

  test('a threshold of the share looks at the ballots that are taken for granted', () => {
    const rule = { ...RULE, eligibility: { minShareOfBallots: '0.2' } };
    const contest = { ...voting, votingRule: rule };
    const winners = (ballots: number | null) =>
      run(contest, FOUR, { votes: { ...votes, ballots } }).lines.filter(({ outcome }) => outcome === 'WINNER').length;
    expect([winners(null), winners(200)]).toEqual([2, 1]);
  });

  test.each(['equalShares', 'phragmen'])('what asks who voted for what together is refused: %s', (order) => {
    const equalShares = {
      utility: 'cost',
      start: 'exact',
      increment: 0,
      stopWhenExhaustive: false,
      completion: 'none',
    };
    const rule = { ...RULE, order, ...(order === 'equalShares' ? { equalShares } : {}) };
    expect(simulated({ ...voting, votingRule: rule }, FOUR, PLAIN, hash)).toMatchObject({
      rejection: { code: 'VOTE_NOT_SIMULATED' },
    });
  });
});

describe('what is taken for granted', () => {
  const contest = draft({ criteria: [EXPERT] });

  test.each<[string, Partial<Assumptions>]>([
    ['a criterion that there is not', { marks: [{ criterion: 'x', from: 1, to: 2 }] }],
    ['more points than it gives', { marks: [{ criterion: 'idea', from: 1, to: 11 }] }],
    ['bounds the wrong way round', { marks: [{ criterion: 'idea', from: 5, to: 4 }] }],
    ['fewer than none', { marks: [{ criterion: 'idea', from: -1, to: 4 }] }],
    ['one criterion twice', { marks: [1, 2].map((from) => ({ criterion: 'idea', from, to: 4 })) }],
    ['votes the wrong way round', { votes: { from: 2, to: 1, counts: [], ballots: null } }],
    ['a million votes', { votes: { from: 0, to: 1_000_000, counts: [], ballots: null } }],
    ['fewer ballots than votes', { votes: { from: 0, to: 10, counts: [], ballots: 9 } }],
  ])('%s is refused', (_name, more) => {
    expect(simulated(contest, FOUR, { ...PLAIN, ...more }, hash)).toMatchObject({
      rejection: { code: 'ASSUMPTION_INVALID' },
    });
  });

  test('marks are the same for all, or drawn within their bounds, and the answer says which', () => {
    const fixed = run(contest, FOUR, { marks: [{ criterion: 'idea', from: 7, to: 7 }] });
    expect(fixed.lines.map(({ ranked }) => toDecimalString(ranked.total, 0))).toEqual(['7', '7', '7', '7']);
    expect(fixed.assumptions[0]).toBe('По критерию «Замысел» каждая заявка получает от экспертов 7.');
    const drawn = run(contest, FOUR, { marks: [{ criterion: 'idea', from: 3, to: 5 }] });
    for (const { ranked } of drawn.lines) expect(['3', '4', '5']).toContain(toDecimalString(ranked.total, 0));
    expect(run(contest, FOUR).assumptions[0]).toContain('случайные, от 0 до 10');
  });

  test('a public jury is drawn, so that its gate bars some', () => {
    const publicJury = {
      criteria: [{ code: 'use', title: 'Польза', maxPoints: '10' }],
      assignment: 'OPEN' as const,
      seats: null,
      perApplication: null,
      minAge: 16,
      residentsOnly: true,
    };
    const gate = {
      ...GATE,
      parameters: { condition: 'jury.share >= 50', message: 'Жюри не поддержало.' },
    } as typeof GATE;
    const wide = draft({ criteria: [SCORE, gate], scoring: { ...PLAIN_SCORING, publicJury } });
    const many = Array.from({ length: 40 }, (_, index) => one(`J${index}`, 50, 1));
    const result = run(wide, many);
    const barred = result.lines.filter(({ outcome }) => outcome === 'BARRED').length;
    expect(barred).toBeGreaterThan(5);
    expect(barred).toBeLessThan(35);
    expect(result.assumptions.join()).toContain('общественного жюри случайные');
  });

  test('so are the points of residents, up to the sum that is asked', () => {
    const virtualCapital = { endowment: 5000, presets: [], perApplication: null, progress: 'LIVE' as const };
    const gate = { ...GATE, parameters: { condition: 'capital.share >= 50', message: 'Мало баллов.' } } as typeof GATE;
    const supported = draft({ criteria: [SCORE, gate], scoring: { ...PLAIN_SCORING, virtualCapital } });
    const result = run(
      supported,
      Array.from({ length: 40 }, (_, index) => one(`К${index}`, 50, 1)),
    );
    const barred = result.lines.filter(({ outcome }) => outcome === 'BARRED').length;
    expect(barred).toBeGreaterThan(5);
    expect(barred).toBeLessThan(35);
    expect(result.assumptions.join()).toContain('Баллы жителей случайные');
  });

  test('a published contest is not simulated, nor is nothing', () => {
    const code = (given: Contest, participants: readonly Participant[]) => {
      const decision = simulated(given, participants, PLAIN, hash);
      return decision.ok ? null : decision.rejection.code;
    };
    expect(code(draft({ status: 'PUBLISHED' }), FOUR)).toBe('CONTEST_FROZEN');
    expect(code(draft(), [])).toBe('NO_ADMITTED_APPLICATIONS');
  });
});
