import { accept, reject } from '@veche/kit/domain/decision';
import { quorumOf, type Majority } from './commission.ts';
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
  return present < needed ? reject('QUORUM_MISSING', undefined, { present, needed }) : null;
}

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

function countOf(session: Session, { votes, recused }: Question): Count {
  const { rules } = session.commission;
  const given = (choice: string): number => votes.filter((vote) => vote.choice === choice).length;
  const [yes, no, abstained] = [given('FOR'), given('AGAINST'), given('ABSTAIN')];
  const aside = new Set(recused.map(({ personId }) => personId));
  const taking = votersOf(session).filter((id) => !aside.has(id)).length;
  const base: Record<Majority, number> = { SIMPLE: yes + no, OF_PRESENT: taking, OF_ALL: votingMembers(session) };
  const tie = yes === no && yes > 0 && rules.majority !== 'OF_ALL' && yes * 2 === base[rules.majority];
  const decisive = rules.castingVote && tie ? presidingChoice(session, votes) : null;
  const counted = { for: yes, against: no, abstained };
  if (decisive === 'FOR' || decisive === 'AGAINST') return { ...counted, casting: true, adopted: decisive === 'FOR' };
  return { ...counted, casting: false, adopted: yes * 2 > base[rules.majority] };
}

/** The chair presides, in the absence of the chair the deputy. */
function presidingChoice(session: Session, votes: Question['votes']): string | null {
  const taking = new Set(participants(session));
  const { members } = session.commission;
  const presiding =
    members.find(({ seat, personId }) => seat === 'CHAIR' && taking.has(personId)) ??
    members.find(({ seat, personId }) => seat === 'DEPUTY' && taking.has(personId));
  return votes.find(({ personId }) => personId === presiding?.personId)?.choice ?? null;
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
  const took = participants(session);
  if (rules.signedBy === 'ALL_PRESENT') return took;
  const chair = members.find(({ seat, personId }) => seat === 'CHAIR' && took.includes(personId));
  const deputy = members.find(({ seat, personId }) => seat === 'DEPUTY' && took.includes(personId));
  const secretary = members.find(({ seat }) => seat === 'SECRETARY');
  return [chair ?? deputy, secretary].flatMap((member) => (member ? [member.personId] : []));
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
