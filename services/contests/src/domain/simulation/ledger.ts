import { limitsOf } from '@veche/kit/domain/division';
import type { Contest } from '../contest.ts';

/** Money or places that several applications draw on. */
export interface Account {
  title: string;
  /** Kopecks; null: not limited by money. */
  left: bigint | null;
  winnersLimit: number | null;
  winners: number;
  /** Whether a project that did not fit has ended the walk over it. */
  closed: boolean;
}

const account = (title: string, budget: bigint | null, winnersLimit: number | null = null): Account => ({
  title,
  left: budget,
  winnersLimit,
  winners: 0,
  closed: false,
});

/** The money and places of a contest as its regulation splits them: the whole budget, and the limits of groups and nominations. */
export class Ledger {
  readonly whole: Account;
  readonly #parts: readonly { codes: readonly string[]; account: Account }[];

  constructor({ budget, divisions }: Pick<Contest, 'budget' | 'divisions'>) {
    this.whole = account('бюджет конкурса', budget);
    // Drafts from before there were divisions have none.
    this.#parts = limitsOf(divisions ?? [], budget).map(({ codes, title, maxMoney, maxWinners }) => ({
      codes,
      account: account(`«${title}»`, maxMoney, maxWinners),
    }));
  }

  /** What an application draws on. */
  accountsOf(divisions: readonly string[]): Account[] {
    const own = this.#parts.filter(({ codes }) => codes.some((code) => divisions.includes(code)));
    return [...own.map((part) => part.account), this.whole];
  }
}
