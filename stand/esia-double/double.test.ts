import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { streebog } from '../../services/esia-bridge/src/gost/streebog.ts';
import { KEY_FILES } from '../../services/esia-bridge/src/make-keys.ts';
import { findPerson } from './persons.ts';
import { NO_FAULTS } from './registry.ts';
import { acUrl, back, codeFor, esia, file, front, refusal, signIn, startEsia, tokens } from './testing.ts';
import type { Fields } from './testing.ts';

let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await startEsia();
});
afterEach(() => {
  esia.double.faults = { ...NO_FAULTS };
});
afterAll(() => stop());

describe('authorization requests', () => {
  const without = (name: string) => {
    const { [name]: _gone, ...rest } = front();
    return rest;
  };
  const old = (f: Fields) => f['scope']! + f['timestamp'] + f['client_id'] + f['state'];
  const sha = () =>
    streebog(readFileSync(file(KEY_FILES.esiaCert)))
      .toString('hex')
      .toUpperCase();

  test.each<[string, () => Fields, string]>([
    ['no timestamp', () => without('timestamp'), '007014'],
    ['no certificate hash', () => without('client_certificate_hash'), '007014'],
    ['an unknown mnemonic', () => front({ client_id: 'NOBODY' }), '007002'],
    ['the hash of the PEM bytes', () => front({ client_certificate_hash: sha() }), '007053'],
    ['the order of v1', () => front({}, {}, old), '007053'],
    ['a scope changed after signing', () => front({}, { scope: 'openid' }), '007053'],
    ['a state that is no UUID', () => front({ state: 'abc' }), '007003'],
    ['a timestamp of another shape', () => front({ timestamp: '2026-11-21 20:00:00' }), '007015'],
    ['an old timestamp', () => front({ timestamp: '2020.01.01 00:00:00 +0000' }), '007015'],
    ['a foreign redirect', () => front({ redirect_uri: 'http://evil.test/' }), '007023'],
    ['an unknown scope', () => front({ scope: 'openid everything' }), '007006'],
    ['another response type', () => front({ response_type: 'token' }), '007009'],
    ['another access type', () => front({ access_type: 'always' }), '007003'],
  ])('%s', async (_name, fields, code) => expect(await refusal(acUrl(fields()))).toBe(code));

  test('a repeated parameter', async () => expect(await refusal(`${acUrl(front())}&scope=openid`)).toBe('007003'));

  test('the same signed request twice is accepted or refused by a switch', async () => {
    const url = acUrl(front());
    expect([await refusal(url), await refusal(url)]).toEqual([undefined, undefined]);
    esia.double.faults.refuseReplay = true;
    expect(await refusal(url)).toBe('007003');
  });

  test('every verdict is in the diary', async () => {
    await refusal(acUrl(front({ state: 'abc' })));
    expect(esia.double.entries.at(-1)).toMatchObject({ endpoint: 'ac', client: 'VECHE' });
    expect(esia.double.entries.at(-1)!.verdict).toContain('ESIA-007003');
  });
});

describe('tokens', () => {
  test("carry what ESIA's carry; the state is echoed", async () => {
    const { json } = await signIn('citizen-1');
    const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    expect(claims(json['access_token'])).toMatchObject({
      iss: `${esia.url}/`,
      scope: 'openid fullname?oid=1000000001',
      client_id: 'VECHE',
    });
    expect(claims(json['id_token'])).toMatchObject({
      sub: 1_000_000_001,
      'urn:esia:sbj': { 'urn:esia:sbj:lvl': 'PR', 'urn:esia:sbj:is_tru': true },
    });
    const standard = claims((await signIn('standard')).json['id_token']);
    expect(standard['urn:esia:sbj']).not.toHaveProperty('urn:esia:sbj:is_tru');
  });

  test('a second use of the code is refused and takes the first token back', async () => {
    const { code, json } = await signIn('citizen-1');
    const person = () =>
      fetch(`${esia.url}/rs/prns/1000000001`, {
        headers: { authorization: `Bearer ${json['access_token']}` },
      });
    expect((await person()).status).toBe(200);
    const again = await tokens(back({ code }));
    expect([again.status, again.json['error_description']]).toEqual([400, expect.stringContaining('ESIA-007011')]);
    expect((await person()).status).toBe(401);
  });

  test('the signature covers the code', async () => {
    const code = (await codeFor('citizen-1')).searchParams.get('code')!;
    const unsigned = back({}, { code });
    expect((await tokens(unsigned)).json['error_description']).toContain('ESIA-007053');
  });

  test.each<[string, Fields, string]>([
    ['another redirect', { redirect_uri: 'http://localhost:5000/other' }, '007011'],
    ['another scope', { scope: 'openid' }, '007011'],
    ['another grant', { grant_type: 'password' }, '007012'],
  ])('%s is refused', async (_name, changes, expected) => {
    const code = (await codeFor('citizen-1')).searchParams.get('code')!;
    const { json } = await tokens(back({ code, ...changes }));
    expect(json['error_description']).toContain(`ESIA-${expected}`);
  });
});

describe("the person's data", () => {
  const get = async (path: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${esia.url}/rs/prns/${path}`, { headers });
    return { status: response.status, json: (await response.json()) as Record<string, any> };
  };

  test('scopes decide the fields, embed decides the shape', async () => {
    const narrow = (await signIn('citizen-1')).json['access_token'] as string;
    const person = await get('1000000001?embed=(addresses.elements)', narrow);
    expect(person.json).not.toHaveProperty('snils');
    expect(person.json).not.toHaveProperty('addresses');
    expect((await get('1000000001/addrs', narrow)).status).toBe(404);
    const scope = 'openid fullname birthdate snils addresses';
    const wide = (await signIn('citizen-1', scope)).json['access_token'] as string;
    const full = (await get('1000000001?embed=(addresses.elements)', wide)).json;
    expect(full['birthDate']).toMatch(/^\d\d\.\d\d\.\d{4}$/);
    expect(full['snils']).toMatch(/^\d{3}-\d{3}-\d{3} \d\d$/);
    expect(full['addresses'].elements.map((each: any) => each.type)).toEqual(['PRG', 'PLV']);
    const links = (await get('1000000001/addrs', wide)).json['elements'] as string[];
    expect(links[0]).toBe(`${esia.url}/rs/prns/1000000001/addrs/1`);
    expect((await get('1000000001/addrs/1', wide)).json).toMatchObject({ type: 'PRG' });
  });

  test("only one's own, and only while the token lives", async () => {
    const token = (await signIn('citizen-1')).json['access_token'] as string;
    expect((await get('1000000002', token)).status).toBe(403);
    expect((await get('1000000001', 'nonsense')).status).toBe(401);
    esia.double.faults.clockSeconds = 3601;
    expect((await get('1000000001', token)).status).toBe(401);
  });

  test('the head of an organisation has a role in it', async () => {
    const scope = 'openid usr_org';
    const { json } = await signIn('head', scope);
    const { oid } = findPerson('head', new Date())!;
    const roles = await get(`${oid}/roles?embed=(elements)`, json['access_token']);
    expect(roles.json['elements']).toMatchObject([{ ogrn: '1028600510003', chief: true }]);
  });
});
