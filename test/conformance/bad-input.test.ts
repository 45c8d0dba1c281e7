import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputField,
} from 'graphql';
import type { Session } from '../login/driver.ts';
import { REUSED, VALID, WRONG } from './bad-input.ts';
import { TOO_LONG } from './too-long.ts';
import { found, logsOfStand, metricsOfStand, personalDataOf, voterKeyOf } from './personal-data.ts';
import { rootFields } from './policy-walk.ts';
import { buildWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await buildWorld();
  await world.p.does('registerMe', {}, 'person { id }', world.people.lead);
}, 400_000);

const mutations = rootFields()
  .filter(({ kind }) => kind === 'Mutation')
  .map(({ field }) => field);
const fieldsOf = (name: string) => {
  const type = getNamedType(mutations.find((field) => field.name === name)!.args[0]!.type);
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
};
const isText = ({ name, type }: GraphQLInputField): boolean =>
  ['String', 'ID'].includes(getNamedType(type).name) && name !== 'idempotencyKey';
const keyed = (name: string): boolean => fieldsOf(name).some((field) => field.name === 'idempotencyKey');

/** Sends a mutation with an input as it stands; gives the code of the error or refusal, or DONE. */
async function send(name: string, input: object, session: Session | null): Promise<string> {
  const argument = mutations.find((field) => field.name === name)!.args[0]!;
  const document = `mutation ($input: ${String(argument.type)}) { ${name}(input: $input) { rejection { code userMessage } } }`;
  const { data, errors } = await world.p.ask<
    Record<string, { rejection: { code: string; userMessage: string } | null }>
  >(document, { input }, session);
  const error = errors?.[0]?.extensions;
  const said = error?.userMessage ?? data?.[name]?.rejection?.userMessage ?? 'сделано';
  if (!/[а-яё]/i.test(said)) throw new Error(`${name}: the sentence for the user is not Russian: ${said}`);
  return error?.code ?? data[name]!.rejection?.code ?? 'DONE';
}

const valid = (name: string): Record<string, unknown> => ({
  ...(keyed(name) ? { idempotencyKey: randomUUID() } : {}),
  ...VALID[name]!.input(world),
});
const usual = (name: string): Session => world.people[VALID[name]!.as];

test('the table holds every mutation of the graph', () => {
  expect(Object.keys(VALID).sort()).toEqual(mutations.map(({ name }) => name).sort());
});

describe.each(Object.keys(VALID))('%s', (name) => {
  test('malformed in every way: BAD_USER_INPUT', async () => {
    const input = valid(name);
    const required = fieldsOf(name).filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    for (const { name: field } of required) {
      const { [field]: _left, ...rest } = input;
      expect([field, 'missing', await send(name, rest, usual(name))]).toEqual([field, 'missing', 'BAD_USER_INPUT']);
      expect([field, 'type', await send(name, { ...input, [field]: { wrong: ['type'] } }, usual(name))]).toEqual([
        field,
        'type',
        'BAD_USER_INPUT',
      ]);
    }
    expect(await send(name, { ...input, nobodyKnows: 1 }, usual(name))).toBe('BAD_USER_INPUT');
    if (!keyed(name)) return;
    for (const idempotencyKey of ['short', 'k'.repeat(129), 'key with spaces']) {
      expect(await send(name, { ...input, idempotencyKey }, usual(name))).toBe('BAD_USER_INPUT');
    }
  });

  test('every text too long: refused with the code of the table', async () => {
    const got: [string, string][] = [];
    for (const field of fieldsOf(name).filter(isText)) {
      const long = 'о'.repeat(20_000);
      const value = isListType(getNullableType(field.type)) ? [long] : long;
      got.push([field.name, await send(name, { ...valid(name), [field.name]: value }, usual(name))]);
    }
    expect(Object.fromEntries(got)).toEqual(TOO_LONG[name]);
  });

  test('a stale version: VERSION_CONFLICT', async () => {
    if (!fieldsOf(name).some((field) => field.name === 'expectedVersion')) return;
    expect(await send(name, { ...valid(name), expectedVersion: 99 }, usual(name))).toBe('VERSION_CONFLICT');
  });

  test('without a right: UNAUTHENTICATED or FORBIDDEN', async () => {
    expect(await send(name, valid(name), null)).toBe('UNAUTHENTICATED');
    if (!VALID[name]!.anyRole && name !== 'summariseContest')
      expect(await send(name, valid(name), world.people.auditor)).toBe('FORBIDDEN');
  });
});

// A loop and not test.each: a row without its last item would make jest wait for a callback.
for (const [name, what, change, code, as] of WRONG) {
  test(`${name}, ${what}: ${code}`, async () => {
    const changed = typeof change === 'function' ? change(world) : change;
    expect(await send(name, { ...valid(name), ...changed }, as ? world.people[as] : usual(name))).toBe(code);
  });
}

test.each(REUSED)('%s: a key with another payload is refused', async (name, first, second) => {
  const input = { ...valid(name), ...first };
  if ('expectedVersion' in input) input.expectedVersion = await sheetVersion();
  expect(await send(name, input, usual(name))).toBe('DONE');
  expect(await send(name, input, usual(name))).toBe('DONE');
  expect(await send(name, { ...input, ...second }, usual(name))).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('no refusal has written personal data to a log or a metric', async () => {
  const { lead, member, outsider } = world.people;
  const keys = await Promise.all([lead, member, outsider].map(voterKeyOf));
  const persons = ['citizen-21', 'citizen-22', 'citizen-23'].flatMap(personalDataOf);
  const known = [...persons, ...keys.flat(), 'one@example.ru', 'two@example.ru'];
  const written = [...logsOfStand(), ...(await metricsOfStand(world.state))];
  expect(written.flatMap(([part, text]) => found(text, known).map((value) => [part, value]))).toEqual([]);
});

async function sheetVersion(): Promise<number> {
  const { scoreSheet } = await world.p.must<{ scoreSheet: { version: number } }>(
    'query ($id: ID!) { scoreSheet(id: $id) { version } }',
    { id: world.sheetId },
    world.people.expert,
  );
  return scoreSheet.version;
}
