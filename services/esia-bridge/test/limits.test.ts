import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryStore } from '../src/state-store.ts';
import { newVerifier, startWorld } from './harness.ts';
import type { World } from './harness.ts';

let world: World;
/** Under what the bridge counts. */
const counted: string[] = [];
beforeAll(async () => {
  const store = memoryStore(() => Date.now());
  const hit: typeof store.hit = (key, seconds) => {
    counted.push(key);
    return store.hit(key, seconds);
  };
  world = await startWorld(
    { RATE_LIMIT_PER_MINUTE: '3', INTERNAL_TOKEN: 'internal-secret' },
    { store: { ...store, hit } },
  );
});
afterAll(() => world.stop());

const hash = (body: object, token = 'internal-secret') =>
  fetch(`${world.url}/internal/snils-hash`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('SNILS -> hash for paper lists', () => {
  const snils = '112-233-445 95';

  test('gives the hash that a login of the same person gives', async () => {
    const { claims } = await world.signIn('citizen-8');
    const person = (await (await fetch(`${world.esia.url}/control/persons/citizen-8`)).json()) as {
      snils: string;
    };
    const answer = await hash({ snils: person.snils, purpose: 'paper-voter' });
    expect(await answer.json()).toEqual({ snils_h: claims['snils_h'] });
  });

  test.each([
    ['another token', { snils, purpose: 'paper-voter' }, 'guess', 401],
    ['no purpose', { snils }, undefined, 400],
    ['a wrong check digit', { snils: '112-233-445 96', purpose: 'paper-voter' }, undefined, 422],
    ['no number', { purpose: 'paper-voter' }, undefined, 422],
  ])('is refused with %s', async (_name, body, token, status) => {
    expect((await hash(body, token)).status).toBe(status);
  });

  test('leaves an audit line without the number', async () => {
    await hash({ snils, purpose: 'certificate' });
    const audit = world.logged.filter((line) => line.includes('"audit":"snils-hash"'));
    expect(audit.at(-1)).toContain('"purpose":"certificate"');
    expect(audit.join('')).not.toMatch(/112-?233-?445/);
  });

  test('is slowed down before anybody tries all numbers', async () => {
    const answers = await Promise.all(Array.from({ length: 61 }, () => hash({ snils, purpose: 'paper-voter' })));
    expect(answers.some((answer) => answer.status === 429)).toBe(true);
  });
});

/** What attempts to log in are told, one after another; the test asks in the name of a proxy when it says from whom they come. */
async function attempts(count: number, from?: string): Promise<(string | null)[]> {
  const errors: (string | null)[] = [];
  for (let attempt = 0; attempt < count; attempt += 1) {
    const headers: Record<string, string> = from ? { 'x-forwarded-for': from } : {};
    const response = await fetch(world.authorizeUrl(newVerifier().challenge), { redirect: 'manual', headers });
    errors.push(new URL(response.headers.get('location')!).searchParams.get('error'));
  }
  return errors;
}

test('too many logins from one address are asked to wait, and nobody else', async () => {
  expect((await attempts(4)).at(-1)).toBe('temporarily_unavailable');
  expect(await attempts(4, '198.51.100.7')).toEqual([null, null, null, 'temporarily_unavailable']);
  expect(await attempts(1, '198.51.100.8')).toEqual([null]);
  // What a client writes before the address that the proxy saw does not make it another.
  expect(await attempts(1, '203.0.113.9, 198.51.100.7')).toEqual(['temporarily_unavailable']);
  // Nobody's address is kept as it is.
  expect(counted.filter((key) => key.startsWith('rate:')).length).toBeGreaterThan(8);
  expect(counted.join()).not.toMatch(/198\.51|203\.0|127\.0/);
});
