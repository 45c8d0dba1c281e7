import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import type { Scene } from '../community/idea.ts';
import { mayTakePart, type Participant, type ParticipantCode } from '../community/participant.ts';
import type { Meeting } from '../meetings/meeting.ts';
import { isProjectType } from '../project-type.ts';
import { rankedBy, type PollRule, type RankedLine } from './ranking.ts';

export interface Problem {
  /** Unique in its poll, from "1". */
  id: string;
  text: string;
  category: string;
  authorId: string;
  at: Date;
  /** What residents name waits for staff. */
  status: 'PENDING' | 'LISTED' | 'DECLINED';
  /** Why it was declined. */
  reason: string | null;
}

/** Problems of a place that residents name and put in order before there are projects. */
export interface ProblemPoll {
  title: string;
  oktmo: string;
  contestId: string | null;
  authorId: string;
  /** POLL: each resident gives an order. MEETING: a meeting counts hands. */
  source: 'POLL' | 'MEETING';
  rule: PollRule;
  /** How many problems a person may put in order. */
  choices: number;
  closesAt: Date;
  problems: readonly Problem[];
  /** Meeting whose votes are the result. */
  meetingId: string | null;
  result: readonly RankedLine[] | null;
}

/** The order of one person; its id is made of poll and person, so nobody counts twice. */
export interface ProblemOrder {
  pollId: string;
  personId: string;
  order: readonly string[];
}

export type PollCode =
  | ParticipantCode
  | 'TITLE_LENGTH'
  | 'TEXT_LENGTH'
  | 'CATEGORY_UNKNOWN'
  | 'POLL_INVALID'
  | 'POLL_CLOSED'
  | 'TERM_IN_PAST'
  | 'TOO_MANY_ITEMS'
  | 'PROBLEM_UNKNOWN'
  | 'ORDER_INVALID'
  | 'REASON_REQUIRED'
  | 'WRONG_STATE'
  | 'MEETING_NOT_BEGUN'
  | 'VOTES_EXCEED_PRESENT';
type Result = Decision<ProblemPoll, never, PollCode>;

const TITLE = { min: 10, max: 200 };
const TEXT = { min: 10, max: 500 };
const REASON = { min: 10, max: 2000 };
const CHOICES = { min: 1, max: 10 };
const PROBLEMS = { max: 200 };
const inside = (length: number, { min, max }: { min: number; max: number }): boolean => length >= min && length <= max;

export const isClosed = ({ closesAt, result }: ProblemPoll, now: Date): boolean => closesAt <= now || result !== null;
export const listedOf = ({ problems }: ProblemPoll): Problem[] => problems.filter(({ status }) => status === 'LISTED');

export type Opening = Pick<
  ProblemPoll,
  'title' | 'oktmo' | 'contestId' | 'authorId' | 'source' | 'rule' | 'choices' | 'closesAt'
>;

export function openPoll(opening: Opening, now: Date): Result {
  const title = opening.title.trim();
  if (!inside(title.length, TITLE)) return reject('TITLE_LENGTH', ['title'], TITLE);
  if (!inside(opening.choices, CHOICES)) return reject('POLL_INVALID', ['choices'], CHOICES);
  // A meeting raises hands, it gives no orders.
  if (opening.source === 'MEETING' && opening.rule !== 'COUNT') return reject('POLL_INVALID', ['rule'], CHOICES);
  if (opening.closesAt <= now) return reject('TERM_IN_PAST', ['closesAt']);
  return accept({ ...opening, title, problems: [], meetingId: null, result: null });
}

interface Naming {
  text: string;
  category: string;
  staff: boolean;
}

/** Names a problem: of staff it stands on the list at once, of a resident after staff has looked. */
export function nameProblem(poll: ProblemPoll, naming: Naming, person: Participant, scene: Scene): Result {
  if (isClosed(poll, scene.now)) return reject('POLL_CLOSED');
  const refused = naming.staff ? null : mayTakePart(person, { ...scene, oktmo: poll.oktmo });
  if (refused) return { ok: false, rejection: refused };
  const text = naming.text.trim();
  if (!inside(text.length, TEXT)) return reject('TEXT_LENGTH', ['text'], TEXT);
  if (!isProjectType(naming.category)) return reject('CATEGORY_UNKNOWN', ['category']);
  if (poll.problems.length >= PROBLEMS.max) return reject('TOO_MANY_ITEMS', undefined, PROBLEMS);
  const problem: Problem = {
    id: String(poll.problems.length + 1),
    text,
    category: naming.category,
    authorId: person.personId,
    at: scene.now,
    status: naming.staff ? 'LISTED' : 'PENDING',
    reason: null,
  };
  return accept({ ...poll, problems: [...poll.problems, problem] });
}

interface Verdict {
  problemId: string;
  listed: boolean;
  reason: string | null;
}

/** Staff puts what a resident named on the list, or declines it with a reason. */
export function decideProblem(poll: ProblemPoll, { problemId, listed, reason }: Verdict, now: Date): Result {
  if (isClosed(poll, now)) return reject('POLL_CLOSED');
  const found = poll.problems.find(({ id }) => id === problemId);
  if (!found) return reject('PROBLEM_UNKNOWN', ['problemId']);
  if (found.status !== 'PENDING') return reject('WRONG_STATE');
  const why = reason?.trim() ?? '';
  const bounds = listed ? { ...REASON, min: 0 } : REASON;
  if (!inside(why.length, bounds)) return reject('REASON_REQUIRED', ['reason'], REASON);
  const decided: Problem = { ...found, status: listed ? 'LISTED' : 'DECLINED', reason: listed ? null : why };
  return accept({ ...poll, problems: poll.problems.map((one) => (one === found ? decided : one)) });
}

/** Puts problems in order, the worst first; a later order replaces the earlier one. */
export function orderProblems(
  mine: ProblemOrder,
  poll: ProblemPoll,
  order: readonly string[],
  person: Participant,
  scene: Scene,
): Decision<ProblemOrder, never, PollCode> {
  if (poll.source !== 'POLL') return reject('WRONG_STATE');
  if (isClosed(poll, scene.now)) return reject('POLL_CLOSED');
  const refused = mayTakePart(person, { ...scene, oktmo: poll.oktmo });
  if (refused) return { ok: false, rejection: refused };
  const known = new Set(listedOf(poll).map(({ id }) => id));
  const sound = inside(order.length, { min: 1, max: poll.choices }) && new Set(order).size === order.length;
  if (!sound) return reject('ORDER_INVALID', ['order'], { max: poll.choices });
  const unknown = order.findIndex((id) => !known.has(id));
  if (unknown >= 0) return reject('PROBLEM_UNKNOWN', ['order', String(unknown)]);
  return accept({ ...mine, order: [...order] });
}

export interface Hands {
  problemId: string;
  votes: number;
}

/** Takes over the show of hands of a meeting with minutes; each listed problem once, none with more hands than people present. */
export function recordHands(poll: ProblemPoll, meetingId: string, meeting: Meeting, hands: readonly Hands[]): Result {
  if (poll.source !== 'MEETING' || poll.result) return reject('WRONG_STATE');
  const present = meeting.records.at(-1)?.present;
  if (meeting.cancelled || present === undefined) return reject('MEETING_NOT_BEGUN', ['meetingId']);
  const listed = listedOf(poll).map(({ id }) => id);
  const refused = handsProblem(hands, listed, present);
  if (refused) return { ok: false, rejection: refused };
  const tallies = hands.map(({ problemId, votes }) => ({ problemId, points: votes, firsts: 0, voters: votes }));
  return accept({ ...poll, meetingId, result: rankedBy(tallies) });
}

function handsProblem(hands: readonly Hands[], listed: readonly string[], present: number): Rejection<PollCode> | null {
  const counted = new Set(hands.map(({ problemId }) => problemId));
  const complete = hands.length === listed.length && listed.every((id) => counted.has(id));
  if (!complete || hands.length === 0) return reject('ORDER_INVALID', ['votes'], { max: listed.length }).rejection;
  const much = hands.findIndex(({ votes }) => !Number.isInteger(votes) || votes < 0 || votes > present);
  if (much < 0) return null;
  return reject('VOTES_EXCEED_PRESENT', ['votes', String(much)], { votes: hands[much]!.votes, present }).rejection;
}
