import type { CapitalCampaign, Support } from './capital-campaign.ts';
import { points, sumOf, type Points } from './points.ts';
import { balanceOf, type MoveCause, type VirtualAccount } from './virtual-account.ts';

/** Accounts of virtual capital: what the contest issued, what persons have, what applications were given. */
export type CapitalAccount = 'issued' | 'person' | 'application';

export interface CapitalPosting {
  /** `<account>:<number of the move>`: one posting a move. */
  id: string;
  contestId: string;
  accountId: string;
  applicationId: string | null;
  /** By how much the application has more; 0 for the endowment. */
  points: Points;
  /** Points by account, debits positive, credits negative; they sum to zero. */
  entries: readonly { account: CapitalAccount; points: Points }[];
}

const MOVES: Readonly<Record<MoveCause, readonly [debit: CapitalAccount, credit: CapitalAccount]>> = {
  GRANTED: ['person', 'issued'],
  GIVEN: ['application', 'person'],
  RETURNED: ['person', 'application'],
};

/** The postings of an account as it stands, oldest first. */
export const capitalPostingsOf = (accountId: string, { contestId, moves }: VirtualAccount): CapitalPosting[] =>
  moves.map(({ cause, applicationId, points: amount }, index) => {
    const [debit, credit] = MOVES[cause];
    const entries = [
      { account: debit, points: amount },
      { account: credit, points: points(0 - amount) },
    ];
    const gained = sumOf(entries.filter(({ account }) => account === 'application').map((entry) => entry.points));
    return { id: `${accountId}:${index}`, contestId, accountId, applicationId, points: gained, entries };
  });

/** What breaks I7 in virtual capital. */
export interface CapitalViolation {
  invariant: 'I7';
  fault:
    | 'ENDOWMENT_DIFFERS'
    | 'OVERDRAWN'
    | 'POSTING_UNBALANCED'
    | 'POSTING_MISSING'
    | 'POSTING_DIFFERS'
    | 'POSTING_WITHOUT_MOVE'
    | 'GIFT_NOT_RETURNED'
    | 'COUNT_DIFFERS';
  /** Number of a posting within the contest's accounts, or the id of an application or a contest; never a person. */
  at: string;
}

/** Goes through the accounts of a contest and their postings. */
export class CapitalAudit {
  readonly violations: CapitalViolation[] = [];
  readonly #contestId: string;
  readonly #endowment: number | null;
  #posted = 0;

  constructor(contestId: string, { rule }: CapitalCampaign) {
    this.#contestId = contestId;
    this.#endowment = rule?.endowment ?? null;
  }

  /** An account with all postings that are there for it; those of the last minute may still be on their way. */
  add(accountId: string, account: VirtualAccount, postings: readonly CapitalPosting[], fresh: boolean): void {
    this.#posted += postings.length;
    this.#moves(account);
    const there = new Map(postings.map((posting) => [posting.id, posting]));
    for (const [index, wanted] of capitalPostingsOf(accountId, account).entries()) {
      const posting = there.get(wanted.id);
      there.delete(wanted.id);
      const at = `${this.#contestId} ${index}`;
      if (!posting && !fresh) this.#found('POSTING_MISSING', at);
      if (posting && sumOf(posting.entries.map((entry) => entry.points)) !== 0) this.#found('POSTING_UNBALANCED', at);
      if (posting && textOf(posting) !== textOf(wanted)) this.#found('POSTING_DIFFERS', at);
    }
    for (const _left of there.keys()) this.#found('POSTING_WITHOUT_MOVE', this.#contestId);
  }

  /** All postings of the contest must belong to the accounts that were added. */
  whole(postings: number): void {
    if (postings > this.#posted) this.#found('POSTING_WITHOUT_MOVE', this.#contestId);
  }

  /** Applications that went hold nothing. */
  gone(supports: readonly Support[]): void {
    for (const { applicationId, points: held } of supports)
      if (held !== 0) this.#found('GIFT_NOT_RETURNED', applicationId);
  }

  /** What was told as counted is what the ledger says; nothing of what is not among it. */
  counted(lines: readonly Support[], ledger: readonly Support[]): void {
    const told = new Map(lines.map((line) => [line.applicationId, line]));
    for (const { applicationId, points: held, supporters } of ledger) {
      const line = told.get(applicationId) ?? { points: 0, supporters: 0 };
      if (line.points !== held || line.supporters !== supporters) this.#found('COUNT_DIFFERS', applicationId);
    }
  }

  #moves({ moves }: VirtualAccount): void {
    const grants = moves.filter(({ cause }) => cause === 'GRANTED');
    const once = grants.length === 1 && moves[0] === grants[0] && grants[0]!.points === this.#endowment;
    if (!once) this.#found('ENDOWMENT_DIFFERS', this.#contestId);
    let balance = 0;
    const lowest = Math.min(...moves.map((move) => (balance += balanceOf([move]))));
    if (lowest < 0) this.#found('OVERDRAWN', this.#contestId);
  }

  #found(fault: CapitalViolation['fault'], at: string): void {
    this.violations.push({ invariant: 'I7', fault, at });
  }
}

const textOf = ({ contestId, accountId, applicationId, points: gained, entries }: CapitalPosting): string =>
  [
    contestId,
    accountId,
    applicationId,
    gained,
    ...entries.map((entry) => `${entry.account} ${entry.points}`).sort(),
  ].join();
