import { reject } from '@veche/kit/domain/decision';
import { overLimit, type DivisionLimit, type DivisionWinner } from '@veche/kit/domain/division';
import { closeSession, decisionsOf, standsAdopted } from './minutes.ts';
import { putQuestion, type Proposal, type QuestionDraft, type Session, type SessionResult } from './session.ts';

/** What binds the winners of a contest by its groups and nominations. */
export interface WinnersKnown {
  limits: readonly DivisionLimit[];
  /** What the limits look at of each admitted application. */
  applications: ReadonlyMap<string, DivisionWinner>;
  /** Winners by the minutes that were signed so far. */
  before: ReadonlySet<string>;
}

/**
 * Puts a question whose winners fit the money and places of their groups and nominations beside those who have won, and those whom this
 * session may yet make winners: a question that is voted down gives its places back, one that takes a winner back does so once it is adopted.
 */
export function putWithin(known: WinnersKnown, session: Session, by: string, draft: QuestionDraft): SessionResult {
  const put = putQuestion(session, by, draft);
  if (!put.ok) return put;
  const winners = new Set(known.before);
  for (const question of session.questions) {
    const adopted = standsAdopted(session, question);
    if (adopted === true) decide(winners, question.proposals);
    if (adopted === null) decide(winners, wins(question.proposals));
  }
  decide(winners, draft.proposals);
  const reason = broken(known, winners, draft.proposals);
  return reason === null ? put : reject('OVER_DIVISION', ['proposals'], { reason });
}

interface Closing {
  now: Date;
  hash: (minutes: object) => string;
}

/** Closes a session whose adopted winners fit; a vote that came late may have turned a question. */
export function closeWithin(known: WinnersKnown, session: Session, by: string, { now, hash }: Closing): SessionResult {
  const closed = closeSession(session, by, now, hash);
  if (!closed.ok) return closed;
  const decisions = decisionsOf(closed.state);
  const winners = new Set(known.before);
  decide(winners, decisions);
  const reason = broken(known, winners, decisions);
  return reason === null ? closed : reject('OVER_DIVISION', undefined, { reason });
}

const wins = (proposals: readonly Proposal[]): Proposal[] => proposals.filter(({ outcome }) => outcome === 'WINNER');

function decide(winners: Set<string>, proposals: readonly Proposal[]): void {
  for (const { applicationId, outcome } of proposals)
    if (outcome === 'WINNER') winners.add(applicationId);
    else winners.delete(applicationId);
}

/** What the winners break of the limits that these proposals draw on; what others broke before is no matter of theirs. */
function broken(
  { limits, applications }: WinnersKnown,
  winners: ReadonlySet<string>,
  proposals: readonly Proposal[],
): string | null {
  const drawn = wins(proposals).flatMap(({ applicationId }) => applications.get(applicationId)?.divisions ?? []);
  return overLimit(
    limits.filter(({ codes }) => codes.some((code) => drawn.includes(code))),
    [...winners].flatMap((id) => applications.get(id) ?? []),
  );
}
