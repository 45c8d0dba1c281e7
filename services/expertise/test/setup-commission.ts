import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { mutation, organiser, type Setup } from './setup.ts';

export const SESSION = `id version number form place state openedAt votesUntil present { id } quorum { present needed all }
  questions { number text proposals { application { id } outcome reason } votes { person { id } choice }
    recused { person { id } reason detected } opinions { person { id } text } count { for against abstained casting adopted } }
  minutes { hash canonical sections { heading lines } signers { id } signatures { person { id } at } }`;
const session = (name: string, type: string): string => mutation(name, type, `session { ${SESSION} }`);
export const FORM = mutation(
  'formCommission',
  'FormCommissionInput',
  'commission { contest { id } version title members { person { id } seat byCouncil votes } rules { quorum councilHalf appealDays } }',
);
export const OPEN = session('openCommissionSession', 'OpenCommissionSessionInput');
export const PRESENT = session('noteCommissionPresence', 'NoteCommissionPresenceInput');
export const QUESTION = session('putCommissionQuestion', 'PutCommissionQuestionInput');
export const VOTE = session('castCommissionVote', 'CastCommissionVoteInput');
export const RECUSE = session('recuseFromQuestion', 'RecuseFromQuestionInput');
export const OPINION = session('giveMinorityOpinion', 'GiveMinorityOpinionInput');
export const CLOSE = session('closeCommissionSession', 'CommissionSessionInput');
export const SIGN = session('signCommissionMinutes', 'SignCommissionMinutesInput');

export const LIST = `query ($contestId: ID!, $state: CommissionApplicationState, $category: String, $oktmo: Oktmo, $first: Int, $after: String) {
  commissionApplications(contestId: $contestId, state: $state, category: $category, oktmo: $oktmo, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { application { id } contest { id } number title category oktmo totalCost submittedAt state } } }`;

export type Seated = TestCaller & { sub: string };
export const seated = (): Seated => ({ sub: newId(), roles: ['commission'] });

/** Chair, secretary and two members, half by the council. */
export interface Commission {
  chair: Seated;
  secretary: Seated;
  first: Seated;
  second: Seated;
}

export const membersOf = ({ chair, secretary, first, second }: Commission) => [
  { personId: chair.sub, seat: 'CHAIR', byCouncil: true },
  { personId: secretary.sub, seat: 'SECRETARY', byCouncil: true },
  { personId: first.sub, seat: 'MEMBER', byCouncil: false },
  { personId: second.sub, seat: 'MEMBER', byCouncil: false },
];

export const COMPOSITION = { title: 'Конкурсная комиссия города', act: 'Постановление № 17 от 01.02.2026' };

export async function formed(setup: Setup, contestId: string, rules: object = {}): Promise<Commission> {
  const commission: Commission = { chair: seated(), secretary: seated(), first: seated(), second: seated() };
  const input = { contestId, ...COMPOSITION, members: membersOf(commission), ...rules };
  const { rejection } = await setup.ask(FORM, input, organiser);
  if (rejection) throw new Error(rejection.code);
  return commission;
}

/** A session in person with everybody present and one question on the applications. */
export async function sitting(
  setup: Setup,
  contestId: string,
  commission: Commission,
  outcomes: Readonly<Record<string, string>>,
): Promise<string> {
  const { secretary } = commission;
  const opened = await setup.ask(OPEN, { contestId, form: 'IN_PERSON', place: 'ул. Ленина, 1' }, secretary);
  const sessionId: string = opened.session.id;
  const present = Object.values(commission).map(({ sub }) => sub);
  await setup.ask(PRESENT, { sessionId, present }, secretary);
  const proposals = Object.entries(outcomes).map(([applicationId, outcome]) => ({
    applicationId,
    outcome,
    reason: 'По итогам рейтинга и обсуждения',
  }));
  await setup.ask(QUESTION, { sessionId, text: 'Об итогах конкурсного отбора', proposals }, secretary);
  return sessionId;
}

/** Everybody who may votes for, the session is closed and signed. */
export async function decided(
  setup: Setup,
  contestId: string,
  commission: Commission,
  outcomes: Record<string, string>,
) {
  const sessionId = await sitting(setup, contestId, commission, outcomes);
  for (const member of Object.values(commission))
    await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, member);
  return signed(setup, sessionId, commission);
}

export async function signed(setup: Setup, sessionId: string, { secretary, chair }: Commission) {
  const { session: counted, rejection } = await setup.ask(CLOSE, { sessionId }, secretary);
  if (rejection) throw new Error(rejection.code);
  for (const who of [secretary, chair]) {
    const { session: one } = await setup.ask(SIGN, { sessionId, hash: counted.minutes.hash }, who);
    counted.state = one.state;
  }
  return counted;
}
