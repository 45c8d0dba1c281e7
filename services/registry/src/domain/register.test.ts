import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planImplementation } from './implementation.ts';
import type { ProjectEvent, ProjectState } from './project.ts';
import { candidate, planOf } from './project.ts';
import { learnFacts, learnOutcome, learnRaised } from './register.ts';

const now = new Date('2026-05-01T09:00:00Z');
const facts = (revision = 1) => ({
  title: `Сквер, редакция ${revision}`,
  oktmo: '71876000',
  category: 'IMPROVEMENT',
  totalCost: 100_00n,
  plan: planOf([], 100_00n),
  revision,
});
const outcome = (winner: boolean, version: number, sequence = version) => ({
  winner,
  version,
  sequence,
});

type Fact = { facts: number } | { winner: boolean; version: number; sequence?: number };

function run(steps: readonly Fact[], from: ProjectState = candidate('c')) {
  const events: ProjectEvent[] = [];
  let state = from;
  for (const step of steps) {
    const decision =
      'facts' in step
        ? learnFacts(state, facts(step.facts), now)
        : learnOutcome(state, outcome(step.winner, step.version, step.sequence), now);
    if (!decision.ok) throw new Error('the register never refuses a fact');
    state = decision.state;
    events.push(...decision.events);
  }
  return { state, told: events.map((event) => event.kind) };
}

describe('entering the register', () => {
  test.each<[string, Fact[], string, string[]]>([
    ['facts alone', [{ facts: 1 }], 'CANDIDATE', []],
    ['a win alone', [{ winner: true, version: 1 }], 'CANDIDATE', []],
    ['facts, then win', [{ facts: 1 }, { winner: true, version: 1 }], 'SUPPORTED', ['ProjectRegistered']],
    ['win, then facts', [{ winner: true, version: 1 }, { facts: 1 }], 'SUPPORTED', ['ProjectRegistered']],
    ['no win', [{ facts: 1 }, { winner: false, version: 1 }], 'CANDIDATE', []],
    [
      'a later result drops it',
      [{ facts: 1 }, { winner: true, version: 1 }, { winner: false, version: 2 }],
      'CANDIDATE',
      ['ProjectRegistered', 'ProjectRemoved'],
    ],
    [
      'an older result comes late',
      [{ facts: 1 }, { winner: false, version: 2 }, { winner: true, version: 1 }],
      'CANDIDATE',
      [],
    ],
    [
      'dropped and back',
      [{ facts: 1 }, { winner: true, version: 1 }, { winner: false, version: 2 }, { winner: true, version: 3 }],
      'SUPPORTED',
      ['ProjectRegistered', 'ProjectRemoved', 'ProjectRegistered'],
    ],
    [
      'decided without a vote',
      [{ facts: 1 }, { winner: true, version: 0, sequence: 7 }],
      'SUPPORTED',
      ['ProjectRegistered'],
    ],
    [
      'the echo of an old decision after a vote',
      [{ facts: 1 }, { winner: false, version: 1 }, { winner: true, version: 0, sequence: 9 }],
      'CANDIDATE',
      [],
    ],
  ])('%s', (_name, steps, status, told) => {
    const result = run(steps);
    expect(result.state.status).toBe(status);
    expect(result.told).toEqual(told);
    expect(result.state.registeredAt).toEqual(status === 'SUPPORTED' ? now : undefined);
  });

  test('with works planned a later result changes nothing', () => {
    const { state } = run([{ facts: 1 }, { winner: true, version: 1 }]);
    const planned = planImplementation(state, [
      { code: '1', title: 'Работы', plannedStart: '2026-06-01', plannedEnd: '2026-07-01' },
    ]);
    if (!planned.ok) throw new Error('plan refused');
    const after = run([{ winner: false, version: 2 }], planned.state);
    expect(after.state.status).toBe('PLANNED');
    expect(after.told).toEqual([]);
  });

  test.each<[string, ProjectState['raisedTo'], string[], string, string[]]>([
    ['nothing came up', [], [], 'SUPPORTED', []],
    ['one stands', [], ['a'], 'CANDIDATE', ['ProjectRemoved']],
    ['of two one is left', ['a', 'b'], ['b'], 'CANDIDATE', []],
    ['the only one is gone', ['a'], [], 'SUPPORTED', ['ProjectRegistered']],
    ['kept as one id', 'a', ['a'], 'CANDIDATE', []],
    ['kept as one id, gone', 'a', [], 'SUPPORTED', ['ProjectRegistered']],
  ])('a winner of a tier, where above it %s', (_name, raisedTo, standing, status, told) => {
    const { state } = run([{ facts: 1 }, { winner: true, version: 1 }]);
    const { registeredAt: _registeredAt, ...rest } = state;
    const before: ProjectState = raisedTo?.length ? { ...rest, status: 'CANDIDATE', raisedTo } : state;
    const decision = learnRaised(before, standing, now);
    if (!decision.ok) throw new Error('the register never refuses a fact');
    expect(decision.state.status).toBe(status);
    expect(decision.events.map(({ kind }) => kind)).toEqual(told);
    // What is known already is written no second time.
    const again = learnRaised(decision.state, standing, now);
    expect(again.ok && again.state).toBe(decision.state);
  });

  test('facts follow the latest revision and freeze at registration', () => {
    expect(run([{ facts: 2 }, { facts: 1 }]).state.facts?.revision).toBe(2);
    const { state } = run([{ facts: 1 }, { winner: true, version: 1 }, { facts: 2 }]);
    expect(state.facts?.revision).toBe(1);
  });

  test('the end does not depend on order or repetition', () => {
    const all: Fact[] = [
      { facts: 1 },
      { winner: true, version: 1 },
      { winner: false, version: 2 },
      { winner: true, version: 3 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 8 }), (steps) => {
        const { state, told } = run(steps);
        expect(state.status).toBe('SUPPORTED');
        expect(told.at(-1)).toBe('ProjectRegistered');
      }),
    );
  });
});

test('a plan without sources is municipal', () => {
  expect(planOf([], 500n)).toEqual([{ source: 'MUNICIPAL', amount: 500n }]);
  expect(
    planOf(
      [
        { source: 'BUSINESS', amount: 1n },
        { source: 'REGIONAL', amount: 2n },
        { source: 'BUSINESS', amount: 3n },
        { source: 'CITIZENS', amount: 0n },
      ],
      6n,
    ),
  ).toEqual([
    { source: 'REGIONAL', amount: 2n },
    { source: 'BUSINESS', amount: 4n },
  ]);
  expect(planOf([], 0n)).toEqual([]);
});
