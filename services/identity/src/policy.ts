import type { Caller, Policy, Role } from '@veche/kit';

export const policy: Policy = {
  Query: {
    me: 'authenticated',
    consentTexts: 'public',
    myPersonalData: 'authenticated',
    myNotices: 'authenticated',
    territory: 'public',
    territories: 'public',
  },
  Mutation: {
    registerMe: 'authenticated',
    updateMyContacts: 'authenticated',
    giveConsent: 'authenticated',
    withdrawConsent: 'authenticated',
    eraseMe: 'authenticated',
    markNoticesRead: 'authenticated',
    markAllNoticesRead: 'authenticated',
    setNoticePreferences: 'authenticated',
    noteTerritories: { anyRole: ['admin'] },
  },
};

const OFFICIALS: readonly Role[] = ['organiser', 'admin'];

/** The person alone: contacts, consents. */
export function isSelf(caller: Caller | null, personId: string): boolean {
  return caller?.personId === personId;
}

/** Somebody else's name may be read by officials, and every reading leaves a trace. */
export function isOfficial(caller: Caller | null): caller is Caller {
  return OFFICIALS.some((role) => caller?.roles.has(role));
}

/** The person and officials: name, confirmation, first sign-in. */
export function mayReadAbout(caller: Caller | null, personId: string): boolean {
  return isSelf(caller, personId) || isOfficial(caller);
}
