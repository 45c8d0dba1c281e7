import { add, compare, div, mul, rational, sub, type Rational } from '@veche/kit/domain/rational';
import type { EqualSharesRule } from '@veche/kit/domain/voting-rule';
import type { CountedProject, Election, MergedBallots } from './election.ts';
import type { TieBreaker } from './tie-break.ts';

const ZERO = rational(0n);

/** Projects in the order in which their supporters paid for them. */
export interface SharesOutcome {
  bought: CountedProject[];
  spent: bigint;
  /** What each voter held at the start of the run that decided, kopecks. */
  endowment: Rational;
}

/**
 * Method of equal shares with Add1 (voting.md 1.2): the endowment is raised and everything rerun from nothing while the outcome stays
 * within the budget; the last such outcome holds. More money can give fewer winners, so every step is run.
 */
export function equalShares(
  rule: EqualSharesRule,
  election: Election,
  projects: readonly CountedProject[],
  ties: TieBreaker,
): SharesOutcome {
  const { budget, counted } = election;
  if (counted === 0n) return { bought: [], spent: 0n, endowment: ZERO };
  let endowment = rule.start === 'exact' ? rational(budget, counted) : rational(budget / counted);
  const supported = projects.filter(({ id }) => election.ballots.some(({ points }) => (points.get(id) ?? 0n) > 0n));
  let outcome = oneRun(rule, election, supported, ties, endowment);
  while (
    rule.increment > 0 &&
    outcome.bought.length < supported.length &&
    !(rule.stopWhenExhaustive && exhausts(budget, supported, outcome))
  ) {
    endowment = add(endowment, rational(BigInt(rule.increment)));
    const next = oneRun(rule, election, supported, ties, endowment);
    if (next.spent > budget) break;
    outcome = next;
  }
  return outcome;
}

/** Whether no further supported project fits the money left. */
function exhausts(budget: bigint, supported: readonly CountedProject[], { bought, spent }: SharesOutcome): boolean {
  const chosen = new Set(bought);
  return supported.every((project) => chosen.has(project) || project.cost > budget - spent);
}

/** A group of identical ballots with what each of its voters still holds. */
interface Purse {
  weight: bigint;
  points: MergedBallots['points'];
  money: Rational;
}

interface Offer {
  project: CountedProject;
  /** Smallest price per unit of utility at which its supporters can pay; it never falls, so an old one is a lower bound. */
  rho: Rational;
}

function oneRun(
  rule: EqualSharesRule,
  { ballots }: Election,
  projects: readonly CountedProject[],
  ties: TieBreaker,
  endowment: Rational,
): SharesOutcome {
  const purses = ballots.map(({ weight, points }): Purse => ({ weight, points, money: endowment }));
  let offers = projects.map((project): Offer => ({ project, rho: ZERO }));
  const bought: CountedProject[] = [];
  let spent = 0n;
  for (;;) {
    const { best, rest } = cheapest(rule, offers, purses, ties);
    if (!best) return { bought, spent, endowment };
    charge(rule, best, purses);
    bought.push(best.project);
    spent += best.project.cost;
    offers = rest;
  }
}

/** The affordable project of smallest price; those that nobody can pay for any more are dropped for good. */
function cheapest(
  rule: EqualSharesRule,
  offers: readonly Offer[],
  purses: readonly Purse[],
  ties: TieBreaker,
): { best: Offer | null; rest: Offer[] } {
  const ordered = offers.toSorted((a, b) => compare(a.rho, b.rho));
  const rest: Offer[] = [];
  let best: Offer | null = null;
  for (const [index, { project, rho }] of ordered.entries()) {
    if (best && compare(rho, best.rho) > 0) {
      rest.push(...ordered.slice(index));
      break;
    }
    const price = priceOf(rule, project, purses);
    if (price === null) continue;
    const offer = { project, rho: price };
    if (!best || isBetter(offer, best, ties)) {
      if (best) rest.push(best);
      best = offer;
    } else rest.push(offer);
  }
  return { best, rest };
}

function isBetter(offer: Offer, best: Offer, ties: TieBreaker): boolean {
  const order = compare(offer.rho, best.rho);
  return order < 0 || (order === 0 && ties.compare(offer.project, best.project) < 0);
}

/** Utility that one point of a ballot is worth: the cost of the project, or one. */
const worth = ({ utility }: EqualSharesRule, { cost }: CountedProject): bigint =>
  utility === 'cost' && cost > 0n ? cost : 1n;

/** Smallest rho with sum of min(money, rho * utility) over the supporters equal to the cost; null when they cannot pay. */
function priceOf(rule: EqualSharesRule, project: CountedProject, purses: readonly Purse[]): Rational | null {
  if (project.cost === 0n) return ZERO;
  const unit = worth(rule, project);
  const supporters = purses
    .filter(({ points }) => (points.get(project.id) ?? 0n) > 0n)
    .map(({ weight, points, money }) => {
      const utility = points.get(project.id)! * unit;
      return { weight, money, utility, limit: div(money, rational(utility)) };
    })
    .sort((a, b) => compare(a.limit, b.limit));
  let open = rational(project.cost);
  let utilities = supporters.reduce((sum, { weight, utility }) => sum + weight * utility, 0n);
  for (const { weight, money, utility, limit } of supporters) {
    const rho = div(open, rational(utilities));
    if (compare(rho, limit) <= 0) return rho;
    // The poorest pay all they have.
    open = sub(open, mul(money, rational(weight)));
    utilities -= weight * utility;
  }
  return null;
}

function charge(rule: EqualSharesRule, { project, rho }: Offer, purses: readonly Purse[]): void {
  const unit = worth(rule, project);
  for (const purse of purses) {
    const points = purse.points.get(project.id) ?? 0n;
    if (points <= 0n) continue;
    const due = mul(rho, rational(points * unit));
    purse.money = compare(due, purse.money) < 0 ? sub(purse.money, due) : ZERO;
  }
}
