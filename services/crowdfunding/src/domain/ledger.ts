import type { PledgeState } from './pledge.ts';

/** What a sum moved for; each happens to a pledge at most once. */
export type Cause = 'MADE' | 'PAID' | 'WITHDRAWN';

/** Accounts of a project: what residents owe by their promises, what came to the treasury, what is promised to the project. */
export type Account = 'owed' | 'treasury' | 'promised';

export interface Posting {
  pledgeId: string;
  projectId: string;
  cause: Cause;
  /** Kopecks by account, debits positive, credits negative; they sum to zero. */
  entries: readonly { account: Account; amount: bigint }[];
}

const MOVES: Readonly<Record<Cause, readonly [debit: Account, credit: Account]>> = {
  MADE: ['owed', 'promised'],
  PAID: ['treasury', 'owed'],
  WITHDRAWN: ['promised', 'owed'],
};

const CAUSES: Readonly<Record<PledgeState['status'], readonly Cause[]>> = {
  PROMISED: ['MADE'],
  PAID: ['MADE', 'PAID'],
  WITHDRAWN: ['MADE', 'WITHDRAWN'],
};

/** The postings of a pledge as it stands, oldest first. */
export const postingsOf = (pledgeId: string, { projectId, amount, status }: PledgeState): Posting[] =>
  CAUSES[status].map((cause) => {
    const [debit, credit] = MOVES[cause];
    const entries = [
      { account: debit, amount },
      { account: credit, amount: -amount },
    ];
    return { pledgeId, projectId, cause, entries };
  });

/** What breaks I7 (voting.md 5.5). */
export interface Violation {
  invariant: 'I7';
  fault:
    | 'POSTING_UNBALANCED'
    | 'POSTING_MISSING'
    | 'POSTING_DIFFERS'
    | 'POSTING_WITHOUT_PLEDGE'
    | 'PAID_WITHOUT_DOCUMENT'
    | 'BALANCE_DIFFERS';
  /** Id of a pledge with the cause, or of a project. */
  at: string;
}

/** Goes through pledges and their postings, project by project. */
export class LedgerAudit {
  readonly violations: Violation[] = [];
  readonly #balances = new Map<string, Map<Account, bigint>>();

  /** A pledge with all postings that are there for it; those of a pledge made in the last minute may still be on their way. */
  add(pledgeId: string, pledge: PledgeState | null, postings: readonly Posting[], fresh: boolean): void {
    for (const posting of postings) this.#book(posting);
    if (pledge?.status === 'PAID' && !(pledge.documentNumber && pledge.paidAt))
      this.#found('PAID_WITHOUT_DOCUMENT', pledgeId);
    const wanted = new Map((pledge ? postingsOf(pledgeId, pledge) : []).map((one) => [one.cause, one]));
    for (const posting of postings) {
      this.#match(posting, wanted.get(posting.cause));
      wanted.delete(posting.cause);
    }
    if (!fresh) for (const cause of wanted.keys()) this.#found('POSTING_MISSING', `${pledgeId} ${cause}`);
  }

  /** What a project shows as promised and paid must be what the ledger says; kopecks. */
  compare(projectId: string, shown: { pledged: bigint; paid: bigint }): void {
    const balances = this.#balances.get(projectId);
    const balance = (account: Account): bigint => balances?.get(account) ?? 0n;
    if (-balance('promised') !== shown.pledged || balance('treasury') !== shown.paid)
      this.#found('BALANCE_DIFFERS', projectId);
  }

  #book({ pledgeId, projectId, cause, entries }: Posting): void {
    if (entries.reduce((sum, { amount }) => sum + amount, 0n) !== 0n)
      this.#found('POSTING_UNBALANCED', `${pledgeId} ${cause}`);
    const balances = this.#balances.get(projectId) ?? new Map<Account, bigint>();
    this.#balances.set(projectId, balances);
    for (const { account, amount } of entries) balances.set(account, (balances.get(account) ?? 0n) + amount);
  }

  #match(posting: Posting, expected: Posting | undefined): void {
    const at = `${posting.pledgeId} ${posting.cause}`;
    if (!expected) this.#found('POSTING_WITHOUT_PLEDGE', at);
    else if (textOf(posting) !== textOf(expected)) this.#found('POSTING_DIFFERS', at);
  }

  #found(fault: Violation['fault'], at: string): void {
    this.violations.push({ invariant: 'I7', fault, at });
  }
}

const textOf = ({ projectId, entries }: Posting): string =>
  [projectId, ...entries.map(({ account, amount }) => `${account} ${amount}`).sort()].join();
