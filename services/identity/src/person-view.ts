import { byId } from '@veche/kit';
import type { Aggregate, AggregateStore, Context } from '@veche/kit';
import type { Cipher } from './cipher.ts';
import { consentsInForce } from './domain/person.ts';
import type { PersonState } from './domain/person.ts';
import type { PersonResolvers } from './gen/graphql.ts';
import { isOfficial, isSelf, mayReadAbout } from './policy.ts';
import type { AccessAudit } from './store.ts';

/** A person as fields are read from it; `state` is null for somebody who never registered here. */
export interface PersonView {
  id: string;
  state: PersonState | null;
}

export interface ViewParts {
  people: AggregateStore<PersonState>;
  audit: AccessAudit;
  cipher: Cipher;
}

export function viewOf({ id, state }: Aggregate<PersonState>): PersonView {
  return { id, state };
}

/** Fields of Person. What the caller may not see is null, so that one query serves everybody. */
export function personFields({ people, audit, cipher }: ViewParts): PersonResolvers {
  return {
    __resolveReference: ({ id }: { id: string }, context: Context) => load(people, context, id),
    displayName: ({ id, state }: PersonView, _args, context) => {
      if (state?.name === undefined || !mayReadAbout(context.caller, id)) return null;
      return readName({ id, name: state.name }, context, { audit, cipher });
    },
    contacts: ({ id, state }: PersonView, _args, { caller }) =>
      state && isSelf(caller, id) ? openContacts(cipher, id, state) : null,
    consents: ({ id, state }: PersonView, _args, { caller }) =>
      state && isSelf(caller, id) ? consentsInForce(state) : null,
    confirmed: ({ id, state }: PersonView, _args, { caller }) =>
      mayReadAbout(caller, id) ? (state?.confirmed ?? null) : null,
    registeredAt: ({ id, state }: PersonView, _args, { caller }) =>
      mayReadAbout(caller, id) ? (state?.registeredAt ?? null) : null,
  };
}

export function openContacts(cipher: Cipher, personId: string, { email, phone }: PersonState) {
  return {
    email: email === undefined ? null : cipher.open({ personId, field: 'email' }, email),
    phone: phone === undefined ? null : cipher.open({ personId, field: 'phone' }, phone),
  };
}

/** The record comes first: a name that cannot be recorded as read is not told. */
async function readName(
  { id, name }: { id: string; name: string },
  { caller, loaders }: Context,
  { audit, cipher }: Pick<ViewParts, 'audit' | 'cipher'>,
): Promise<string> {
  if (!isSelf(caller, id) && isOfficial(caller)) {
    const mark = `audited:${id}`;
    // One request that meets a person in several places reads the name once.
    if (!loaders.has(mark)) loaders.set(mark, audit.record(caller.personId, id, 'displayName'));
    await loaders.get(mark);
  }
  return cipher.open({ personId: id, field: 'name' }, name);
}

async function load(people: AggregateStore<PersonState>, context: Context, id: string): Promise<PersonView> {
  const found = await byId(context, 'people', (ids) => people.loadMany(ids)).load(id);
  return { id, state: found?.state ?? null };
}
