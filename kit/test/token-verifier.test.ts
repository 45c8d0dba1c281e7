import { beforeAll, describe, expect, test } from '@jest/globals';
import { InvalidToken, tokenVerifier } from '../src/index.ts';
import type { TestIssuer } from '../src/testing/tokens.ts';
import { makeIssuer } from '../src/testing/tokens.ts';

let realm: TestIssuer;
let stranger: TestIssuer;
beforeAll(async () => {
  realm = await makeIssuer();
  stranger = await makeIssuer(realm.issuer);
});

const verifierOf = (cacheSize?: number) =>
  tokenVerifier({ issuer: realm.issuer, audience: 'gateway', keys: realm.keys, cacheSize });

test('claims become a caller; unknown roles are left out', async () => {
  const token = await realm.sign(
    {
      sub: 'p',
      roles: ['citizen', 'organiser'],
      territories: ['71876000'],
      assurance: 'confirmed',
      birthdate: '2000-01-02',
      residence: '71876000',
      voterKey: 'k',
    },
    { aud: ['gateway', 'voting'] },
  );
  expect(await verifierOf().verify(token)).toEqual({
    personId: 'p',
    roles: new Set(['citizen', 'organiser']),
    territories: ['71876000'],
    service: false,
    secondFactor: false,
    assurance: 'confirmed',
    birthdate: '2000-01-02',
    residence: '71876000',
    voterKey: 'k',
  });
});

test('a program, a basic account and a single-valued attribute', async () => {
  const service = await verifierOf().verify(
    await realm.sign({ roles: ['importer'], service: true, assurance: 'none' }),
  );
  expect(service).toMatchObject({ service: true, assurance: 'none', territories: [] });
  const basic = await verifierOf().verify(await realm.sign({ roles: [], assurance: 'basic' }, { oktmo: '71876000' }));
  expect(basic).toMatchObject({ assurance: 'basic', territories: ['71876000'] });
});

describe('is refused', () => {
  test.each([
    ['expired', { exp: 1 }],
    ['without expiry', { exp: undefined }],
    ['not yet valid', { nbf: 4_000_000_000 }],
    ['ID token', { typ: 'ID' }],
    ['no type', { typ: undefined }],
    ['other audience', { aud: 'portal' }],
    ['other issuer', { iss: 'http://evil.test' }],
    ['nobody', { sub: undefined }],
  ])('%s', async (_name, overrides) => {
    await expect(verifierOf().verify(await realm.sign({ roles: ['admin'] }, overrides))).rejects.toThrow(InvalidToken);
  });

  test('signed by another key under the same key id', async () => {
    await expect(verifierOf().verify(await stranger.sign({ roles: ['admin'] }))).rejects.toThrow(InvalidToken);
  });

  test('unsigned', async () => {
    const [, payload] = (await realm.sign({ roles: ['admin'] })).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    await expect(verifierOf().verify(`${header}.${payload}.`)).rejects.toThrow(InvalidToken);
  });

  test('a remembered token whose signature was swapped', async () => {
    const verifier = verifierOf();
    const token = await realm.sign({ roles: ['admin'] });
    await verifier.verify(token);
    const forged = [...token.split('.').slice(0, 2), (await realm.sign({ roles: [] })).split('.')[2]].join('.');
    await expect(verifier.verify(forged)).rejects.toThrow(InvalidToken);
  });
});

test("a realm out of reach is not the token's fault", async () => {
  const verifier = tokenVerifier({
    issuer: realm.issuer,
    audience: 'gateway',
    jwksUrl: 'http://127.0.0.1:1/certs',
  });
  const failure = await verifier.verify(await realm.sign({ roles: [] })).catch((error: unknown) => error);
  expect(failure).toHaveProperty('message');
  expect(failure).not.toBeInstanceOf(InvalidToken);
});

test('many tokens: the memory is bounded and the answers stay right', async () => {
  const verifier = verifierOf(2);
  const tokens = await Promise.all(['a', 'b', 'c', 'a'].map((sub) => realm.sign({ sub, roles: [] })));
  const callers = await Promise.all([...tokens, ...tokens].map((token) => verifier.verify(token)));
  expect(callers.map(({ personId }) => personId).join('')).toBe('abcaabca');
});
