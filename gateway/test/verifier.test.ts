import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InvalidToken, tokenVerifier, type TokenVerifier, type VerifierOptions } from '@veche/kit';
import { makeIssuer, type TestIssuer } from '@veche/kit/testing/tokens';
import { exportJWK, SignJWT } from 'jose';
import { keycloakVerifier } from '../src/keycloak-verifier.ts';
import { RealmKeys } from '../src/realm-keys.ts';

const ISSUER = 'https://login.example.ru/realms/veche';

let realm: Server;
let issuer: TestIssuer;
let stranger: TestIssuer;
let certs: string;
/** What the realm answers at the moment. */
let answer: { status: number; body: string };
let asked = 0;

/** A realm whose keys are had at another address than its name, as inside a cluster. */
beforeAll(async () => {
  realm = createServer((_request, response) => {
    asked += 1;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', () => resolve()));
  certs = `http://127.0.0.1:${(realm.address() as { port: number }).port}/keys`;
  issuer = await makeIssuer(ISSUER);
  stranger = await makeIssuer(ISSUER);
  answer = { status: 200, body: JSON.stringify(issuer.jwks) };
});
afterAll(() => void realm.close());

const citizen = { sub: '11111111-1111-4111-8111-111111111111', roles: ['citizen'], assurance: 'confirmed' } as const;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const makers: [string, (jwksUrl: string) => TokenVerifier][] = [
  ['keycloak-connect', (jwksUrl) => keycloakVerifier({ issuer: ISSUER, audience: 'gateway', jwksUrl })],
  ['kit', (jwksUrl) => tokenVerifier({ issuer: ISSUER, audience: 'gateway', jwksUrl } satisfies VerifierOptions)],
];

describe.each(makers)('%s', (_name, make) => {
  let verifier: TokenVerifier;
  beforeAll(() => {
    verifier = make(certs);
  });
  const verify = (token: string) => verifier.verify(token);

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
    ['a refresh token', { typ: 'Refresh' }],
    ['without a type', { typ: undefined }],
    ['without a subject', { sub: undefined }],
    ['without an end', { exp: undefined }],
  ])('%s: InvalidToken', async (_what, claims) => {
    await expect(verify(await issuer.sign(citizen, claims))).rejects.toBeInstanceOf(InvalidToken);
  });

  test('signed by another key, cut, changed, garbage: InvalidToken', async () => {
    const good = await issuer.sign(citizen);
    const [header, content, signature] = good.split('.') as [string, string, string];
    const forged = `${header}.${encoded({ sub: 'admin', typ: 'Bearer' })}.${signature}`;
    const none = `${encoded({ alg: 'none' })}.${content}.`;
    for (const token of [await stranger.sign(citizen), good.slice(0, -6), forged, none, 'a.b.c', 'abc']) {
      await expect(verify(token)).rejects.toBeInstanceOf(InvalidToken);
    }
  });

  test('the public key used as a secret, ES256, an unknown key id: InvalidToken', async () => {
    const [, content] = (await issuer.sign(citizen)).split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString());
    const sign = (alg: string, kid: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
    const secret = Buffer.from(JSON.stringify(issuer.jwks.keys[0]));
    const tokens = [
      await sign('HS256', 'test', secret),
      await sign('ES256', 'test', ec.privateKey),
      await sign('ES256', 'other', ec.privateKey),
    ];
    for (const token of tokens) await expect(verify(token)).rejects.toBeInstanceOf(InvalidToken);
  });

  test('a realm that cannot be asked is our failure, not the token’s', async () => {
    const token = await issuer.sign(citizen);
    const failure = async (jwksUrl: string) => {
      const error = await make(jwksUrl)
        .verify(token)
        .catch((reason: Error) => reason);
      expect(error).toHaveProperty('message');
      expect(error).not.toBeInstanceOf(InvalidToken);
    };
    await failure('http://127.0.0.1:1/keys');
    const good = answer;
    for (const bad of [
      { status: 503, body: '{}' },
      { status: 200, body: '<html>' },
    ]) {
      answer = bad;
      await failure(certs);
    }
    answer = good;
  });
});

describe('keys of the realm', () => {
  test('are asked for once however many come, again for a new id, and not more often than allowed', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const second = { ...(await exportJWK(publicKey)), kid: 'second', use: 'sig' };
    const encryption = { ...second, kid: 'third', use: 'enc' };
    const keys = new RealmKeys(certs, 100);
    asked = 0;
    await Promise.all([keys.getJWK('test'), keys.getJWK('test'), keys.getJWK('test')]);
    expect(asked).toBe(1);
    await expect(keys.getJWK('second')).rejects.toThrow('unknown key id');
    expect(asked).toBe(1);
    const good = answer;
    answer = { status: 200, body: JSON.stringify({ keys: [...issuer.jwks.keys, second, encryption] }) };
    await new Promise((resolve) => setTimeout(resolve, 120));
    await expect(keys.getJWK('second')).resolves.toMatchObject({ asymmetricKeyType: 'rsa' });
    expect(asked).toBe(2);
    await expect(keys.getJWK('third')).rejects.toThrow('unknown key id');
    answer = good;
  });
});
