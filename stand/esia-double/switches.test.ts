import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { GOST_OPENSSL_CONFIG } from '@veche/kit/signatures/gost-config';
import { readZip } from '../../services/esia-bridge/src/fetch-trust.ts';
import { derOf } from '@veche/kit/signatures/pem';
import { KEY_FILES } from '../../services/esia-bridge/src/make-keys.ts';
import { formWith } from '../../test/login/browser-walk.ts';
import { NO_FAULTS } from './registry.ts';
import { startDouble } from './server.ts';
import { REDIRECT, acUrl, esia, file, front, options, refusal, startEsia } from './testing.ts';
import type { Fields } from './testing.ts';

let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await startEsia();
});
afterEach(() => {
  esia.double.faults = { ...NO_FAULTS };
});
afterAll(() => stop());

const config = GOST_OPENSSL_CONFIG;
const env = { PATH: process.env['PATH'], OPENSSL_CONF: config };
/** Shows as skipped, never as passed, where OpenSSL lacks the GOST engine. */
const hasEngine = spawnSync('openssl', ['dgst', '-md_gost12_256'], { input: '', env }).status === 0;

describe('the old dialect on its own path', () => {
  const v1 = (fields: Fields, secret: string) =>
    `${esia.url}/aas/oauth2/ac?${new URLSearchParams({ ...fields, client_secret: secret })}`;
  const cms = (text: string) => {
    writeFileSync(file('text'), text);
    const command = ['cms', '-sign', '-binary', '-in', file('text'), '-outform', 'DER'];
    const signer = ['-signer', file(KEY_FILES.esiaCert), '-inkey', file(KEY_FILES.esiaKey)];
    const made = spawnSync('openssl', [...command, ...signer, '-md', 'md_gost12_256'], { env });
    return made.stdout.toString('base64url');
  };

  test('refuses a raw signature', async () => {
    const fields = front();
    expect(await refusal(v1(fields, fields['client_secret']!))).toBe('007053');
  });

  (hasEngine ? test : test.skip)('accepts a CMS one over its own order only', async () => {
    const fields = front();
    const [client, rest] = [fields['client_id']!, [fields['scope'], fields['timestamp']].join('')];
    expect(await refusal(v1(fields, cms(rest + client + fields['state'])))).toBeUndefined();
    expect(await refusal(v1(fields, cms(client + rest + fields['state'])))).toBe('007053');
  });
});

test('rotation with overlap publishes both generations, without it only the new one', async () => {
  const archive = async () => readZip(Buffer.from(await (await fetch(`${esia.url}/public/esia.zip`)).arrayBuffer()));
  const first = derOf(readFileSync(file(KEY_FILES.doubleRsaCert)));
  const rotate = (overlap: boolean) =>
    fetch(`${esia.url}/control/rotate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ overlap }),
    });
  await rotate(true);
  const both = await archive();
  expect(both.size).toBe(4);
  expect([...both.values()].some((content) => content.equals(first))).toBe(true);
  await rotate(false);
  expect((await archive()).size).toBe(2);
});

test('a fault that does not exist is refused', async () => {
  const put = (body: object) =>
    fetch(`${esia.url}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await put({ tee: 'reset' })).status).toBe(400);
  expect((await put({ wrongKey: 'yes' })).status).toBe(400);
  expect((await put({ wrongKey: true })).status).toBe(200);
});

test('single sign-on lasts until logout', async () => {
  const page = await (await fetch(acUrl(front()))).text();
  const form = formWith({ url: esia.url, html: page }, 'name="person"')!;
  const signed = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams({ ...form.fields, person: 'citizen-1' }),
  });
  const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  const again = async () => (await fetch(acUrl(front()), { headers: { cookie } })).text();
  expect(await again()).toContain('name="answer"');
  const query = new URLSearchParams({ client_id: 'VECHE', redirect_url: REDIRECT });
  const out = await fetch(`${esia.url}/idp/ext/Logout?${query}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  expect(out.headers.get('location')).toBe(REDIRECT);
  expect(await again()).toContain('name="person"');
});

test('it refuses any address but loopback', async () => {
  await expect(startDouble({ ...options(), host: '0.0.0.0' })).rejects.toThrow(/loopback/);
});
