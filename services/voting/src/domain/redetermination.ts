import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { parseMoney } from '@veche/kit/domain/money';
import { ordersOf, type Voting, type VotingEvent } from './voting.ts';

/**
 * What is to be counted otherwise after the close: by the commission. A result is never edited; the next version is counted
 * from the same ballots.
 */
export interface Redetermination {
  reason: string;
  /** Applications that are withdrawn. */
  withdrawn: readonly string[];
  /** The budget from now on, kopecks; null: as before. */
  budget: bigint | null;
  /** Applications in the order that the commission decided; empty: as before. */
  decision: readonly string[];
  /** The seed of the lot, where the rule has only its hash; null: as before. */
  lotSeed: string | null;
  /** Leaves of all ballots that do not count from now on, by a published decision; null or absent: as before, an empty list: none any more. */
  excluded?: readonly string[] | null;
}

/** What a leaf is in the log: the last ballot of its voter, one that was replaced, or nothing. */
export type LeafStanding = 'last' | 'superseded' | 'unknown';

export type RedeterminationCode =
  | 'VOTING_NOT_CLOSED'
  | 'REASON_REQUIRED'
  | 'NOTHING_CHANGED'
  | 'PROJECT_UNKNOWN'
  | 'PROJECT_REPEATED'
  | 'BUDGET_INVALID'
  | 'LOT_SEED_WRONG'
  | 'BALLOT_UNKNOWN'
  | 'BALLOT_SUPERSEDED'
  | 'BALLOT_REPEATED'
  | 'TOO_MANY_EXCLUDED'
  | 'TOO_MANY_REDETERMINATIONS';

const REASON = { min: 10, max: 2000 };
/** So that a voting stays one document. */
const MOST = 100;
/** Excluded ballots of an order. */
export const MOST_EXCLUDED = 1000;

type Result = Decision<Voting, VotingEvent, RedeterminationCode>;

/** Takes an order for the next version of the result; the ballots stay what they are. */
export function redetermine(
  voting: Voting,
  given: Redetermination,
  { sha256, standingOf }: { sha256: (text: string) => string; standingOf: (leaf: string) => LeafStanding },
): Result {
  const order = { ...given, reason: given.reason.trim() };
  const fault =
    stateFault(voting, order) ??
    listFault(voting, order) ??
    budgetFault(voting, order) ??
    seedFault(voting, order, sha256) ??
    exclusionFault(order.excluded ?? [], standingOf) ??
    (changesNothing(order) ? reject('NOTHING_CHANGED' as const) : null);
  if (fault) return fault;
  return accept({ ...voting, redeterminations: [...ordersOf(voting), order], recountDue: true });
}

const changesNothing = ({ withdrawn, budget, decision, lotSeed, excluded = null }: Redetermination): boolean =>
  withdrawn.length + decision.length === 0 && budget === null && lotSeed === null && excluded === null;

/** Only the ballot that a voter's vote has become can be excluded: then nothing of the voter counts, not an earlier revision either. */
function exclusionFault(excluded: readonly string[], standingOf: (leaf: string) => LeafStanding) {
  if (excluded.length > MOST_EXCLUDED) return reject('TOO_MANY_EXCLUDED', ['excluded'], { max: MOST_EXCLUDED });
  if (new Set(excluded).size < excluded.length) return reject('BALLOT_REPEATED', ['excluded']);
  const at = excluded.findIndex((leaf) => standingOf(leaf) !== 'last');
  if (at < 0) return null;
  const code = standingOf(excluded[at]!) === 'unknown' ? ('BALLOT_UNKNOWN' as const) : ('BALLOT_SUPERSEDED' as const);
  return reject(code, ['excluded', String(at)]);
}

function stateFault(voting: Voting, { reason }: Redetermination) {
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  if (voting.status !== 'CLOSED' && voting.status !== 'COUNTED') return reject('VOTING_NOT_CLOSED', ['contestId']);
  if (ordersOf(voting).length < MOST) return null;
  return reject('TOO_MANY_REDETERMINATIONS', ['contestId'], { max: MOST });
}

function listFault({ ballot }: Voting, { withdrawn, decision }: Redetermination) {
  const listed = new Set(ballot!.map(({ applicationId }) => applicationId));
  for (const [field, ids] of Object.entries({ withdrawn, decision })) {
    const unknown = ids.findIndex((id) => !listed.has(id));
    if (unknown >= 0) return reject('PROJECT_UNKNOWN', [field, String(unknown)]);
    if (new Set(ids).size < ids.length) return reject('PROJECT_REPEATED', [field]);
  }
  return null;
}

function budgetFault({ announcement }: Voting, { budget }: Redetermination) {
  if (budget === null) return null;
  const parts = announcement!.rule.partition?.budgets ?? [];
  const bound = parts.reduce((sum, part) => sum + parseMoney(part.budget), 0n);
  return budget <= 0n || budget < bound ? reject('BUDGET_INVALID', ['budget']) : null;
}

function seedFault({ announcement }: Voting, { lotSeed }: Redetermination, sha256: (text: string) => string) {
  if (lotSeed === null || sha256(lotSeed) === announcement!.rule.lotCommitment) return null;
  return reject('LOT_SEED_WRONG', ['lotSeed']);
}

/**
 * The initiators withdrew a project: it can win no more. Told after the close, which contests refuses but a late event may still bring, it is an
 * order to count anew; told twice, it changes nothing.
 */
export function takeWithdrawal(voting: Voting, applicationId: string): Decision<Voting, VotingEvent, never> {
  if (changesOf(voting).withdrawn.has(applicationId)) return accept(voting);
  const { status, withdrawn = [] } = voting;
  if (status === 'ANNOUNCED' || status === 'OPEN')
    return accept({ ...voting, withdrawn: [...withdrawn, applicationId] });
  const project = voting.ballot!.find((listed) => listed.applicationId === applicationId);
  if (!project) return accept(voting);
  const reason = `Проект № ${project.number} отозван инициаторами`;
  const order = { reason, withdrawn: [applicationId], budget: null, decision: [], lotSeed: null };
  return accept({ ...voting, redeterminations: [...ordersOf(voting), order], recountDue: true });
}

/** What withdrawals and all orders so far come to; a later order stands above an earlier one, a withdrawal stays. */
export function changesOf(voting: Pick<Voting, 'redeterminations' | 'withdrawn'>) {
  const orders = ordersOf(voting);
  const last = <T>(of: (order: Redetermination) => T | null): T | null =>
    orders.reduce<T | null>((found, order) => of(order) ?? found, null);
  return {
    withdrawn: new Set([...(voting.withdrawn ?? []), ...orders.flatMap(({ withdrawn }) => withdrawn)]),
    budget: last(({ budget }) => budget),
    decision: last(({ decision }) => (decision.length > 0 ? decision : null)) ?? [],
    lotSeed: last(({ lotSeed }) => lotSeed),
    excluded: last(({ excluded = null }) => excluded) ?? [],
    reason: orders.at(-1)?.reason ?? null,
  };
}
