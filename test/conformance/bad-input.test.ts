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
import { VALID, WRONG } from './bad-input.ts';
import { ELSEWHERE, KEYS_TRIED_BY_THE_VOTE, NESTED_TOO_LONG, REUSED, TOO_MANY } from './bad-input-tables.ts';
import { KEYS_TRIED_BY_EXPERTISE } from './expertise.ts';
import { TOO_LONG } from './too-long.ts';
import { found, logsOfStand, metricsOfStand, personalDataOf, voterKeyOf } from './personal-data.ts';
import { example, rootFields } from './policy-walk.ts';
import { ANOTHER_PAYLOAD } from './used-keys.ts';
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
  const { data, errors } = await world.p.ask<Record<string, { rejection: Refusal | null }>>(
    document,
    { input },
    session,
  );
  const refusal = errors?.[0]?.extensions ?? data[name]!.rejection;
  if (!refusal) return 'DONE';
  if (refusal.userMessage !== undefined && !/[а-яё]/i.test(refusal.userMessage))
    throw new Error(`${name}: the sentence for the user is not Russian: ${refusal.userMessage}`);
  return refusal.code;
}

interface Refusal {
  code: string;
  userMessage?: string;
}

const valid = (name: string): Record<string, unknown> => ({
  ...(keyed(name) ? { idempotencyKey: randomUUID() } : {}),
  ...VALID[name]!.input(world),
});
const usual = (name: string): Session => world.people[VALID[name]!.as];

const sendWith = (name: string, field: string, value: unknown): Promise<string> =>
  send(name, { ...valid(name), [field]: value }, usual(name));

/** A right item of a list, or a right object, of an input. */
function itemOf(name: string, field: GraphQLInputField): unknown {
  const given = valid(name)[field.name];
  const known = Array.isArray(given) ? given[0] : given;
  return known ?? [example(field, {})].flat()[0];
}

const textsOf = ({ type }: GraphQLInputField): string[] => {
  const named = getNamedType(type);
  return isInputObjectType(named)
    ? Object.values(named.getFields())
        .filter(isText)
        .map((text) => text.name)
    : [];
};

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

  test('every text inside an item too long, every list too long: refused with the code of the table', async () => {
    const nested: [string, string][] = [];
    const lists: [string, string][] = [];
    for (const field of fieldsOf(name)) {
      const list = isListType(getNullableType(field.type));
      const item = itemOf(name, field);
      if (list) lists.push([field.name, await sendWith(name, field.name, Array(600).fill(item))]);
      for (const text of textsOf(field)) {
        const long = { ...(item as object), [text]: 'о'.repeat(20_000) };
        nested.push([`${field.name}.${text}`, await sendWith(name, field.name, list ? [long] : long)]);
      }
    }
    expect(Object.fromEntries(nested)).toEqual(NESTED_TOO_LONG[name] ?? {});
    expect(Object.fromEntries(lists)).toEqual(TOO_MANY[name] ?? {});
  });

  test('a stale version: VERSION_CONFLICT', async () => {
    if (!fieldsOf(name).some((field) => field.name === 'expectedVersion')) return;
    const code = VALID[name]!.absent ? 'NOT_FOUND' : 'VERSION_CONFLICT';
    expect(await send(name, { ...valid(name), expectedVersion: 99 }, usual(name))).toBe(code);
  });

  test('without a right: UNAUTHENTICATED or FORBIDDEN', async () => {
    if (VALID[name]!.open) return;
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

const changed = (change: (typeof REUSED)[number][1]): object => (typeof change === 'function' ? change(world) : change);

// A loop for the same reason.
for (const [name, first, second, then = name] of REUSED) {
  test(`${name}, then ${then === name ? 'another payload' : then} under the same key: refused`, async () => {
    const input = { ...valid(name), ...changed(first) };
    expect(await send(name, input, usual(name))).toBe('DONE');
    expect(await send(name, input, usual(name))).toBe('DONE');
    const { idempotencyKey } = input;
    const other = then === name ? input : { ...valid(then), idempotencyKey };
    expect(await send(then, { ...other, ...changed(second) }, usual(name))).toBe('IDEMPOTENCY_KEY_REUSED');
  });
}

test('every mutation is tried under a used key, here, by the main job, by the vote or by the tests of its service', () => {
  const tried = REUSED.flatMap(([name, , , then = name]) => [name, then]);
  const all = new Set([
    ...tried,
    ...Object.keys(ANOTHER_PAYLOAD),
    ...KEYS_TRIED_BY_THE_VOTE,
    ...KEYS_TRIED_BY_EXPERTISE,
  ]);
  expect([...all].sort()).toEqual(mutations.map(({ name }) => name).sort());
});

test('the same role of another territory is refused everything and changes nothing', async () => {
  const before = await everything();
  const got: [string, string][] = [];
  for (const name of Object.keys(VALID)) {
    const elsewhere = ELSEWHERE[VALID[name]!.as];
    // An expert joins the pool for himself.
    if (!elsewhere || VALID[name]!.open || name === 'joinExpertPool') continue;
    got.push([name, await send(name, valid(name), world.people[elsewhere])]);
  }
  expect(got.filter(([, code]) => !['FORBIDDEN', 'NOT_FOUND'].includes(code))).toEqual([]);
  expect(got.length).toBeGreaterThanOrEqual(39);
  expect(await everything()).toEqual(before);
});

test('no refusal has written personal data to a log or a metric', async () => {
  const { lead, member, outsider } = world.people;
  const keys = await Promise.all([lead, member, outsider].map(voterKeyOf));
  const persons = ['citizen-21', 'citizen-22', 'citizen-23'].flatMap(personalDataOf);
  const known = [...persons, ...keys.flat(), 'one@example.ru', 'two@example.ru'];
  const written = [...logsOfStand(), ...(await metricsOfStand(world.state))];
  expect(written.flatMap(([part, text]) => found(text, known).map((value) => [part, value]))).toEqual([]);
});

/** All objects of the world, as those who may see them see them. */
async function everything(): Promise<object[]> {
  const { contestId, draftId, applicationId, admittedId, projectId, people } = world;
  const contest = (id: string): string => `contest(id: "${id}") { version state ranking { determinedAt } }`;
  const application = (id: string): string => `application(id: "${id}") { version state }`;
  const seen: [string, Session][] = [
    [contest(contestId), people.organiser],
    [contest(draftId), people.organiser],
    [application(applicationId), people.organiser],
    [application(admittedId), people.organiser],
    [`scoreSheets(contestId: "${contestId}") { id version state }`, people.organiser],
    [`project(id: "${projectId}") { version state percent }`, people.official],
    ['myPledges(first: 100) { nodes { id version state } }', people.lead],
  ];
  return Promise.all(seen.map(([fields, session]) => world.p.must<object>(`{ ${fields} }`, {}, session)));
}
