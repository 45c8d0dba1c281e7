/** `/rs/prns/{oid}` as ESIA spells it: only what the scopes grant, links unless embedded, dd.MM.yyyy. */
import type { Access } from './double.ts';
import type { DoublePerson } from './persons.ts';

interface View {
  origin: string;
  access: Access;
  /** "(contacts.elements,addresses.elements)" or empty. */
  embed: string;
}

type Item = Record<string, unknown>;

interface Collection {
  items: Item[];
  list(embedded: boolean): object;
}

/** Name in the path, name in `embed` and in the person, scopes that open it. */
const COLLECTIONS = {
  ctts: ['contacts', ['contacts', 'email', 'mobile']],
  addrs: ['addresses', ['addresses']],
  docs: ['documents', ['id_doc']],
  orgs: ['organizations', ['usr_org']],
  roles: ['roles', ['usr_org']],
} as const;

type CollectionPath = keyof typeof COLLECTIONS;

function contactsOf(person: DoublePerson, scopes: readonly string[]): Item[] {
  const may = (scope: string) => scopes.includes(scope) || scopes.includes('contacts');
  const contact = (id: number, type: string, value: string | undefined): Item[] =>
    value === undefined ? [] : [{ id, type, vrfStu: 'VERIFIED', value }];
  return [
    ...(may('email') ? contact(1, 'EML', person.email) : []),
    ...(may('mobile') ? contact(2, 'MBT', person.mobile) : []),
  ];
}

function itemsOf(path: CollectionPath, { access: { person, scopes } }: View): Item[] {
  const organisation = person.organisation;
  switch (path) {
    case 'ctts':
      return contactsOf(person, scopes);
    case 'addrs':
      return person.addresses.map((address, index) => ({
        id: index + 1,
        countryId: 'RUS',
        ...address,
      }));
    case 'docs':
      return [
        {
          id: 1,
          type: person.citizenship === 'RUS' ? 'RF_PASSPORT' : 'FID_DOC',
          vrfStu: person.level === 'PR' ? 'VERIFIED' : 'VERIFYING',
          series: '0000',
          number: String(person.oid % 1_000_000).padStart(6, '0'),
        },
      ];
    case 'orgs':
      return organisation
        ? [{ id: 1, oid: organisation.oid, ogrn: organisation.ogrn, fullName: organisation.name }]
        : [];
    case 'roles':
      return organisation
        ? [
            {
              id: 1,
              oid: organisation.oid,
              ogrn: organisation.ogrn,
              fullName: organisation.name,
              chief: true,
              admin: true,
            },
          ]
        : [];
  }
}

/** The sub-collections that the token's scopes open, by path. */
export function collections(view: View): Readonly<Record<string, Collection>> {
  const { access, origin } = view;
  const open = (Object.keys(COLLECTIONS) as CollectionPath[]).filter((path) =>
    COLLECTIONS[path][1].some((scope) => access.scopes.includes(scope)),
  );
  return Object.fromEntries(
    open.map((path) => {
      const items = itemsOf(path, view);
      const link = (item: Item) => `${origin}/rs/prns/${access.person.oid}/${path}/${String(item['id'])}`;
      const list = (embedded: boolean) => ({
        stateFacts: ['hasSize'],
        size: items.length,
        elements: items.map((item) => (embedded ? { stateFacts: ['Identifiable'], ...item } : link(item))),
      });
      return [path, { items, list }];
    }),
  );
}

function grantedFields(person: DoublePerson, scopes: readonly string[]): Item {
  const [year, month, day] = person.birthDate.split('-');
  const fields: readonly (readonly [scope: string, values: Item])[] = [
    [
      'fullname',
      {
        firstName: person.firstName,
        lastName: person.lastName,
        ...(person.middleName !== undefined && { middleName: person.middleName }),
      },
    ],
    ['birthdate', { birthDate: `${day}.${month}.${year}` }],
    ['gender', { gender: person.gender }],
    ['snils', person.snils === undefined ? {} : { snils: person.snils }],
    ['id_doc', { rIdDoc: 1 }],
  ];
  return Object.assign({}, ...fields.filter(([scope]) => scopes.includes(scope)).map(([, values]) => values));
}

/** The person with embedded collections where asked. */
export function personView(view: View): object {
  const { person, scopes } = view.access;
  const open = collections(view);
  const embedded = (Object.keys(COLLECTIONS) as CollectionPath[]).filter(
    (path) => open[path] && view.embed.includes(`${COLLECTIONS[path][0]}.elements`),
  );
  return {
    stateFacts: ['Identifiable'],
    ...grantedFields(person, scopes),
    trusted: person.level === 'PR',
    citizenship: person.citizenship,
    verifying: person.verifying,
    status: 'REGISTERED',
    updatedOn: 1_700_000_000,
    eTag: String(person.oid),
    ...Object.fromEntries(embedded.map((path) => [COLLECTIONS[path][0], open[path]!.list(true)])),
  };
}
