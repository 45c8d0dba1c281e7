import { loadavg } from 'node:os';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { BallotPile } from '@veche/kit/domain/count/ballots';
import { count } from '@veche/kit/domain/count/count';
import type { Election } from '@veche/kit/domain/count/election';
import { resultOf } from '../../services/voting/src/domain/count/result.ts';

/**
 * Time of the count alone on generated approval ballots: the greedy rule at a million ballots, equal shares with Add1 and completion at a hundred thousand
 * and 200 projects. Each voter names 3 to 30 projects, half of them of its own district.
 */
const SEED = Number(process.env.LOAD_SEED ?? 1);
const GREEDY_BALLOTS = Number(process.env.LOAD_GREEDY_BALLOTS ?? 1_000_000);
const SHARES_BALLOTS = Number(process.env.LOAD_SHARES_BALLOTS ?? 100_000);
const PROJECTS = Number(process.env.LOAD_PROJECTS ?? 200);
const DISTRICTS = 10;

/** Numbers of 32 bits that the seed determines (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function electionOf(ballots: number, draw: (below: number) => number): Election {
  const projects = Array.from({ length: PROJECTS }, (_, index) => ({
    id: `project-${String(index).padStart(3, '0')}`,
    number: String(index + 1),
    title: '',
    // 100 thousand to 3 million roubles, whole thousands.
    cost: BigInt(100 + draw(2900)) * 100_000n,
    category: '',
    territory: null,
    submittedAt: new Date(index),
    expertScore: null,
    cofinancing: null,
    groups: [],
    withdrawn: false,
  }));
  const ids = projects.map(({ id }) => id);
  const pile = new BallotPile(ids);
  for (let voter = 0; voter < ballots; voter += 1) {
    const district = draw(DISTRICTS);
    const named = new Set<string>();
    const wanted = 3 + draw(28);
    for (let choice = 0; choice < wanted; choice += 1) {
      // The smaller of two draws: some projects are far more popular than others.
      const popular = Math.min(draw(PROJECTS), draw(PROJECTS));
      named.add(ids[choice % 2 ? popular : Math.floor(popular / DISTRICTS) * DISTRICTS + district]!);
    }
    pile.add([...named].map((id) => [id, 1] as const));
  }
  // 100 million roubles.
  return { budget: 10_000_000_000n, projects, ballots: pile.ballots(), lot: (id) => id, decision: [] };
}

function measure(name: string, rule: VotingRule, ballots: number): void {
  const generated = electionOf(ballots, numbers(SEED));
  const cpu = process.cpuUsage();
  const began = performance.now();
  const counted = count(rule, generated);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const result = canonicalJson(resultOf(rule, '', generated, counted));
  console.log(
    `${name}: ${ballots} ballots (${generated.ballots.weights.length} distinct, ${generated.ballots.projects.length} choices), ${PROJECTS} projects: ` +
      `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor, ${counted.winners.length} winners, ` +
      `${counted.parts[0]!.shares?.runs ?? 1} runs, result of ${result.length} bytes`,
  );
}

console.log(`seed ${SEED}, load ${loadavg()[0]!.toFixed(1)}`);
const approval = { version: 1, ballot: { type: 'approval' } } as const;
measure('greedy', { ...approval, order: 'score' }, GREEDY_BALLOTS);
const equalShares = {
  utility: 'cost',
  start: 'exact',
  increment: 100,
  stopWhenExhaustive: false,
  completion: 'utilitarian',
} as const;
measure('equal shares, Add1u, not stopping', { ...approval, order: 'equalShares', equalShares }, SHARES_BALLOTS);
