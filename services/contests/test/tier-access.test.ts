import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { tierPolicy } from '../src/policies/tiers.ts';
import { citizen, key, startContests, type Contests } from './setup.ts';
import { CITY, REGION } from './setup-tiers.ts';

let service: Contests;
beforeAll(async () => void (service = await startContests()));
afterAll(() => service.stop());

const ROLES = ['citizen', 'organiser', 'expert', 'finance', 'municipality', 'admin', 'auditor', 'importer'] as const;

/** Mutations with the type of their input, a sound input and the roles that may send them. */
const TABLE: [string, string, object, readonly string[]][] = [
  [
    'fileForMunicipality',
    'FileForMunicipalityInput',
    { contestId: newId(), sourceApplicationId: newId(), municipality: CITY },
    ['municipality'],
  ],
  ['carryApplications', 'ContestCommandInput', { contestId: newId() }, ['organiser', 'importer']],
  ['signMunicipalApplication', 'SignMunicipalApplicationInput', { applicationId: newId() }, ['municipality']],
  [
    'noteMunicipalityHead',
    'NoteMunicipalityHeadInput',
    { oktmo: CITY, personId: newId(), act: 'Решение думы № 1' },
    ['organiser', 'admin'],
  ],
];

test('the table names every mutation', () => {
  expect(TABLE.map(([name]) => name).toSorted()).toEqual(Object.keys(tierPolicy.Mutation).toSorted());
});

test.each(TABLE)('%s: signed in, and in its role', async (name, type, input, allowed) => {
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { rejection { code } } }`;
  const codeAs = async (as?: Parameters<Contests['gql']>[2]) => {
    const { errors } = await service.gql(document, { input: { idempotencyKey: key(), ...input } }, as);
    return errors?.[0]?.extensions['code'] ?? 'PASSED';
  };
  expect(await codeAs()).toBe('UNAUTHENTICATED');
  for (const role of ROLES) {
    const as = citizen({ roles: [role], territories: [CITY, REGION] });
    expect([role, await codeAs(as)]).toEqual([role, allowed.includes(role) ? 'PASSED' : 'FORBIDDEN']);
  }
});

test.each([
  [
    'municipalApplications(oktmo: "71876000") { nodes { id } }',
    ['municipality', 'organiser', 'importer', 'admin', 'auditor'],
  ],
  ['municipalityHead(oktmo: "71876000") { oktmo }', ['municipality', 'organiser', 'importer', 'admin', 'auditor']],
  [`municipalApplicationToSign(applicationId: "${newId()}") { sha256 }`, ['municipality']],
])('%s: in its role', async (fields, allowed) => {
  for (const role of ROLES) {
    const { errors } = await service.gql(`{ ${fields} }`, {}, citizen({ roles: [role], territories: [CITY] }));
    const code = errors?.[0]?.extensions['code'] ?? 'PASSED';
    expect([role, code]).toEqual([role, (allowed as string[]).includes(role) ? 'PASSED' : 'FORBIDDEN']);
  }
});
