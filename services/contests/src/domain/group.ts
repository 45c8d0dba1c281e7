import { ageOn } from '@veche/kit/domain/calendar';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';

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
  | 'CONTEST_NOT_PUBLISHED';

type Result = Decision<InitiativeGroup, GroupEvent, GroupCode>;

/** What the state login says of a person who wants to be an initiator. */
export interface Initiator {
  personId: string;
  assurance: string;
  birthdate?: string;
}

/** 131-ФЗ article 26.1: initiators are residents who have reached sixteen. */
const INITIATOR_AGE = 16;
const NAME = { min: 3, max: 120 };

/** Where the token carries no birth date, the confirmed account alone is asked for; the age is then checked by the officials. */
function mayInitiate({ assurance, birthdate }: Initiator, today: string): boolean {
  return assurance === 'confirmed' && (birthdate === undefined || ageOn(birthdate, today) >= INITIATOR_AGE);
}

export function formGroup(
  { contestId, name, decided }: { contestId: string; name: string; decided: boolean },
  initiator: Initiator,
  invitationCode: string,
  today: string,
): Result {
  if (decided) return reject('CONTEST_NOT_PUBLISHED');
  if (!mayInitiate(initiator, today)) return reject('ACCOUNT_NOT_CONFIRMED');
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
export function joinGroup(group: InitiativeGroup, initiator: Initiator, invitationCode: string, today: string): Result {
  if (group.memberIds.includes(initiator.personId)) return reject('ALREADY_MEMBER');
  // A group that everybody has left is gone with its code: whoever found the code must not get at its drafts.
  const open = group.memberIds.length > 0 && invitationCode.trim() === group.invitationCode;
  if (!open) return reject('INVITATION_INVALID', ['invitationCode']);
  if (!mayInitiate(initiator, today)) return reject('ACCOUNT_NOT_CONFIRMED');
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
