import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InvalidToken, tokenVerifier, type TokenVerifier } from '@veche/kit';
import { makeIssuer, type TestIssuer } from '@veche/kit/testing/tokens';
import { keycloakVerifier } from '../src/keycloak-verifier.ts';

let realm: Server;
let issuer: TestIssuer;
let stranger: TestIssuer;
const verifiers = new Map<string, TokenVerifier>();

/** A realm that publishes its keys where Keycloak does. */
beforeAll(async () => {
  realm = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(issuer.jwks)),
  );
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(realm.address() as { port: number }).port}/realms/veche`;
  issuer = await makeIssuer(url);
  stranger = await makeIssuer(url);
  verifiers.set('keycloak-connect', keycloakVerifier({ issuer: url, audience: 'gateway' }));
  verifiers.set(
    'jose',
    tokenVerifier({ issuer: url, audience: 'gateway', jwksUrl: `${url}/protocol/openid-connect/certs` }),
  );
});
afterAll(() => void realm.close());

const citizen = { sub: '11111111-1111-4111-8111-111111111111', roles: ['citizen'], assurance: 'confirmed' } as const;

describe.each(['keycloak-connect', 'jose'])('%s', (name) => {
  const verify = (token: string) => verifiers.get(name)!.verify(token);

  test('an access token of the realm says who asks', async () => {
    const caller = await verify(await issuer.sign(citizen));
    expect(caller).toMatchObject({ personId: citizen.sub, assurance: 'confirmed' });
    expect([...caller.roles]).toEqual(['citizen']);
  });

  test('several audiences are fine as long as the gateway is one', async () => {
    await expect(verify(await issuer.sign(citizen, { aud: ['voting', 'gateway'] }))).resolves.toBeDefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['for another audience', { aud: 'voting' }],
    ['of another issuer', { iss: 'http://elsewhere/realms/veche' }],
    ['an ID token', { typ: 'ID' }],
    ['without a type', { typ: undefined }],
  ])('%s: InvalidToken', async (_what, claims) => {
    await expect(verify(await issuer.sign(citizen, claims))).rejects.toBeInstanceOf(InvalidToken);
  });

  test('signed by another key, cut, changed, garbage: InvalidToken', async () => {
    const good = await issuer.sign(citizen);
    const [header, , signature] = good.split('.') as [string, string, string];
    const forged = `${header}.${Buffer.from(JSON.stringify({ sub: 'admin', typ: 'Bearer' })).toString('base64url')}.${signature}`;
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
    for (const token of [await stranger.sign(citizen), good.slice(0, -6), forged, none, 'a.b.c', 'abc']) {
      await expect(verify(token)).rejects.toBeInstanceOf(InvalidToken);
    }
  });
});
