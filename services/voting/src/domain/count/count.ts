import { compare, parseRational, rational } from '@veche/kit/domain/rational';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { tally, type CountedProject, type Election, type Tally } from './election.ts';
import { equalShares } from './equal-shares.ts';
import { greedy, ranked } from './greedy.ts';
import { TieBreaker, type Tie } from './tie-break.ts';
import type { Verdict } from './verdict.ts';

export interface CountedLine extends Verdict, Tally {
  project: CountedProject;
  /** Place in the order of the rule, from 1. */
  place: number;
}

export interface Count {
  lines: CountedLine[];
  /** Cost of the winners, kopecks. */
  spent: bigint;
  ties: readonly Tie[];
}

/**
 * Applies a voting rule: eligibility, ranking and allocation, completion. The result does not depend on the order of ballots or projects,
 * for every comparison is exact and every tie is broken by the rule's keys.
 */
export function count(rule: VotingRule, election: Election): Count {
  const tallies = tally(election);
  const ties = new TieBreaker(rule, election, tallies);
  const eligible = election.projects.filter(({ id }) => !faultOf(rule, tallies.get(id)!, election.counted));
  const allocated =
    rule.order === 'equalShares'
      ? byShares(rule, election, eligible, tallies, ties)
      : byOrder(rule, election, eligible, tallies, ties);
  const outside = ranked(
    { order: 'score' },
    election.projects.filter((project) => !eligible.includes(project)),
    tallies,
    ties,
  );
  const refused = outside.map(({ id }): [string, Verdict] => [
    id,
    { outcome: 'NOT_SELECTED', reason: faultOf(rule, tallies.get(id)!, election.counted)!, left: 0n },
  ]);
  const verdicts = new Map([...allocated.verdicts, ...refused]);
  const lines = [...allocated.order, ...outside].map((project, index): CountedLine => ({
    project,
    place: index + 1,
    ...tallies.get(project.id)!,
    ...verdicts.get(project.id)!,
  }));
  const spent = lines
    .filter(({ outcome }) => outcome === 'WINNER')
    .reduce((sum, { project }) => sum + project.cost, 0n);
  return { lines, spent, ties: ties.ties };
}

/** Why a project may not win whatever the money. */
function faultOf(
  { eligibility }: VotingRule,
  { score, voters }: Tally,
  counted: bigint,
): 'NO_SUPPORT' | 'BELOW_THRESHOLD' | null {
  if (voters === 0n) return 'NO_SUPPORT';
  if (eligibility?.minScore !== undefined && score < BigInt(eligibility.minScore)) return 'BELOW_THRESHOLD';
  const share = eligibility?.minShareOfBallots;
  if (share !== undefined && counted > 0n && compare(rational(voters, counted), parseRational(share)) < 0)
    return 'BELOW_THRESHOLD';
  return null;
}

interface Allocation {
  order: CountedProject[];
  verdicts: Map<string, Verdict>;
}

type Tallies = ReadonlyMap<string, Tally>;

function byOrder(
  rule: VotingRule,
  election: Election,
  eligible: CountedProject[],
  tallies: Tallies,
  ties: TieBreaker,
): Allocation {
  const order = ranked(rule, eligible, tallies, ties);
  return { order, verdicts: greedy(rule, election, order) };
}

/** First what supporters pay for, in that order, then the rest by score, perhaps completed with the money left. */
function byShares(
  rule: VotingRule,
  election: Election,
  eligible: CountedProject[],
  tallies: Tallies,
  ties: TieBreaker,
): Allocation {
  const shares = rule.equalShares!;
  const { bought, spent } = equalShares(shares, election, eligible, ties);
  const others = ranked(
    { order: 'score' },
    eligible.filter((project) => !bought.includes(project)),
    tallies,
    ties,
  );
  const left = election.budget - spent;
  const completed =
    shares.completion === 'utilitarian'
      ? greedy({ ...rule, onUnaffordable: 'skip' }, { ...election, budget: left }, others)
      : null;
  const verdicts = new Map<string, Verdict>();
  let rest = election.budget;
  for (const { id, cost } of bought) {
    verdicts.set(id, { outcome: 'WINNER', reason: 'EQUAL_SHARE', left: rest });
    rest -= cost;
  }
  for (const { id } of others) {
    const completion = completed?.get(id);
    const won = completion?.outcome === 'WINNER';
    verdicts.set(
      id,
      won
        ? { ...completion, reason: 'COMPLETION' }
        : { outcome: 'RESERVE', reason: 'SUPPORTERS_OUT_OF_MONEY', left: completion?.left ?? left },
    );
  }
  return { order: [...bought, ...others], verdicts };
}
