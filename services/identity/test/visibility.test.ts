import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { Role } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { CONTACTS, PERSONS, REGISTER, key, personRefs, setUp } from './setup.ts';
import type { Setup } from './setup.ts';

let setup: Setup;
const maria: TestCaller & { sub: string } = { sub: newId(), roles: ['citizen'] };

beforeAll(async () => {
  setup = await setUp();
  setup.login.claimsOf = () => ({ sub: maria.sub, name: 'Мария Петрова' });
  await setup.service.gql(REGISTER, { input: { idempotencyKey: key() } }, maria);
  await setup.service.gql(CONTACTS, { input: { idempotencyKey: key(), email: 'm@example.ru' } }, maria);
});
afterAll(() => setup.stop());

const audits = () => setup.service.deps.connection.db!.collection('access_audit').find({}).sort({ at: 1 }).toArray();

async function see(as?: TestCaller) {
  const { data, errors } = await setup.service.gql(PERSONS, { ids: personRefs(maria.sub) }, as);
  expect(errors).toBeUndefined();
  return data._entities[0];
}

describe('a person seen through a reference', () => {
  test('by nobody in particular is an id', async () => {
    expect(await see()).toEqual({
      id: maria.sub,
      displayName: null,
      confirmed: null,
      registeredAt: null,
      contacts: null,
      consents: null,
    });
  });

  test.each<Role>(['citizen', 'expert', 'finance', 'municipality', 'auditor', 'importer'])(
    'by another %s is an id and leaves no trace',
    async (role) => {
      const before = (await audits()).length;
      expect(await see({ roles: [role], territories: ['71000000'] })).toMatchObject({
        displayName: null,
        confirmed: null,
        registeredAt: null,
        contacts: null,
        consents: null,
      });
      expect(await audits()).toHaveLength(before);
    },
  );

  test.each<Role>(['organiser', 'admin'])('by an %s has a name, and the reading is recorded', async (role) => {
    const official = { sub: newId(), roles: [role] };
    expect(await see(official)).toMatchObject({
      displayName: 'Мария Петрова',
      confirmed: true,
      registeredAt: expect.any(String),
      contacts: null,
      consents: null,
    });
    const mine = (await audits()).filter((one) => one['by'] === official.sub);
    expect(mine).toMatchObject([{ personId: maria.sub, field: 'displayName', at: expect.any(Date) }]);
  });

  test('by herself has everything and is not recorded', async () => {
    const before = (await audits()).length;
    expect(await see(maria)).toMatchObject({
      displayName: 'Мария Петрова',
      contacts: { email: 'm@example.ru' },
      consents: [],
    });
    expect(await audits()).toHaveLength(before);
  });
});

test('many references are one query to the store; unknown ones are ids; a name met twice is one record', async () => {
  const stranger = newId();
  const admin: TestCaller = { sub: newId(), roles: ['admin'] };
  const found: number[] = [];
  const model = setup.service.deps.connection.model('people');
  const find = model.find.bind(model);
  model.find = ((...args: Parameters<typeof find>) => {
    // The relay looks into the collection as well, but never by ids.
    if (args[0] && '_id' in args[0]) found.push(1);
    return find(...args);
  }) as never;
  const ids = personRefs(maria.sub, stranger, maria.sub);
  const { data } = await setup.service.gql(PERSONS, { ids }, admin);
  model.find = find as never;
  expect(data._entities.map((one: any) => [one.id, one.displayName])).toEqual([
    [maria.sub, 'Мария Петрова'],
    [stranger, null],
    [maria.sub, 'Мария Петрова'],
  ]);
  expect(found).toHaveLength(1);
  expect((await audits()).filter((one) => one['by'] === admin.sub)).toHaveLength(1);
});

test('a name whose reading cannot be recorded is not told', async () => {
  const audit = setup.service.deps.connection.model('access_audit');
  const updateOne = audit.updateOne;
  audit.updateOne = (() => Promise.reject(new Error('disk full'))) as never;
  const { data, errors } = await setup.service.gql(PERSONS, { ids: personRefs(maria.sub) }, { roles: ['admin'] });
  audit.updateOne = updateOne;
  expect(data._entities[0].displayName).toBeNull();
  expect(errors?.[0]?.extensions['code']).toBe('INTERNAL');
  expect(JSON.stringify(errors)).not.toContain('Мария');
});
