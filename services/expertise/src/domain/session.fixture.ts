import type { Commission, CommissionRules, Member } from './commission.ts';
import { closeSession } from './minutes.ts';
import {
  castVote,
  notePresence,
  openSession,
  putQuestion,
  type Choice,
  type Session,
  type SessionResult,
} from './session.ts';

export const NOW = new Date('2026-03-21T05:00:00Z');
const RULES: CommissionRules = {
  quorum: 'TWO_THIRDS',
  majority: 'SIMPLE',
  castingVote: true,
  absenteeAllowed: true,
  councilHalf: true,
  signedBy: 'CHAIR_AND_SECRETARY',
  appealDays: 10,
};
export const member = (personId: string, seat: Member['seat'] = 'MEMBER', byCouncil = false): Member => ({
  personId,
  seat,
  byCouncil,
  votes: true,
});
/** Chair c, deputy d, secretary s, members m1, m2, m3; half by the council. */
export const MEMBERS = [
  member('c', 'CHAIR', true),
  member('d', 'DEPUTY', true),
  member('s', 'SECRETARY', true),
  member('m1'),
  member('m2'),
  member('m3'),
];
export const commission = (rules: Partial<CommissionRules> = {}, members: readonly Member[] = MEMBERS): Commission => ({
  title: 'Конкурсная комиссия',
  act: 'Постановление № 1 от 01.02.2026',
  members,
  rules: { ...RULES, ...rules },
});

export const right = (result: SessionResult): Session => {
  if (!result.ok) throw new Error(result.rejection.code);
  return result.state;
};
export const codeOf = (result: { ok: boolean; rejection?: { code: string } }): string | undefined =>
  result.rejection?.code;

const RANKING = [
  { applicationId: 'x', place: 1, score: '9.00', exclusions: [] },
  { applicationId: 'y', place: 2, score: '8.00', exclusions: ['Ниже проходного балла.'] },
];

/** A session of which these are present, with one question that would make application x a winner. */
export function opened(
  present: readonly string[],
  rules: Partial<CommissionRules> = {},
  form: Session['form'] = 'IN_PERSON',
) {
  const votesUntil = form === 'ABSENTEE' ? new Date('2026-03-25T05:00:00Z') : null;
  const opening = {
    by: 's',
    contestId: 'k',
    number: 1,
    form,
    place: 'Ленина, 1',
    votesUntil,
    ranking: RANKING,
    rankingEdition: 0,
  };
  const session = right(openSession(commission(rules), opening, 0, NOW));
  const proposals = [{ applicationId: 'x', outcome: 'WINNER' as const, reason: 'Первое место рейтинга' }];
  const draft = { text: 'Об итогах конкурса', proposals, concerned: [], gates: new Map() };
  return right(putQuestion(form === 'IN_PERSON' ? right(notePresence(session, 's', present)) : session, 's', draft));
}

export const vote = (session: Session, votes: Readonly<Record<string, Choice>>): Session =>
  Object.entries(votes).reduce(
    (one, [personId, choice]) => right(castVote(one, { personId, number: 1, now: NOW }, choice)),
    session,
  );
export const close = (session: Session, now = NOW) =>
  closeSession(session, 's', now, (minutes) => JSON.stringify(minutes));
