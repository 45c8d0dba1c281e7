import { prefixOf, scopesOver } from '@veche/kit/domain/oktmo';
import { fractionText, rational } from '@veche/kit/domain/rational';
import { BUDGET_SOURCES } from '@veche/kit/domain/scoring/facts';
import type { ApplicationStatus } from './application-states.ts';
import type { FieldChange } from './content-values.ts';
import type { FieldError } from './field-error.ts';
import type { StatusLink } from './status-link.ts';
import type { Terms } from './terms.ts';
import type { TierCode } from './tier/codes.ts';
import type { HeadCode } from './tier/head.ts';

export type { ApplicationStatus } from './application-states.ts';

export const SOURCES = ['REGIONAL', 'MUNICIPAL', 'CITIZENS', 'BUSINESS', 'IN_KIND'] as const;
export type FundingSource = (typeof SOURCES)[number];

export interface Funding {
  source: FundingSource;
  /** Kopecks. */
  amount: bigint;
}

/** What a group fills in; a draft may leave everything empty. */
export interface Content {
  title: string;
  oktmo: string;
  category: string;
  totalCost: bigint;
  funding: readonly Funding[];
  beneficiaries: number;
  population: number;
  /** Codes of the group and nomination that it competes in. */
  divisions: readonly string[];
  answers: Record<string, unknown>;
}

export interface Remark {
  field: string;
  text: string;
  /** What the initiators answered in words, beside mending the field. */
  answer?: string | null;
}

/** Remarks that were dealt with by filing again. */
export interface Rework {
  returnedAt: Date;
  answerBy: Date;
  answeredAt: Date;
  /** Revision that answered them. */
  revision: number;
  remarks: readonly Remark[];
}

/** What was filed, as its difference from what had been filed before; the first revision has none. */
export interface Revision {
  revision: number;
  filedAt: Date;
  changes: readonly FieldChange[];
}

/** Version of the application that last changed a field. */
export interface FieldEdit {
  field: string;
  version: number;
}

export const REFUSAL_GROUNDS = [
  'PROCEDURE_VIOLATED',
  'CONTRADICTS_LAW',
  'NO_COMPETENCE',
  'NO_FUNDS',
  'BETTER_WAY_EXISTS',
  'NOT_SELECTED',
] as const;
export type RefusalGround = (typeof REFUSAL_GROUNDS)[number];

/** Who takes a step; the person is a pseudonymous id, null where no person decides alone. */
export interface Actor {
  role: 'INITIATORS' | 'MUNICIPALITY' | 'ADMINISTRATION' | 'VOTE' | 'COMMISSION' | 'IMPORT';
  personId: string | null;
}

export interface HistoryEntry {
  at: Date;
  state: ApplicationStatus;
  revision: number;
  /** Absent in steps from before it was written down. */
  by?: Actor | null;
}

export interface Application {
  contestId: string;
  /** Null for imported applications. */
  groupId: string | null;
  /** Idea that it came from. */
  ideaId?: string | null;
  /** Application of the first tier that it came up from. */
  sourceId?: string | null;
  /** Municipality that files it in place of a group. */
  municipality?: string | null;
  status: ApplicationStatus;
  content: Content;
  /** Given at the first submission, unique in the contest. */
  number: string | null;
  revision: number;
  submittedAt: Date | null;
  remarks: readonly Remark[];
  answerBy: Date | null;
  refusal: { ground: RefusalGround; reason: string } | null;
  history: readonly HistoryEntry[];
  /** Taken over from another system: its whole cost is taken from the budget. */
  imported: boolean;
  /** Fixed on the ballot; in the application itself, so that a withdrawal at the same moment cannot slip past it. */
  balloted: boolean;
  /** The number as lists sort it: digits by value and not by text. */
  sortKey: string;
  /** Version of the vote's result that was taken over last, 0 before. */
  resultVersion: number;
  /** Number of the commission's session whose decision was taken over last. */
  commissionSession?: number;
  /** By whom of two editors a field was changed last is told by versions; fields that nobody changed since the beginning have none. */
  edits?: readonly FieldEdit[];
  /** Content as it was filed last. */
  filed?: Content | null;
  revisions?: readonly Revision[];
  reworks?: readonly Rework[];
  /** What the titles of two applications for the same thing have in common; of filed ones only. */
  titleKey?: string | null;
  /** Since when it is in its state. */
  stateSince?: Date;
  /** Territories whose officials have it in their queue, see `scopesOf`; a prefix and not a code, so that one level is found by equality. */
  scopes?: readonly string[];
  terms?: Terms | null;
  publishedAt?: Date | null;
  /** End of the time for comments of residents; null: the calendar of that year is not known. */
  commentsUntil?: Date | null;
  /** When something is expected of the officials; null: nothing is. */
  dueAt?: Date | null;
  /** The official who works on it. */
  assigneeId?: string | null;
  /** The last offer of the administration to rework it together. */
  jointRework?: JointRework | null;
  reopenings?: readonly Reopening[];
  /** The link to its state; absent as long as the first one stands. */
  statusLink?: StatusLink | null;
}

export interface JointRework {
  offeredAt: Date;
  text: string;
  declinedAt: Date | null;
  /** Why it was declined. */
  reason: string | null;
}

/** A refusal that was taken back. */
export interface Reopening {
  at: Date;
  reason: string;
  ground: RefusalGround;
  refusalReason: string;
}

export type ApplicationEvent =
  | { kind: 'ApplicationSubmitted' }
  | { kind: 'ApplicationPublished' }
  | { kind: 'ApplicationReturned' }
  | { kind: 'ApplicationAdmitted'; memberIds: readonly string[] }
  | { kind: 'ApplicationRefused' }
  | { kind: 'ApplicationWithdrawn' }
  | { kind: 'ApplicationDecided' };

export type ApplicationCode =
  | 'STAGE_NOT_OPEN'
  | 'GROUP_TOO_SMALL'
  | 'APPLICATION_INCOMPLETE'
  | 'WRONG_STATE'
  | 'REMARKS_REQUIRED'
  | 'TERM_IN_PAST'
  | 'TERM_PASSED'
  | 'REASON_REQUIRED'
  | 'NUMBER_TAKEN'
  | 'TOO_MANY_ITEMS'
  | 'BALLOT_LIST_APPROVED'
  | 'CONTEST_NOT_PUBLISHED'
  | 'VOTING_ENDED'
  | 'FIELD_CONFLICT'
  | 'BASE_VERSION_UNKNOWN'
  | 'REMARK_UNKNOWN'
  | 'ANSWER_LENGTH'
  | 'ASSIGNEE_INVALID'
  | 'PUBLISHED_ALREADY'
  | 'REWORK_NOT_OFFERED'
  | 'ITEM_REPEATED'
  | 'SIMPLE_FILING_NOT_ALLOWED'
  | TierCode
  | HeadCode;

/** Field errors travel with the refusal of an incomplete application. */
export interface Incomplete {
  fieldErrors: readonly FieldError[];
}

/** Prefixes of the territories whose officials have the applications of a contest there in their queue. */
export const scopesOf = (oktmo: string): string[] => [...new Set(scopesOver(oktmo).map(prefixOf))];

/** What the application takes from the contest's budget, kopecks. */
export const ballotCost = ({
  content,
  imported,
}: {
  content: Pick<Content, 'totalCost' | 'funding'>;
  imported: boolean;
}): bigint =>
  imported ? content.totalCost : sumOf(content.funding.filter(({ source }) => BUDGET_SOURCES.includes(source)));

/** Share of the cost that the applicants bear themselves: citizens, business, in kind; null where only a total was imported. */
export function cofinancingShare({ content: { funding, totalCost }, imported }: Application): string | null {
  if (imported || totalCost <= 0n) return null;
  return fractionText(rational(sumOf(funding.filter(({ source }) => !BUDGET_SOURCES.includes(source))), totalCost));
}

export const sumOf = (funding: readonly Funding[]): bigint => funding.reduce((sum, { amount }) => sum + amount, 0n);

const DIGITS = 20;

/** "2" comes before "10", and numbers of other systems that are not digits alone come after, by text. */
export const sortKeyOf = (number: string | null): string =>
  number !== null && /^\d{1,20}$/.test(number) ? number.padStart(DIGITS, '0') : `~${number ?? ''}`;
