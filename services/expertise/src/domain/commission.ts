import { accept, reject, type Decision } from '@veche/kit/domain/decision';

export const SEATS = ['CHAIR', 'DEPUTY', 'SECRETARY', 'MEMBER'] as const;
export type Seat = (typeof SEATS)[number];

export interface Member {
  personId: string;
  seat: Seat;
  /** Appointed on a proposal of the council (представительный орган). */
  byCouncil: boolean;
  /** A secretary may be without a vote. */
  votes: boolean;
}

/** HALF: more than half of those who have a vote. TWO_THIRDS: two thirds or more of them. */
export type Quorum = 'HALF' | 'TWO_THIRDS';

/**
 * SIMPLE: more votes for than against. OF_PRESENT: for, by more than half of those who take part and are not recused. OF_ALL: by more than
 * half of all who have a vote.
 */
export type Majority = 'SIMPLE' | 'OF_PRESENT' | 'OF_ALL';

export interface CommissionRules {
  quorum: Quorum;
  majority: Majority;
  /** At equal votes that of the presiding member decides. */
  castingVote: boolean;
  absenteeAllowed: boolean;
  /** Half of the members on proposals of the council (131-ФЗ article 26.1). */
  councilHalf: boolean;
  signedBy: 'CHAIR_AND_SECRETARY' | 'ALL_PRESENT';
  /** Working days in which a decision may be appealed against; 0: no appeal. */
  appealDays: number;
}

/** The commission of a contest; the id of the aggregate is the contest. */
export interface Commission {
  title: string;
  /** The act that formed it, as it is printed. */
  act: string;
  members: readonly Member[];
  rules: CommissionRules;
}

export type CommissionEvent = { kind: 'CommissionFormed' };
export type CommissionCode =
  | 'TITLE_LENGTH'
  | 'MEMBERS_INVALID'
  | 'CHAIR_REQUIRED'
  | 'COUNCIL_HALF_MISSING'
  | 'RULES_INVALID'
  | 'SESSION_OPEN';

const LIMITS = { members: { min: 3, max: 50 }, text: { min: 5, max: 300 }, appealDays: 60 };

const lengthOk = (text: string): boolean =>
  text.trim().length >= LIMITS.text.min && text.trim().length <= LIMITS.text.max;

/** Forms a commission or changes its composition, not while a session is open. */
export function formCommission(
  commission: Commission,
  openSessions: number,
): Decision<Commission, CommissionEvent, CommissionCode> {
  const { title, act, members, rules } = commission;
  if (openSessions > 0) return reject('SESSION_OPEN');
  if (!lengthOk(title)) return reject('TITLE_LENGTH', ['title'], LIMITS.text);
  if (!lengthOk(act)) return reject('TITLE_LENGTH', ['act'], LIMITS.text);
  if (rules.appealDays < 0 || rules.appealDays > LIMITS.appealDays) return reject('RULES_INVALID', ['appealDays']);
  const problem = compositionProblem(members, rules);
  return problem ?? accept({ ...commission, title: title.trim(), act: act.trim() }, { kind: 'CommissionFormed' });
}

function compositionProblem(
  members: readonly Member[],
  { councilHalf }: CommissionRules,
): { ok: false; rejection: { code: CommissionCode } } | null {
  const { min, max } = LIMITS.members;
  const voting = members.filter(({ votes }) => votes).length;
  const distinct = new Set(members.map(({ personId }) => personId)).size === members.length;
  if (members.length > max || voting < min || !distinct) return reject('MEMBERS_INVALID', ['members'], LIMITS.members);
  const mute = members.findIndex(({ seat, votes }) => !votes && seat !== 'SECRETARY');
  if (mute >= 0) return reject('MEMBERS_INVALID', ['members', String(mute), 'votes'], LIMITS.members);
  const seats = (seat: Seat): number => members.filter((member) => member.seat === seat).length;
  if (seats('CHAIR') !== 1 || seats('SECRETARY') !== 1) return reject('CHAIR_REQUIRED', ['members']);
  const byCouncil = members.filter((member) => member.byCouncil).length;
  if (councilHalf && byCouncil * 2 < members.length)
    return reject('COUNCIL_HALF_MISSING', ['members'], { given: byCouncil, all: members.length });
  return null;
}

/** How many of `total` who have a vote make a quorum. */
export const quorumOf = (rule: Quorum, total: number): number =>
  rule === 'HALF' ? Math.floor(total / 2) + 1 : Math.ceil((total * 2) / 3);
