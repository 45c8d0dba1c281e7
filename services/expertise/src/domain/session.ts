import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Commission, Member } from './commission.ts';

export type Choice = 'FOR' | 'AGAINST' | 'ABSTAIN';
export const OUTCOMES = ['WINNER', 'RESERVE', 'NOT_SELECTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a question would decide of an application. */
export interface Proposal {
  applicationId: string;
  outcome: Outcome;
  /** As the applicant will read it. */
  reason: string;
}

export interface Recusal {
  personId: string;
  reason: string;
  how: 'DECLARED' | 'DETECTED';
}

export interface Count {
  for: number;
  against: number;
  abstained: number;
  /** Whether the vote of the presiding member decided. */
  casting: boolean;
  adopted: boolean;
}

export interface Question {
  number: number;
  text: string;
  proposals: readonly Proposal[];
  votes: readonly { personId: string; choice: Choice }[];
  recused: readonly Recusal[];
  /** Minority opinions. */
  opinions: readonly { personId: string; text: string }[];
  count: Count | null;
}

/** A line of the ranking, with what keeps the application out of the winners, in Russian; absent in sessions of before that was kept. */
interface RankedLine {
  applicationId: string;
  place: number;
  score: string;
  exclusions?: readonly string[];
}

/** A sitting of a commission, in person, or absentee with a term for the votes. Composition and rules are those of its opening. */
export interface Session {
  contestId: string;
  /** From 1 within the contest. */
  number: number;
  form: 'IN_PERSON' | 'ABSENTEE';
  place: string;
  openedAt: Date;
  votesUntil: Date | null;
  commission: Commission;
  present: readonly string[];
  questions: readonly Question[];
  state: 'OPEN' | 'COUNTED' | 'SIGNED';
  closedAt: Date | null;
  /** The ranking that the commission had before it. */
  ranking: readonly RankedLine[];
  rankingEdition: number;
  /** SHA-256 of the canonical minutes; null until counted. */
  hash: string | null;
  signatures: readonly { personId: string; at: Date }[];
  signedAt: Date | null;
}

export type SessionEvent = { kind: 'SessionOpened' } | { kind: 'MinutesSigned' };
export type SessionCode =
  | 'NOT_A_MEMBER'
  | 'NOT_PRESIDING'
  | 'SESSION_CLOSED'
  | 'ABSENTEE_NOT_ALLOWED'
  | 'TERM_IN_PAST'
  | 'PLACE_REQUIRED'
  | 'QUESTION_INVALID'
  | 'QUESTION_UNKNOWN'
  | 'BARRED_BY_RULES'
  | 'OVER_DIVISION'
  | 'NOT_PRESENT'
  | 'RECUSED'
  | 'ALREADY_VOTED'
  | 'VOTING_OVER'
  | 'REASON_REQUIRED'
  | 'NOT_IN_MINORITY'
  | 'QUORUM_MISSING'
  | 'VOTES_MISSING'
  | 'NO_QUESTIONS'
  | 'NOT_COUNTED'
  | 'MINUTES_DIFFER'
  | 'SESSION_OPEN';

export type SessionResult = Decision<Session, SessionEvent, SessionCode>;

export interface Opening extends Pick<
  Session,
  'contestId' | 'number' | 'form' | 'place' | 'votesUntil' | 'ranking' | 'rankingEdition'
> {
  by: string;
}

const TEXT = { min: 10, max: 2000 };
const PLACE_MAX = 300;
const QUESTIONS_MAX = 100;

export function openSession(
  commission: Commission,
  { by, ...opening }: Opening,
  openSessions: number,
  now: Date,
): SessionResult {
  if (!mayPreside(commission.members, by)) return reject('NOT_PRESIDING');
  if (openSessions > 0) return reject('SESSION_OPEN');
  const absentee = opening.form === 'ABSENTEE';
  const problem = absentee ? termProblem(commission, opening.votesUntil, now) : null;
  if (problem) return problem;
  const place = opening.place.trim();
  if (place.length > PLACE_MAX || (!absentee && place === '')) return reject('PLACE_REQUIRED', ['place']);
  const session: Session = {
    ...opening,
    place,
    votesUntil: absentee ? opening.votesUntil : null,
    openedAt: now,
    commission,
    present: [],
    questions: [],
    state: 'OPEN',
    closedAt: null,
    hash: null,
    signatures: [],
    signedAt: null,
  };
  return accept(session, { kind: 'SessionOpened' });
}

function termProblem({ rules }: Commission, votesUntil: Date | null, now: Date): SessionResult | null {
  if (!rules.absenteeAllowed) return reject('ABSENTEE_NOT_ALLOWED', ['form']);
  return !votesUntil || votesUntil <= now ? reject('TERM_IN_PAST', ['votesUntil']) : null;
}

export const memberOf = (members: readonly Member[], personId: string): Member | undefined =>
  members.find((member) => member.personId === personId);

/** Chair, deputy and secretary run a session. */
export const mayPreside = (members: readonly Member[], personId: string): boolean => {
  const seat = memberOf(members, personId)?.seat;
  return seat !== undefined && seat !== 'MEMBER';
};

/** Notes who came; a later list replaces an earlier one, but nobody who voted can have been away. */
export function notePresence(session: Session, by: string, present: readonly string[]): SessionResult {
  const refused = presidingProblem(session, by);
  if (refused) return refused;
  const stranger = present.findIndex((id) => !memberOf(session.commission.members, id));
  if (stranger >= 0) return reject('NOT_A_MEMBER', ['present', String(stranger)]);
  const voted = session.questions.flatMap(({ votes }) => votes.map(({ personId }) => personId));
  return accept({ ...session, present: [...new Set([...present, ...voted])] });
}

export function presidingProblem(session: Session, by: string): SessionResult | null {
  if (!mayPreside(session.commission.members, by)) return reject('NOT_PRESIDING');
  return session.state === 'OPEN' ? null : reject('SESSION_CLOSED');
}

export interface QuestionDraft {
  text: string;
  proposals: readonly Proposal[];
  /** Members whom the data shows to be concerned. */
  concerned: readonly Recusal[];
  /** What the gates of the contest say against applications that no ranking has yet, in Russian. */
  gates: ReadonlyMap<string, readonly string[]>;
}

const sound = (text: string): boolean => text.trim().length >= TEXT.min && text.trim().length <= TEXT.max;

/** Puts a question; members in a conflict of interest over its applications are recused at once. */
export function putQuestion(
  session: Session,
  by: string,
  { text, proposals, concerned, gates }: QuestionDraft,
): SessionResult {
  const refused = presidingProblem(session, by);
  if (refused) return refused;
  if (!sound(text) || session.questions.length >= QUESTIONS_MAX) return reject('QUESTION_INVALID', ['text'], TEXT);
  const ids = new Set(proposals.map(({ applicationId }) => applicationId));
  if (ids.size < proposals.length) return reject('QUESTION_INVALID', ['proposals'], TEXT);
  const bare = proposals.findIndex(({ reason }) => !sound(reason));
  if (bare >= 0) return reject('REASON_REQUIRED', ['proposals', String(bare), 'reason'], TEXT);
  const barred = barredProposal(session, proposals, gates);
  if (barred) return barred;
  const question: Question = {
    number: session.questions.length + 1,
    text: text.trim(),
    proposals: proposals.map((proposal) => ({ ...proposal, reason: proposal.reason.trim() })),
    votes: [],
    recused: concerned,
    opinions: [],
    count: null,
  };
  return accept({ ...session, questions: [...session.questions, question] });
}

/** What the rules of the contest keep out of its winners the commission does not put there: a gate, a floor, a threshold. */
function barredProposal(
  { ranking }: Session,
  proposals: readonly Proposal[],
  gates: QuestionDraft['gates'],
): SessionResult | null {
  for (const [index, { applicationId, outcome }] of proposals.entries()) {
    const line = ranking.find((one) => one.applicationId === applicationId);
    const reasons = (line ? line.exclusions : gates.get(applicationId)) ?? [];
    if (outcome !== 'NOT_SELECTED' && reasons.length > 0)
      return reject('BARRED_BY_RULES', ['proposals', String(index), 'outcome'], { reason: reasons.join(' ') });
  }
  return null;
}

/** Where and when a vote, a recusal or an opinion is given. */
export interface Act {
  personId: string;
  number: number;
  now: Date;
}

/** A member votes once on a question. An absentee session takes votes until its term. */
export function castVote(session: Session, act: Act, choice: Choice): SessionResult {
  const problem = votingProblem(session, act);
  if (problem) return problem;
  return withQuestion(session, act.number, (question) => ({
    ...question,
    votes: [...question.votes, { personId: act.personId, choice }],
  }));
}

function votingProblem(session: Session, act: Act): SessionResult | null {
  const member = memberOf(session.commission.members, act.personId);
  if (!member?.votes) return reject('NOT_A_MEMBER');
  if (session.state !== 'OPEN') return reject('SESSION_CLOSED');
  const question = session.questions.find((one) => one.number === act.number);
  if (!question) return reject('QUESTION_UNKNOWN', ['question']);
  return absenceProblem(session, act) ?? repeatProblem(question, act.personId);
}

function absenceProblem({ form, present, votesUntil }: Session, { personId, now }: Act): SessionResult | null {
  if (form === 'IN_PERSON') return present.includes(personId) ? null : reject('NOT_PRESENT');
  return votesUntil && votesUntil <= now ? reject('VOTING_OVER') : null;
}

function repeatProblem({ votes, recused }: Question, personId: string): SessionResult | null {
  if (recused.some((one) => one.personId === personId)) return reject('RECUSED');
  return votes.some((one) => one.personId === personId) ? reject('ALREADY_VOTED') : null;
}

/** A member who is not impartial stands aside before voting. */
export function recuse(session: Session, act: Act, reason: string): SessionResult {
  const problem = votingProblem(session, act);
  if (problem) return problem;
  if (!sound(reason)) return reject('REASON_REQUIRED', ['reason'], TEXT);
  return withQuestion(session, act.number, (question) => ({
    ...question,
    recused: [...question.recused, { personId: act.personId, reason: reason.trim(), how: 'DECLARED' }],
  }));
}

/** A member who did not vote for it writes down an opinion of his own, until the session is closed. */
export function giveOpinion(session: Session, { personId, number }: Act, text: string): SessionResult {
  if (!memberOf(session.commission.members, personId)) return reject('NOT_A_MEMBER');
  if (session.state !== 'OPEN') return reject('SESSION_CLOSED');
  const question = session.questions.find((one) => one.number === number);
  if (!question) return reject('QUESTION_UNKNOWN', ['question']);
  const vote = question.votes.find((one) => one.personId === personId);
  if (!vote || vote.choice === 'FOR') return reject('NOT_IN_MINORITY');
  if (!sound(text)) return reject('REASON_REQUIRED', ['text'], TEXT);
  return withQuestion(session, number, (one) => ({
    ...one,
    opinions: [...one.opinions.filter((opinion) => opinion.personId !== personId), { personId, text: text.trim() }],
  }));
}

const withQuestion = (session: Session, number: number, change: (question: Question) => Question): SessionResult =>
  accept({ ...session, questions: session.questions.map((one) => (one.number === number ? change(one) : one)) });
