import { commandOf, payload } from '@veche/kit';
import type { Clock, Context, Outcome } from '@veche/kit';
import type { Cipher } from './cipher.ts';
import { checkContacts } from './domain/contacts.ts';
import type { Contacts } from './domain/contacts.ts';
import { textsInForce } from './domain/consent-text.ts';
import type { PersonCode, PersonDecision, PersonState, Registration } from './domain/person.ts';
import { erasePerson, giveConsent, registerPerson, setContacts, withdrawConsent } from './domain/person.ts';
import { toOutbox } from './events.ts';
import type { MutationResolvers, QueryResolvers, RegisterMeInput, Resolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { personalDataOf } from './personal-data.ts';
import { noticeMutations, noticeQueries } from './notice-resolvers.ts';
import { forgetInbox, type NoticeStores } from './notice-store.ts';
import { territoryMutations, territoryQueries, territoryType } from './territory-resolvers.ts';
import type { TerritoryStores } from './territory-store.ts';
import { personFields, viewOf } from './person-view.ts';
import type { ViewParts } from './person-view.ts';
import type { UserInfo } from './user-info.ts';

export interface ResolverParts extends ViewParts {
  userInfo: UserInfo;
  clock: Clock;
  notices: NoticeStores;
  territories: TerritoryStores;
}

export function resolvers(parts: ResolverParts): Resolvers {
  return {
    Query: { ...queries(parts), ...noticeQueries(parts), ...territoryQueries(parts) },
    Mutation: { ...mutations(parts), ...noticeMutations(parts), ...territoryMutations(parts) },
    Person: personFields(parts),
    Territory: territoryType(parts),
  };
}

function queries({ people, audit, cipher, clock, notices }: ResolverParts): QueryResolvers {
  return {
    async me(_source, _args, context) {
      const person = await people.load(context.requireCaller().personId);
      return person && viewOf(person);
    },
    consentTexts: () => textsInForce(),
    async myPersonalData(_source, _args, context) {
      const person = await people.load(context.requireCaller().personId);
      if (!person) return null;
      const [accesses, inbox] = await Promise.all([audit.of(person.id), notices.inboxes.load(person.id)]);
      const data = personalDataOf(person, { cipher, accesses, inbox: inbox?.state ?? null });
      return { madeAt: clock.now(), json: JSON.stringify(data) };
    },
  };
}

function mutations(parts: ResolverParts): MutationResolvers {
  const { people, cipher, clock, notices } = parts;
  const change = async (
    { context, name, input }: { context: Context; name: string; input: { idempotencyKey: string } },
    decide: (state: PersonState) => PersonDecision,
  ) => {
    const id = context.requireCaller().personId;
    const command = commandOf(context, name, input);
    return answer(await people.change({ id, command, events: toOutbox, decide }));
  };
  return {
    registerMe: (_source, { input }, context) => register(parts, context, input),
    updateMyContacts(_source, { input }, context) {
      const { idempotencyKey, email = null, phone = null } = input;
      // A plain digest of a telephone beside the person would undo its encryption.
      const digest = { idempotencyKey, fingerprint: cipher.fingerprint([email, phone]) };
      const { personId } = context.requireCaller();
      return change({ context, name: 'updateMyContacts', input: digest }, (state) => {
        const checked = checkContacts({ email, phone });
        return checked.ok ? setContacts(state, sealed(cipher, personId, checked.contacts)) : checked;
      });
    },
    giveConsent: (_source, { input }, context) =>
      change({ context, name: 'giveConsent', input }, (state) => giveConsent(state, input, clock.now())),
    withdrawConsent: (_source, { input }, context) =>
      change({ context, name: 'withdrawConsent', input }, (state) =>
        withdrawConsent(state, input.purpose, clock.now()),
      ),
    eraseMe: async (_source, { input }, context) => {
      const erased: { rejection: unknown } = await change({ context, name: 'eraseMe', input }, (state) =>
        erasePerson(state, clock.now()),
      );
      // Repeated under the same key it goes on where it broke off.
      if (!erased.rejection) await forgetInbox(notices, context.requireCaller().personId);
      return erased as never;
    },
  };
}

async function register({ people, cipher, userInfo, clock }: ResolverParts, context: Context, input: RegisterMeInput) {
  const { personId, assurance } = context.requireCaller();
  const command = commandOf(context, 'registerMe', input);
  const told = await userInfo.nameOf(personId, context.token ?? '');
  const registration: Registration = {
    confirmed: assurance === 'confirmed',
    ...(told === null ? {} : { name: cipher.seal({ personId, field: 'name' }, told) }),
    reseal: (field, value) => cipher.reseal({ personId, field }, value),
  };
  const outcome = await people.upsert({
    id: personId,
    command,
    events: toOutbox,
    initial: () => ({ registeredAt: clock.now(), consents: [] }),
    decide: (state, { version }) => registerPerson(state, registration, version > 0),
  });
  return answer(outcome);
}

function sealed(cipher: Cipher, personId: string, { email, phone }: Contacts) {
  return {
    ...(email === undefined ? {} : { email: cipher.seal({ personId, field: 'email' }, email) }),
    ...(phone === undefined ? {} : { phone: cipher.seal({ personId, field: 'phone' }, phone) }),
  };
}

function answer(outcome: Outcome<PersonState, PersonCode>) {
  return payload(outcome, messages, (person) => ({ person: viewOf(person) })) as never;
}
