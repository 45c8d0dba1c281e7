import type { Aggregate } from '@veche/kit';
import type { Cipher } from './cipher.ts';
import type { Inbox } from './domain/inbox.ts';
import type { PersonState } from './domain/person.ts';
import { openContacts } from './person-view.ts';
import type { AccessRecord } from './store.ts';

/** All that is held about a person, for the person (152-FZ article 14): data, consents with history, who read what. */
export function personalDataOf(
  { id: personId, state }: Aggregate<PersonState>,
  { cipher, accesses, inbox }: { cipher: Cipher; accesses: readonly AccessRecord[]; inbox: Inbox | null },
): object {
  const { registeredAt, erasedAt = null, confirmed = null, name, consents } = state;
  return {
    personId,
    registeredAt,
    erasedAt,
    confirmed,
    displayName: name === undefined ? null : cipher.open({ personId, field: 'name' }, name),
    contacts: openContacts(cipher, personId, state),
    consents: consents.map(({ purpose, textVersion, givenAt, endedAt = null }) => ({
      purpose,
      textVersion,
      givenAt,
      endedAt,
    })),
    accesses: accesses.map(({ at, by, field }) => ({ at, by, field })),
    notices: inbox && { readUntil: inbox.readUntil ?? null, hidden: inbox.hidden },
  };
}
