import { accept, reject } from '@veche/kit/domain/decision';
import { quorumOf, type Majority, type Member, type Seat } from './commission.ts';
import { memberOf, presidingProblem, type Count, type Question, type Session, type SessionResult } from './session.ts';

/** Who takes part: those present, or in an absentee session those who voted or stood aside. */
export function participants({ form, present, questions, commission }: Session): string[] {
  const acted = questions.flatMap(({ votes, recused }) => [
    ...votes.map(({ personId }) => personId),
    ...recused.filter(({ how }) => how === 'DECLARED').map(({ personId }) => personId),
  ]);
  const ids = new Set(form === 'IN_PERSON' ? present : acted);
  return commission.members.filter(({ personId }) => ids.has(personId)).map(({ personId }) => personId);
}

const votersOf = (session: Session): string[] =>
  participants(session).filter((id) => memberOf(session.commission.members, id)?.votes);

const votingMembers = ({ commission }: Session): number => commission.members.filter(({ votes }) => votes).length;

/** Present, needed and all of those who have a vote. */
export const quorumOfSession = (session: Session) => ({
  present: votersOf(session).length,
  needed: quorumOf(session.commission.rules.quorum, votingMembers(session)),
  all: votingMembers(session),
});

/** Counts every question and closes the session; an absentee one after its term, or earlier when everybody has voted on everything. */
export function closeSession(
  session: Session,
  by: string,
  now: Date,
  hash: (minutes: object) => string,
): SessionResult {
  const refused = presidingProblem(session, by) ?? closingProblem(session, now);
  if (refused) return refused;
  const questions = session.questions.map((question) => ({ ...question, count: countOf(session, question) }));
  const closed: Session = { ...session, questions, state: 'COUNTED', closedAt: now };
  return accept({ ...closed, hash: hash(minutesOf(closed)) });
}

function closingProblem(session: Session, now: Date): SessionResult | null {
  if (session.questions.length === 0) return reject('NO_QUESTIONS');
  const { present, needed } = quorumOfSession(session);
  const missing = session.questions.find((question) => !isVoted(session, question));
  const running = session.votesUntil !== null && session.votesUntil > now;
  if (missing && (session.form === 'IN_PERSON' || running))
    return reject('VOTES_MISSING', undefined, { question: missing.number });
  if (present < needed) return reject('QUORUM_MISSING', undefined, { present, needed });
  return isLed(session) ? null : reject('NOT_PRESIDING');
}

/** A sitting in person whose minutes the presiding member signs must have one. */
const isLed = (session: Session): boolean =>
  session.form === 'ABSENTEE' ||
  session.commission.rules.signedBy === 'ALL_PRESENT' ||
  presidingOf(session) !== undefined;

/** Whether all who can vote on a question have done so; of an absentee session all members, of another those present. */
function isVoted(session: Session, { votes, recused }: Question): boolean {
  const { members } = session.commission;
  const expected =
    session.form === 'IN_PERSON'
      ? votersOf(session)
      : members.filter((member) => member.votes).map(({ personId }) => personId);
  const done = new Set([...votes, ...recused].map(({ personId }) => personId));
  return expected.every((id) => done.has(id));
}

/** Whether a question is adopted by the votes as they stand; null while somebody who can vote on it has not. */
export const standsAdopted = (session: Session, question: Question): boolean | null =>
  isVoted(session, question) ? countOf(session, question).adopted : null;

function countOf(session: Session, { votes, recused }: Question): Count {
  const { rules } = session.commission;
  const given = (choice: string): number => votes.filter((vote) => vote.choice === choice).length;
  const [yes, no, abstained] = [given('FOR'), given('AGAINST'), given('ABSTAIN')];
  const aside = new Set(recused.map(({ personId }) => personId));
  const taking = votersOf(session).filter((id) => !aside.has(id)).length;
  const base: Record<Majority, number> = { SIMPLE: yes + no, OF_PRESENT: taking, OF_ALL: votingMembers(session) };
  const tie = yes === no && yes > 0 && rules.majority !== 'OF_ALL' && yes * 2 === base[rules.majority];
  const presiding = rules.castingVote && tie ? presidingOf(session) : undefined;
  const decisive = votes.find(({ personId }) => personId === presiding?.personId)?.choice;
  const counted = { for: yes, against: no, abstained };
  if (decisive === 'FOR' || decisive === 'AGAINST') return { ...counted, casting: true, adopted: decisive === 'FOR' };
  return { ...counted, casting: false, adopted: yes * 2 > base[rules.majority] };
}

/** The chair presides, in the absence of the chair the deputy; nobody, where neither takes part. */
function presidingOf(session: Session): Member | undefined {
  const taking = new Set(participants(session));
  const seated = (seat: Seat) =>
    session.commission.members.find((member) => member.seat === seat && taking.has(member.personId));
  return seated('CHAIR') ?? seated('DEPUTY');
}

/** What the minutes say, in the form that is hashed and signed: what a document is rendered from. */
export function minutesOf(session: Session) {
  const { contestId, number, form, place, openedAt, closedAt, commission, questions, ranking, rankingEdition } =
    session;
  const took = new Set(participants(session));
  return {
    version: 1,
    contestId,
    number,
    form,
    place,
    openedAt: openedAt.toISOString(),
    closedAt: closedAt!.toISOString(),
    commission: { title: commission.title, act: commission.act },
    members: commission.members.map(({ personId, seat, byCouncil, votes }) => ({
      personId,
      seat,
      byCouncil,
      votes,
      present: took.has(personId),
    })),
    quorum: quorumOfSession(session),
    questions: questions.map(({ count, ...question }) => ({ ...plain(question), count: { ...count! } })),
    ranking: {
      edition: rankingEdition,
      lines: ranking.map(({ applicationId, place: at, score }) => ({ applicationId, place: at, score })),
    },
  };
}

export type Minutes = ReturnType<typeof minutesOf>;

/** Without what a database may have added. */
const plain = ({ number, text, proposals, votes, recused, opinions }: Omit<Question, 'count'>) => ({
  number,
  text,
  proposals: proposals.map(({ applicationId, outcome, reason }) => ({ applicationId, outcome, reason })),
  votes: votes.map(({ personId, choice }) => ({ personId, choice })),
  recused: recused.map(({ personId, reason, how }) => ({ personId, reason, how })),
  opinions: opinions.map(({ personId, text: said }) => ({ personId, text: said })),
});

/** Who has to sign. */
export function signersOf(session: Session): string[] {
  const { members, rules } = session.commission;
  if (rules.signedBy === 'ALL_PRESENT') return participants(session);
  const seated = (seat: Seat) => members.find((member) => member.seat === seat);
  // The secretary never signs alone: nobody can vote any more once the term of an absentee session is over.
  const presiding = presidingOf(session) ?? seated('CHAIR');
  return [presiding, seated('SECRETARY')].flatMap((member) => (member ? [member.personId] : []));
}

/** A signer confirms the minutes that he has read, named by their hash; the last signature puts the decisions into force. */
export function signMinutes(session: Session, personId: string, hash: string, now: Date): SessionResult {
  const signers = signersOf(session);
  if (session.state === 'OPEN') return reject('NOT_COUNTED');
  if (!signers.includes(personId)) return reject('NOT_PRESIDING');
  if (hash !== session.hash) return reject('MINUTES_DIFFER', ['hash']);
  if (session.signatures.some((one) => one.personId === personId)) return accept(session);
  const signatures = [...session.signatures, { personId, at: now }];
  const complete = signers.every((id) => signatures.some((one) => one.personId === id));
  if (!complete) return accept({ ...session, signatures });
  return accept({ ...session, signatures, state: 'SIGNED', signedAt: now }, { kind: 'MinutesSigned' });
}

/** What the adopted questions decided of each application, the last word of each. */
export function decisionsOf({ questions }: Pick<Session, 'questions'>) {
  const adopted = questions.filter(({ count }) => count?.adopted).flatMap(({ proposals }) => proposals);
  return [...new Map(adopted.map((proposal) => [proposal.applicationId, proposal])).values()];
}
