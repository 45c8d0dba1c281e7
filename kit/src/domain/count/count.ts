import { parseMoney } from '../money.ts';
import type { VotingRule } from '../voting-rule.ts';
import { Admission, groupsOf } from './admission.ts';
import type { Election, Standing } from './election.ts';
import type { SharesFigures } from './equal-shares.ts';
import { greedy } from './greedy.ts';
import { allocate, partsOf, type Part, type PartState } from './part.ts';
import { displayed, primaryOf, ranked, reportNeighbours } from './ranking.ts';
import { faultOf, standings } from './standing.ts';
import { TieBreaker, type Tie } from './tie-break.ts';
import type { Placed, Reason, Verdict } from './verdict.ts';

export interface CountedLine extends Standing, Verdict {
  /** Key of the part of the budget it belongs to. */
  part: string | null;
  /** Place in its part, from 1. */
  place: number;
}

export interface CountedPart {
  key: string | null;
  budget: bigint;
  counted: number;
  spent: bigint;
  shares: SharesFigures | null;
}

export interface Count {
  /** A tie that needs the commission blocks the result; the lines are provisional then. */
  status: 'DETERMINED' | 'NEEDS_DECISION';
  /** Groups of project ids that the commission has to put in order. */
  undecided: string[][];
  parts: CountedPart[];
  lines: CountedLine[];
  /** Ids in the order of selection. */
  winners: string[];
  /** Cost of the winners, and what a reserve pays of it; kopecks. */
  spent: bigint;
  fromReserve: bigint;
  ties: readonly Tie[];
}

/**
 * Applies a voting rule as docs/count-rules.md says. The result does not depend on the order of ballots or projects, for every comparison is
 * exact and every tie is broken by the rule's keys. Throws RangeError on inputs that the page refuses.
 */
export function count(rule: VotingRule, election: Election): Count {
  const all = standings(rule, election);
  const ties = new TieBreaker(rule, election);
  const refused = refusals(rule, election, all, ties);
  const state: PartState = {
    election,
    ties,
    admission: Admission.of(rule, election.projects),
    reserve: rule.topUpReserve === undefined ? null : parseMoney(rule.topUpReserve),
  };
  const parts = partsOf(rule, election, all).map((part) => countPart(rule, part, refused, state));
  const housed = new Set(parts.flatMap(({ standings: own }) => own));
  const outside = displayed(
    all.filter((standing) => !housed.has(standing)),
    ties,
  ).map((standing) => ({ standing, verdict: notSelected(refused.get(standing) ?? 'NO_PART') }));
  const pool = redistribute(rule, parts, all, refused, state);
  const lines = [...parts, { key: null, placed: outside }].flatMap((part) => linesOf(part, pool));
  const winners = [...parts.flatMap((part) => part.winners), ...pool.keys()];
  return {
    status: ties.undecided.length > 0 ? 'NEEDS_DECISION' : 'DETERMINED',
    undecided: ties.undecided,
    parts,
    lines,
    winners: winners.map(({ project }) => project.id),
    spent: winners.reduce((sum, { project }) => sum + project.cost, 0n),
    fromReserve: parts.reduce((sum, { fromReserve }) => sum + fromReserve, 0n),
    ties: ties.ties,
  };
}

const notSelected = (reason: Reason): Verdict => ({ outcome: 'NOT_SELECTED', reason, left: 0n });

/** Projects that may not win whatever the money: faults, then all but the best placed of each exclusive group. */
function refusals(
  rule: VotingRule,
  election: Election,
  all: readonly Standing[],
  ties: TieBreaker,
): Map<Standing, Reason> {
  const refused = new Map<Standing, Reason>();
  for (const standing of all) {
    const fault = faultOf(rule, election, standing);
    if (fault) refused.set(standing, fault);
  }
  if ((rule.exclusiveMode ?? 'dropBelowBest') !== 'dropBelowBest') return refused;
  const groups = groupsOf(rule, election.projects);
  const keepers = new Map<string, Standing>();
  const primary = primaryOf(rule);
  const eligible = all.filter((standing) => !refused.has(standing));
  const ranking = ranked(eligible, primary, ties);
  for (const standing of ranking) {
    const own = groups.get(standing.project.id)!;
    const met = new Set(own.flatMap((group) => keepers.get(group) ?? []));
    const keeper = ranking.find((candidate) => met.has(candidate));
    if (!keeper) for (const group of own) keepers.set(group, standing);
    else {
      refused.set(standing, 'EXCLUDED');
      if (primary(keeper, standing) === 0) ties.report(keeper, standing);
    }
  }
  return refused;
}

interface FinishedPart extends CountedPart {
  standings: readonly Standing[];
  placed: readonly Placed[];
  winners: readonly Standing[];
  fromReserve: bigint;
}

function countPart(
  rule: VotingRule,
  part: Part,
  refused: ReadonlyMap<Standing, Reason>,
  state: PartState,
): FinishedPart {
  const candidates = part.standings.filter((standing) => !refused.has(standing));
  const { allocation, shares } = allocate(rule, part, candidates, state);
  if (state.reserve !== null) state.reserve -= allocation.fromReserve;
  const others = displayed(
    part.standings.filter((standing) => refused.has(standing)),
    state.ties,
  ).map((standing): Placed => ({ standing, verdict: notSelected(refused.get(standing)!) }));
  return { ...part, ...allocation, placed: [...allocation.placed, ...others], shares };
}

/** One more walk with what the parts left over, over all that passed and did not win. */
function redistribute(
  rule: VotingRule,
  parts: readonly FinishedPart[],
  all: readonly Standing[],
  refused: ReadonlyMap<Standing, Reason>,
  { election, admission, ties }: PartState,
): Map<Standing, Verdict> {
  if (rule.partition?.remainder !== 'cityPool') return new Map();
  const won = new Set(parts.flatMap(({ winners }) => winners));
  const money = parts.reduce((left, { spent, fromReserve }) => left - spent + fromReserve, election.budget);
  const primary = primaryOf(rule);
  const ranking = ranked(
    all.filter((standing) => !refused.has(standing) && !won.has(standing)),
    primary,
    ties,
  );
  reportNeighbours(ranking, primary, ties);
  const walk = greedy(ranking, admission, { money, won: 'REDISTRIBUTED' });
  return new Map(
    walk.placed
      .filter(({ verdict }) => verdict.outcome === 'WINNER')
      .map(({ standing, verdict }) => [standing, verdict]),
  );
}

const linesOf = (
  { key, placed }: Pick<FinishedPart, 'key' | 'placed'>,
  pool: ReadonlyMap<Standing, Verdict>,
): CountedLine[] =>
  placed.map(({ standing, verdict }, index) => ({
    ...standing,
    ...(pool.get(standing) ?? verdict),
    part: key,
    place: index + 1,
  }));
