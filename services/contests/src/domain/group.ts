import { ageOn } from '@veche/kit/domain/calendar';
import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { residenceFault } from '@veche/kit/domain/residence';
import type { Eligibility } from './contest.ts';
import { LAWFUL_AGE } from './eligibility.ts';

/** An initiative group; people are pseudonymous ids, the lead is the first. */
export interface InitiativeGroup {
  contestId: string;
  name: string;
  leadId: string;
  memberIds: readonly string[];
  invitationCode: string;
  /** Member to whom the lead is offered. */
  leadOfferedTo?: string | null;
}

export type GroupEvent = { kind: 'InitiativeGroupChanged' };

export type GroupCode =
  | 'NAME_LENGTH'
  | 'INVITATION_INVALID'
  | 'ALREADY_MEMBER'
  | 'NOT_MEMBER'
  | 'LEAD_CANNOT_LEAVE'
  | 'LEAD_NOT_OFFERED'
  | 'ACCOUNT_NOT_CONFIRMED'
  | 'TOO_YOUNG'
  | 'AGE_UNKNOWN'
  | 'RESIDENCE_UNKNOWN'
  | 'NOT_A_RESIDENT'
  | 'CONTEST_NOT_PUBLISHED';

type Result = Decision<InitiativeGroup, GroupEvent, GroupCode>;

/** What the state login says of a person who wants to be an initiator. */
export interface Initiator {
  personId: string;
  assurance: string;
  birthdate?: string;
  /** ОКТМО of the registered address. */
  residence?: string;
}

const NAME = { min: 3, max: 120 };

/** Who may be an initiator of a contest, and the day there. */
export interface InitiatorRule {
  /** The contest's own rule; null: that of the law. */
  applicants: Eligibility | null;
  today: string;
}

/**
 * Why a person may not be an initiator; null when it may. By the law alone a token without a birth date passes by its confirmed account, and the
 * officials check the age; a contest with a rule of its own asks for what the rule needs.
 */
function initiatorProblem(initiator: Initiator, rule: InitiatorRule): Rejection<GroupCode> | null {
  if (initiator.assurance !== 'confirmed') return reject('ACCOUNT_NOT_CONFIRMED').rejection;
  return ageProblem(initiator, rule) ?? residenceProblem(initiator, rule);
}

function ageProblem({ birthdate }: Initiator, { applicants, today }: InitiatorRule): Rejection<GroupCode> | null {
  const { minAge: min, ageOn: day } = applicants ?? { minAge: LAWFUL_AGE, ageOn: null };
  if (birthdate === undefined) return applicants ? reject('AGE_UNKNOWN').rejection : null;
  return ageOn(birthdate, day ?? today) < min ? reject('TOO_YOUNG', undefined, { min }).rejection : null;
}

function residenceProblem({ residence }: Initiator, { applicants }: InitiatorRule): Rejection<GroupCode> | null {
  const fault = residenceFault(applicants?.residence, residence);
  return fault && reject(fault === 'UNKNOWN' ? 'RESIDENCE_UNKNOWN' : 'NOT_A_RESIDENT').rejection;
}

export function formGroup(
  { contestId, name, decided }: { contestId: string; name: string; decided: boolean },
  initiator: Initiator,
  invitationCode: string,
  rule: InitiatorRule,
): Result {
  if (decided) return reject('CONTEST_NOT_PUBLISHED');
  const barred = initiatorProblem(initiator, rule);
  if (barred) return { ok: false, rejection: barred };
  const trimmed = name.trim();
  if (trimmed.length < NAME.min || trimmed.length > NAME.max) return reject('NAME_LENGTH', ['name'], NAME);
  const group = {
    contestId,
    name: trimmed,
    leadId: initiator.personId,
    memberIds: [initiator.personId],
    invitationCode,
  };
  return accept(group, { kind: 'InitiativeGroupChanged' });
}

/** Joining is the member's own act: it is the consent that the law asks of each initiator. */
export function joinGroup(
  group: InitiativeGroup,
  initiator: Initiator,
  invitationCode: string,
  rule: InitiatorRule,
): Result {
  if (group.memberIds.includes(initiator.personId)) return reject('ALREADY_MEMBER');
  // A group that everybody has left is gone with its code: whoever found the code must not get at its drafts.
  const open = group.memberIds.length > 0 && invitationCode.trim() === group.invitationCode;
  if (!open) return reject('INVITATION_INVALID', ['invitationCode']);
  const barred = initiatorProblem(initiator, rule);
  if (barred) return { ok: false, rejection: barred };
  return accept({ ...group, memberIds: [...group.memberIds, initiator.personId] }, { kind: 'InitiativeGroupChanged' });
}

export function leaveGroup(group: InitiativeGroup, personId: string): Result {
  if (!group.memberIds.includes(personId)) return reject('NOT_MEMBER');
  if (personId === group.leadId && group.memberIds.length > 1) return reject('LEAD_CANNOT_LEAVE');
  return accept(
    {
      ...group,
      memberIds: group.memberIds.filter((id) => id !== personId),
      leadOfferedTo: group.leadOfferedTo === personId ? null : (group.leadOfferedTo ?? null),
    },
    { kind: 'InitiativeGroupChanged' },
  );
}

/** The lead stays with who has it until the other member accepts: nobody is made responsible without consent. */
export function offerLead(group: InitiativeGroup, personId: string): Result {
  if (personId === group.leadId || !group.memberIds.includes(personId)) return reject('NOT_MEMBER', ['personId']);
  return accept({ ...group, leadOfferedTo: personId }, { kind: 'InitiativeGroupChanged' });
}

/** The new lead stands first among the members; the old one stays a member and may leave. */
export function acceptLead(group: InitiativeGroup, personId: string): Result {
  if (group.leadOfferedTo !== personId || !group.memberIds.includes(personId)) return reject('LEAD_NOT_OFFERED');
  const memberIds = [personId, ...group.memberIds.filter((id) => id !== personId)];
  return accept({ ...group, leadId: personId, memberIds, leadOfferedTo: null }, { kind: 'InitiativeGroupChanged' });
}
