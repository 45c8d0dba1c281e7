import type { Contest } from '../contest.ts';
import type { Division } from '../division.ts';

/** Money or places that several applications draw on. */
export interface Account {
  title: string;
  /** Kopecks; null: not limited by money. */
  budget: bigint | null;
  left: bigint | null;
  winnersLimit: number | null;
  winners: number;
  /** Whether a project that did not fit has ended the walk over it. */
  closed: boolean;
}

const account = (title: string, budget: bigint | null, winnersLimit: number | null = null): Account => ({
  title,
  budget,
  left: budget,
  winnersLimit,
  winners: 0,
  closed: false,
});

/**
 * The money of a contest as its regulation splits it: the whole budget, what each group or nomination keeps for itself, and what is left of
 * the budget for those of the same kind that keep nothing.
 */
export class Ledger {
  readonly whole: Account;
  readonly divisions: ReadonlyMap<string, Account>;
  readonly #rest: ReadonlyMap<Division['kind'], Account>;
  readonly #kinds: ReadonlyMap<string, Division['kind']>;

  constructor(contest: Pick<Contest, 'budget' | 'divisions'>) {
    const { budget } = contest;
    // Drafts from before there were divisions have none.
    const divisions = contest.divisions ?? [];
    this.whole = account('бюджет конкурса', budget);
    this.divisions = new Map(
      divisions.map((one) => [one.code, account(`«${one.title}»`, one.budget ?? null, one.winnersLimit ?? null)]),
    );
    this.#kinds = new Map(divisions.map(({ code, kind }) => [code, kind]));
    const kinds = [...Map.groupBy(divisions, ({ kind }) => kind)];
    this.#rest = new Map(
      kinds.flatMap(([kind, all]): [Division['kind'], Account][] => {
        const kept = all.reduce((sum, one) => sum + (one.budget ?? 0n), 0n);
        return kept > 0n ? [[kind, account('остаток бюджета без закреплённых средств', budget - kept)]] : [];
      }),
    );
  }

  /** What an application draws on. */
  accountsOf(codes: readonly string[]): Account[] {
    const own = codes.flatMap((code) => this.divisions.get(code) ?? []);
    const rest = codes.flatMap((code) => {
      const kept = this.divisions.get(code)?.budget ?? null;
      const shared = kept === null ? this.#rest.get(this.#kinds.get(code) ?? 'GROUP') : undefined;
      return shared && this.#kinds.has(code) ? [shared] : [];
    });
    return [...own, ...rest, this.whole];
  }
}
