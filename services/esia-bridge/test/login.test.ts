import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findPerson } from '../../../stand/esia-double/persons.ts';
import { newVerifier, startWorld } from './harness.ts';
import type { World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('a login through the bridge', () => {
  test('gives the claims that may leave the bridge and nothing else', async () => {
    const { claims, tokens } = await world.signIn('citizen-7');
    const person = findPerson('citizen-7', new Date())!;
    expect(claims).toEqual({
      sub: String(person.oid),
      given_name: person.firstName,
      family_name: person.lastName,
      middle_name: person.middleName,
      birthdate: person.birthDate,
      esia_trusted: true,
      esia_lvl: 'PR',
      acr: 'esia:confirmed',
      amr: ['PWD'],
      snils_h: expect.stringMatching(/^[\w-]{43}$/),
      addr_reg_oktmo: '71876000',
      esia_sid: expect.any(String),
      nonce: 'n-1',
      iss: world.url,
      aud: 'keycloak',
      iat: expect.any(Number),
      exp: expect.any(Number),
      auth_time: expect.any(Number),
    });
    expect(claims.exp! - claims.iat!).toBe(300);
    const userinfo = await fetch(`${world.url}/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await userinfo.json()).toMatchObject({
      sub: String(person.oid),
      snils_h: claims['snils_h'],
    });
  });

  test.each([
    ['standard', { esia_trusted: false, esia_lvl: 'P', acr: 'esia:basic' }],
    ['simplified', { esia_trusted: false, esia_lvl: 'P', acr: 'esia:basic' }],
    ['child', { esia_trusted: false, esia_lvl: 'KD', acr: 'esia:basic' }],
    ['adult-nefteyugansk', { esia_trusted: true, addr_reg_oktmo: '71874000' }],
    // Registration counts, not where somebody lives.
    ['adult-outside', { esia_trusted: true, addr_reg_oktmo: '71701000' }],
    ['eighteen-today', { birthdate: findPerson('eighteen-today', new Date())!.birthDate }],
    ['no-email', { esia_trusted: true }],
  ])('%s', async (person, expected) => {
    expect((await world.signIn(person)).claims).toMatchObject(expected);
  });

  test.each([
    ['no-snils', ['snils_h']],
    ['simplified', ['snils_h', 'addr_reg_oktmo']],
    ['foreigner', ['middle_name']],
  ])('%s comes without %j', async (person, absent) => {
    const { claims } = await world.signIn(person);
    for (const name of absent) expect(claims).not.toHaveProperty(name);
  });

  test("two accounts of one person share the voter's hash, two persons do not", async () => {
    const [a, b, other] = await Promise.all(
      ['twin-a', 'twin-b', 'citizen-1'].map(async (person) => (await world.signIn(person)).claims),
    );
    expect(a!.sub).not.toBe(b!.sub);
    expect(a!['snils_h']).toBe(b!['snils_h']);
    expect(other!['snils_h']).not.toBe(a!['snils_h']);
  });

  test("a person who refuses is told so, in Keycloak's terms", async () => {
    const returned = await world.login('citizen-1', newVerifier(), 'refuse');
    expect(Object.fromEntries(returned.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'Вход через Госуслуги отменён',
      state: 'broker.state~1',
    });
  });
});

describe('what Keycloak must do right', () => {
  test('discovery names the endpoints and S256', async () => {
    const document = await (await fetch(`${world.url}/.well-known/openid-configuration`)).json();
    expect(document).toMatchObject({
      issuer: world.url,
      token_endpoint: `${world.url}/token`,
      code_challenge_methods_supported: ['S256'],
    });
  });

  test('a code works once', async () => {
    const pair = newVerifier();
    const code = (await world.login('citizen-2', pair)).searchParams.get('code')!;
    expect((await world.redeem(code, pair.verifier)).status).toBe(200);
    const again = await world.redeem(code, pair.verifier);
    expect([again.status, await again.json()]).toEqual([400, { error: 'invalid_grant' }]);
  });

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, undefined, 400, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, undefined, 400, 'invalid_grant'],
    ['another redirect', { redirect_uri: 'http://127.0.0.1:9/' }, undefined, 400, 'invalid_grant'],
    ['another grant', { grant_type: 'password' }, undefined, 400, 'unsupported_grant_type'],
    ['a wrong secret', {}, 'guess', 401, 'invalid_client'],
  ])('a code is refused with %s', async (_name, changes, secret, status, error) => {
    const pair = newVerifier();
    const code = (await world.login('citizen-2', pair)).searchParams.get('code')!;
    const response = await world.redeem(code, pair.verifier, changes, secret);
    expect([response.status, await response.json()]).toEqual([status, { error }]);
  });

  test('a code ends after a minute', async () => {
    const pair = newVerifier();
    const code = (await world.login('citizen-2', pair)).searchParams.get('code')!;
    world.moveClock(61_000);
    expect((await world.redeem(code, pair.verifier)).status).toBe(400);
    world.moveClock(-61_000);
  });

  test.each([
    ['an unknown client', { client_id: 'somebody' }],
    ['an unregistered redirect', { redirect_uri: 'http://evil.test/endpoint' }],
    ['a longer redirect', { redirect_uri: 'http://127.0.0.1:9/realms/veche/broker/esia/endpoint/x' }],
    ['no state', { state: undefined }],
  ])('%s is answered here, not by a redirect', async (_name, changes) => {
    const response = await fetch(world.authorizeUrl(newVerifier().challenge, changes), {
      redirect: 'manual',
    });
    expect(response.status).toBe(400);
  });

  test.each([
    ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no openid', { scope: 'profile' }, 'invalid_scope'],
    ['an implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s comes back as an error', async (_name, changes, error) => {
    const response = await fetch(world.authorizeUrl(newVerifier().challenge, changes), {
      redirect: 'manual',
    });
    const target = new URL(response.headers.get('location')!);
    expect([target.searchParams.get('error'), target.searchParams.get('state')]).toEqual([error, 'broker.state~1']);
  });

  test("an unknown or used state of ESIA's answer leads nowhere", async () => {
    const response = await fetch(`${world.url}/callback?code=x&state=never-issued`, {
      redirect: 'manual',
    });
    expect(response.status).toBe(400);
  });

  test('userinfo refuses a foreign or expired token', async () => {
    const { tokens } = await world.signIn('citizen-3');
    const ask = (token: string) => fetch(`${world.url}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask('nonsense')).status).toBe(401);
    world.moveClock(301_000);
    expect((await ask(tokens.access_token)).status).toBe(401);
    world.moveClock(-301_000);
  });
});

describe('leaving', () => {
  const logoutUri = 'http://127.0.0.1:9/realms/veche/broker/esia/endpoint/logout_response';

  test('asks whether to leave ESIA too, and ends its session then', async () => {
    const { tokens } = await world.signIn('citizen-4');
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: logoutUri,
      state: 's-1',
    });
    const page = await (await fetch(`${world.url}/end-session?${query}`)).text();
    const [stay, leave] = [...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.replaceAll('&#38;', '&'));
    expect(stay).toBe(`${logoutUri}?state=s-1`);
    const atEsia = await fetch(leave!, { redirect: 'manual' });
    const done = await fetch(atEsia.headers.get('location')!, { redirect: 'manual' });
    expect(done.headers.get('location')).toBe(`${logoutUri}?state=s-1`);
    expect(world.esia.double.entries.at(-1)).toMatchObject({ endpoint: 'logout', verdict: 'ok' });
  });

  test.each([
    ['a foreign hint', { id_token_hint: 'a.b.c', post_logout_redirect_uri: logoutUri }],
    ['a foreign address', { client_id: 'keycloak', post_logout_redirect_uri: 'http://evil.test/' }],
    ["nobody's request", { post_logout_redirect_uri: logoutUri }],
  ])('%s is refused', async (_name, query) => {
    const response = await fetch(`${world.url}/end-session?${new URLSearchParams(query)}`);
    expect(response.status).toBe(400);
  });
});

test('no log line and no metric knows a person, a code or a token', async () => {
  const { claims, tokens } = await world.signIn('citizen-5');
  const person = findPerson('citizen-5', new Date())!;
  const texts = world.logged.join('') + (await world.metrics());
  expect(texts).toContain('"msg":"login"');
  const digits = person.snils!.replace(/\D/g, '');
  const secrets = [person.snils!, digits, person.lastName, person.birthDate, String(person.oid)];
  for (const secret of [...secrets, person.mobile!, String(claims['snils_h']), tokens.id_token])
    expect(texts).not.toContain(secret);
  expect(texts).not.toMatch(/client_secret|code=/);
});
