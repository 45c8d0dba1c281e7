import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryStore } from '../src/state-store.ts';
import { startWorld, type World } from './harness.ts';

const store = memoryStore();
const noted: string[][] = [];
const note: typeof store.note = (set, value, ttl) => {
  noted.push([set, value]);
  return store.note(set, value, ttl);
};
let world: World;
beforeAll(async () => {
  world = await startWorld({ INTERNAL_TOKEN: 'internal-secret' }, { store: { ...store, note } });
});
afterAll(() => world.stop());

const DAY_MS = 86_400_000;
const day = (ahead: number) => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
const ask = (query: string, token = 'internal-secret') =>
  fetch(`${world.url}/internal/sign-ins?${query}`, { headers: { authorization: `Bearer ${token}` } });
const distinct = async (from: string, to: string) =>
  ((await (await ask(`from=${from}&to=${to}`)).json()) as { distinct: number }).distinct;

test('a person counts once a day and once in a range, an unconfirmed one never', async () => {
  const answer = await ask(`from=${day(0)}&to=${day(0)}`);
  expect(await answer.json()).toEqual({ from: day(0), to: day(0), distinct: 0, standardError: 0.0081 });
  const { claims } = await world.signIn('citizen-8');
  await world.signIn('citizen-8');
  await world.signIn('citizen-7');
  expect(await distinct(day(0), day(0))).toBe(2);
  const before = noted.length;
  expect((await world.signIn('standard')).claims['esia_trusted']).toBe(false);
  expect(noted).toHaveLength(before);
  // The same people on the day before, and one more.
  for (const [, value] of noted) await store.note(`sign-ins:${day(-1)}`, value!, 10);
  await store.note(`sign-ins:${day(-1)}`, 'somebody', 10);
  expect([await distinct(day(-1), day(-1)), await distinct(day(-1), day(0))]).toEqual([3, 3]);
  expect(JSON.stringify(noted)).not.toContain(claims['snils_h'] as string);
});

test.each([
  ['another token', `from=${day(0)}&to=${day(0)}`, 'guess', 401],
  ['no range', '', undefined, 400],
  ['a range that ends before it begins', `from=${day(1)}&to=${day(0)}`, undefined, 400],
  ['more than ninety days', `from=${day(-91)}&to=${day(0)}`, undefined, 400],
  ['no day of the calendar', 'from=2026-02-30&to=2026-03-02', undefined, 400],
])('is refused with %s', async (_name, query, token, status) => {
  expect((await ask(query, token)).status).toBe(status);
});

test('a counter that cannot be written keeps nobody out', async () => {
  const failing = { ...store, note: () => Promise.reject(new Error('away')) };
  const other = await startWorld({}, { store: failing });
  try {
    expect((await other.signIn('citizen-8')).claims['snils_h']).toBeDefined();
    expect(other.logged.join('')).toContain('a sign-in was not counted');
  } finally {
    await other.stop();
  }
});
