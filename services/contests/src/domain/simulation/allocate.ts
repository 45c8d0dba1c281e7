import type { Contest } from '../contest.ts';
import { roubles } from '../passport-words.ts';
import { Ledger, type Account } from './ledger.ts';

/** An application that may win, in the order of the ranking. */
export interface Contender {
  id: string;
  divisions: readonly string[];
  /** What it takes of the contest's money, kopecks. */
  cost: bigint;
}

export interface Placing {
  outcome: 'WINNER' | 'RESERVE';
  reason: 'FITS_BUDGET' | 'OVER_BUDGET' | 'STOPPED' | 'QUOTA';
  explanation: string;
}

/** STOP: the first project that does not fit ends the walk over the money it drew on; SKIP: the next one is tried. */
export type WhenShort = 'STOP' | 'SKIP';

/** Walks down a ranking while money and places last; who does not win is in reserve and moves up when a winner drops out. */
export function allocated(
  contest: Pick<Contest, 'budget' | 'divisions'>,
  ranking: readonly Contender[],
  whenShort: WhenShort,
): { placings: ReadonlyMap<string, Placing>; ledger: Ledger } {
  const ledger = new Ledger(contest);
  const placings = new Map(
    ranking.map(({ id, divisions, cost }) => [id, placingOf(ledger.accountsOf(divisions), cost, whenShort)]),
  );
  return { placings, ledger };
}

function placingOf(accounts: readonly Account[], cost: bigint, whenShort: WhenShort): Placing {
  const stopped = accounts.find(({ closed }) => closed);
  if (stopped)
    return reserve(
      'STOPPED',
      `Распределение (${stopped.title}) остановилось раньше, на проекте, которому не хватило денег.`,
    );
  const full = accounts.find(({ winnersLimit, winners }) => winnersLimit !== null && winners >= winnersLimit);
  if (full) return reserve('QUOTA', `Предел победителей (${full.title}) исчерпан: ${full.winnersLimit}.`);
  const short = accounts.filter(({ left }) => left !== null && left < cost);
  if (short.length > 0) {
    if (whenShort === 'STOP') for (const one of short) one.closed = true;
    const { title, left } = short[0]!;
    return reserve('OVER_BUDGET', `Не хватило ${roubles(cost - left!)}: ${title}, оставалось ${roubles(left!)}.`);
  }
  const tightest = accounts.reduce((least, one) => (leftOf(one) < leftOf(least) ? one : least));
  const explanation = `Проект за ${roubles(cost)} помещается: ${tightest.title}, оставалось ${roubles(leftOf(tightest))}.`;
  for (const one of accounts) {
    if (one.left !== null) one.left -= cost;
    one.winners += 1;
  }
  return { outcome: 'WINNER', reason: 'FITS_BUDGET', explanation };
}

const reserve = (reason: Placing['reason'], explanation: string): Placing => ({
  outcome: 'RESERVE',
  reason,
  explanation,
});

const ENDLESS = 10n ** 20n;
const leftOf = ({ left }: Account): bigint => left ?? ENDLESS;
