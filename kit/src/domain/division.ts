import { formatMoney } from './money.ts';
import type { Quota, VotingRule } from './voting-rule.ts';

/** A part of a contest that competes by itself: a group of applicants (city districts, settlements) or a nomination. */
export interface Division {
  /** Unique in the contest. */
  code: string;
  kind: 'GROUP' | 'NOMINATION';
  title: string;
  /** Kopecks of the contest's budget that are kept for it; null: no money of its own. */
  budget?: bigint | null;
  /** Fewest points that let an application win, decimal; null: none. */
  passingScore?: string | null;
  /** Most winners; null: as many as the money allows. */
  winnersLimit?: number | null;
}

/** Most winners, or most kopecks of winners, of the applications of some divisions together: one of the two. */
export interface DivisionLimit {
  codes: readonly string[];
  title: string;
  maxWinners: number | null;
  maxMoney: bigint | null;
}

/** Those of an application, by the codes that it chose. */
export const chosenOf = (divisions: readonly Division[], codes: readonly string[]): Division[] =>
  divisions.filter(({ code }) => codes.includes(code));

const KINDS = ['GROUP', 'NOMINATION'] as const;

/**
 * What the groups and nominations of a contest let its winners take: the places and the money of each, and of each kind what is left of the
 * budget (kopecks) to those that keep nothing.
 */
export const limitsOf = (divisions: readonly Division[], budget: bigint): DivisionLimit[] => [
  ...divisions.flatMap(ownLimits),
  ...KINDS.flatMap((kind) =>
    restOf(
      divisions.filter((one) => one.kind === kind),
      budget,
    ),
  ),
];

const ownLimits = ({ code, title, budget = null, winnersLimit = null }: Division): DivisionLimit[] => [
  ...(winnersLimit === null ? [] : [{ codes: [code], title, maxWinners: winnersLimit, maxMoney: null }]),
  ...(budget === null ? [] : [{ codes: [code], title, maxWinners: null, maxMoney: budget }]),
];

function restOf(divisions: readonly Division[], budget: bigint): DivisionLimit[] {
  const kept = divisions.reduce((sum, one) => sum + (one.budget ?? 0n), 0n);
  const codes = divisions.filter((one) => (one.budget ?? null) === null).map(({ code }) => code);
  if (kept === 0n || codes.length === 0) return [];
  return [{ codes, title: 'остаток бюджета без закреплённых средств', maxWinners: null, maxMoney: budget - kept }];
}

/** The rule of a vote with a quota for each limit for which it has none of its own. */
export function withDivisionQuotas(rule: VotingRule, limits: readonly DivisionLimit[]): VotingRule {
  const own = rule.quotas ?? [];
  const derived = limits.map(quotaOf).filter((quota) => !own.some((said) => isFor(quota, said)));
  return derived.length === 0 ? rule : { ...rule, quotas: [...own, ...derived] };
}

const quotaOf = ({ codes, title, maxWinners, maxMoney }: DivisionLimit): DivisionQuota => ({
  by: 'division',
  keys: codes,
  title,
  ...(maxMoney === null ? { maxWinners: maxWinners! } : { maxMoney: formatMoney(maxMoney) }),
});

type DivisionQuota = Extract<Quota, { by: 'division' }>;

/** Whether a quota limits the same divisions by the same thing. */
const isFor = (quota: DivisionQuota, said: Quota): boolean =>
  said.by === 'division' &&
  (said.maxMoney === undefined) === (quota.maxMoney === undefined) &&
  said.keys.toSorted().join('\n') === quota.keys.toSorted().join('\n');

/** A winner as far as the limits look at it. */
export interface DivisionWinner {
  divisions: readonly string[];
  /** What it takes of the contest's money, kopecks. */
  cost: bigint;
}

/** What the winners break together, in Russian; null: nothing. */
export function overLimit(limits: readonly DivisionLimit[], winners: readonly DivisionWinner[]): string | null {
  for (const { codes, title, maxWinners, maxMoney } of limits) {
    const own = winners.filter(({ divisions }) => divisions.some((code) => codes.includes(code)));
    const cost = own.reduce((sum, one) => sum + one.cost, 0n);
    if (maxWinners !== null && own.length > maxWinners)
      return `«${title}»: победителей было бы ${own.length}, а может быть не больше ${maxWinners}.`;
    if (maxMoney !== null && cost > maxMoney)
      return `«${title}»: победители стоили бы ${formatMoney(cost)} руб., а средств ${formatMoney(maxMoney)} руб.`;
  }
  return null;
}
