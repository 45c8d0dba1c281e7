import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { runProcess } from '@veche/kit/run-process';
import { GOST_OPENSSL_CONFIG } from '@veche/kit/signatures/gost-config';
import { createBridge } from '../src/bridge.ts';
import { readConfig } from '../src/config.ts';
import { certificateHash, decodeKey, publicKeyOf, signMessage } from '../src/gost/certificate.ts';
import { CRYPTOPRO_XCHA, verify } from '../src/gost/curve.ts';
import { derOf } from '@veche/kit/signatures/pem';
import { streebog } from '../src/gost/streebog.ts';
import { KEY_FILES, makeKeys } from '../src/make-keys.ts';
import { seal, unseal } from '../src/sealed.ts';
import { chooseSigner, matchesCertificate } from '../src/signer/choose.ts';
import { plainSigner } from '../src/signer/plain.ts';
import { commandSigner, opensslSigner } from '../src/signer/process.ts';
import { memoryStore, redisStore } from '../src/state-store.ts';
import type { StateStore } from '../src/state-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'esia-bridge-parts-'));
const file = (name: string) => join(directory, name);
const configFile = GOST_OPENSSL_CONFIG;
const keyFile = file(KEY_FILES.esiaKey);
const certificate = () => readFileSync(file(KEY_FILES.esiaCert));

beforeAll(() => makeKeys(directory, 'VECHE'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const YEAR_MS = 365 * 24 * 3_600_000;

/** Shows as skipped, never as passed, where OpenSSL lacks the GOST engine. */
const hasEngine =
  spawnSync('openssl', ['dgst', '-md_gost12_256'], {
    input: '',
    env: { PATH: process.env['PATH'], OPENSSL_CONF: configFile },
  }).status === 0;
const withEngine = hasEngine ? test : test.skip;

describe('signers', () => {
  const text = 'TESTREGIONopenid2026.11.21 20:00:00 +0000';

  withEngine('OpenSSL and our arithmetic verify each other', async () => {
    const key = publicKeyOf(certificate());
    const byOpenssl = await opensslSigner({ keyFile, configFile }).sign(text);
    expect(verify(CRYPTOPRO_XCHA, key, streebog(Buffer.from(text)), byOpenssl)).toBe(true);
    const ours = signMessage(decodeKey(readFileSync(keyFile)), Buffer.from(text));
    writeFileSync(file('ours.sig'), ours);
    const env = { OPENSSL_CONF: configFile };
    const publicKey = await runProcess(
      ['openssl', 'x509', '-in', file(KEY_FILES.esiaCert), '-noout', '-pubkey'],
      Buffer.alloc(0),
      env,
    );
    writeFileSync(file('public.pem'), publicKey);
    const check = ['-verify', file('public.pem'), '-signature', file('ours.sig')];
    const command = ['openssl', 'dgst', '-md_gost12_256', ...check];
    expect((await runProcess(command, Buffer.from(text), env)).toString()).toContain('Verified OK');
    await expect(runProcess(command, Buffer.from(`${text}x`), env)).rejects.toThrow();
  });

  withEngine("OpenSSL agrees with us about the certificate's hash", async () => {
    const hash = await runProcess(['openssl', 'dgst', '-md_gost12_256', '-r'], derOf(certificate()), {
      OPENSSL_CONF: configFile,
    });
    expect(certificateHash(certificate())).toBe(hash.toString().split(' ')[0]!.toUpperCase());
  });

  test('an external command may answer in the reversed order', async () => {
    const signature = await plainSigner({ keyFile, production: false }).sign('esia-bridge self-test');
    writeFileSync(file('reversed.sig'), signature.toReversed());
    const command = ['cat', file('reversed.sig')];
    const match = (reverse: boolean) => matchesCertificate(commandSigner({ command, reverse }), certificate());
    expect([await match(true), await match(false)]).toEqual([true, false]);
  });

  test('the plain signer is refused in production', () => {
    expect(() => plainSigner({ keyFile, production: true })).toThrow(/production/);
  });

  test('a key that does not belong to the certificate is found at start', async () => {
    const other = file('other');
    makeKeys(other, 'OTHER');
    const config = readConfig({ ...environment(), ESIA_SIGNER: 'plain' });
    const foreign = readFileSync(join(other, KEY_FILES.esiaCert));
    await expect(chooseSigner(config, foreign)).rejects.toThrow(/ESIA_CERT_FILE/);
    expect((await chooseSigner(config, certificate())).adapter).toBe('plain');
  });
});

function environment(): Record<string, string> {
  return {
    PUBLIC_URL: 'http://127.0.0.1:4010/',
    REDIS_URL: 'redis://127.0.0.1:6379',
    ESIA_FRONT_URL: 'https://esia.gosuslugi.ru',
    ESIA_CLIENT_ID: 'VECHE',
    ESIA_KEY_FILE: keyFile,
    ESIA_CERT_FILE: file(KEY_FILES.esiaCert),
    ESIA_TRUST_DIR: file(KEY_FILES.trustDir),
    SNILS_KEY_FILE: file(KEY_FILES.snilsKey),
    OP_CLIENT_SECRET: 'secret',
    OP_SIGNING_KEY_FILE: file(KEY_FILES.providerKey),
    OP_REDIRECT_URIS: 'http://a/endpoint http://b/endpoint',
  };
}

describe('settings', () => {
  test('what is derived: issuer over http with a slash, logout addresses, back channel', () => {
    const config = readConfig(environment());
    expect(config.publicUrl).toBe('http://127.0.0.1:4010');
    expect(config.esia.issuer).toBe('http://esia.gosuslugi.ru/');
    expect(config.esia.backUrl).toBe('https://esia.gosuslugi.ru');
    expect(config.provider.logoutRedirectUris).toEqual([
      'http://a/endpoint/logout_response',
      'http://b/endpoint/logout_response',
    ]);
  });

  test('a secret may come from a file', () => {
    writeFileSync(file('secret'), 'from-file\n');
    const { OP_CLIENT_SECRET: _secret, ...rest } = environment();
    const config = readConfig({ ...rest, OP_CLIENT_SECRET_FILE: file('secret') });
    expect(config.provider.clientSecret).toBe('from-file');
  });

  test('every mistake is told at once', () => {
    const wrong = {
      ...environment(),
      PORT: 'many',
      ESIA_FRONT_URL: 'nowhere',
      ESIA_SIGNER: 'magic',
    };
    const { SNILS_KEY_FILE: _key, ...rest } = wrong as Record<string, string>;
    expect(() => readConfig(rest)).toThrow(
      /PORT is not[\s\S]*SNILS_KEY_FILE is not set[\s\S]*ESIA_FRONT_URL is not a URL[\s\S]*ESIA_SIGNER/,
    );
  });
});

describe('certificates', () => {
  const told = async (env: Record<string, string>, inMs: number): Promise<string> => {
    const lines: string[] = [];
    const stream = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
    const now = (): Date => new Date(Date.now() + inMs);
    const store = memoryStore(() => now().getTime());
    await createBridge({ ...env, ESIA_SIGNER: 'plain' }, { now, store, log: pino(stream) });
    return lines.join('');
  };

  test('that have ended, or that nobody has, are named at the start; good ones are not', async () => {
    expect(await told(environment(), 0)).not.toContain('certificate');
    const ended = await told(environment(), 2 * YEAR_MS);
    expect(ended).toContain('the certificate of this system (ESIA_CERT_FILE) has ended');
    expect(ended).toContain('no certificate of ESIA (ESIA_TRUST_DIR) is valid');
    mkdirSync(file('empty'));
    const nobody = await told({ ...environment(), ESIA_TRUST_DIR: file('empty') }, 0);
    expect(nobody).toContain('no certificate of ESIA');
    expect(nobody).not.toContain('ESIA_CERT_FILE');
  });
});

test('key files are for their owner only and survive a second run', () => {
  const before = readFileSync(keyFile);
  makeKeys(directory, 'VECHE');
  expect(readFileSync(keyFile)).toEqual(before);
  for (const name of [KEY_FILES.esiaKey, KEY_FILES.snilsKey, KEY_FILES.providerKey])
    expect(statSync(file(name)).mode & 0o777).toBe(0o600);
});

/** A server of our own on a spare port; a stand's Redis must not be needed for this. */
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const REDIS_PORT = 20_000 + (process.pid % 20_000);
let redisServer: ChildProcess | undefined;
beforeAll(async () => {
  if (!hasRedis) return;
  const options = ['--port', String(REDIS_PORT), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  redisServer = spawn('redis-server', options, { stdio: 'ignore' });
  const probe = redisStore(`redis://127.0.0.1:${REDIS_PORT}`);
  for (let attempt = 0; attempt < 50 && !(await probe.ready()); attempt += 1)
    await new Promise((done) => setTimeout(done, 50));
  await probe.close();
});
afterAll(() => void redisServer?.kill());

const stores: [string, () => StateStore, typeof test.skip][] = [
  ['in memory', () => memoryStore(), test],
  ['in Redis', () => redisStore(`redis://127.0.0.1:${REDIS_PORT}`), hasRedis ? test : test.skip],
];
describe.each(stores)('state %s', (_name, open, check) => {
  check('is given once, ends in time, counts, and seals what it keeps', async () => {
    const store = open();
    await store.put('a', 'value', 10);
    expect([await store.take('a'), await store.take('a')]).toEqual(['value', null]);
    await store.put('b', 'value', 1);
    await new Promise((done) => setTimeout(done, 1100));
    expect(await store.take('b')).toBeNull();
    expect([await store.hit('c', 10), await store.hit('c', 10)]).toEqual([1, 2]);
    const secret = await seal(store, 'code', { name: 'Анна' }, 10);
    expect(await unseal(store, 'other', secret)).toBeNull();
    expect(await unseal(store, 'code', secret)).toEqual({ name: 'Анна' });
    expect(await unseal(store, 'code', secret)).toBeNull();
    for (const value of ['x', 'x', 'y']) await store.note('monday', value, 10);
    await store.note('tuesday', 'y', 10);
    expect([await store.distinct(['monday']), await store.distinct(['monday', 'tuesday', 'none'])]).toEqual([2, 2]);
    expect(await store.ready()).toBe(true);
    await store.close();
  });
});
