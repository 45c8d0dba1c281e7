import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeLog, newId, readConfig } from '@veche/kit';
import { freePort } from '@veche/kit/testing/free-port';
import { exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { config } from '../src/config.ts';
import { KeyKeeper } from '../src/keys/key-keeper.ts';
import { VaultClient, type VaultSettings } from '../src/keys/vault-client.ts';
import { vaultKeys } from '../src/keys/vault-keys.ts';
import { transit } from '../src/keys/vault-transit.ts';
import { fileOf, runCli, runKeys, temporary } from './setup-keys.ts';
import { BAO, TestVault } from './setup-vault.ts';
import { cast, close, open, resident, startVoting } from './setup.ts';

const log = makeLog('test', 'silent');
const BY = ['--by', 'Иванова И. И.', '--reason', 'Срок обжалования истёк'];
const auth = { tokenFile: '/none' };

/** The real server; where there is none these are shown as skipped. */
(BAO ? describe : describe.skip)('with a key server', () => {
  let vault: TestVault;
  beforeAll(async () => void (vault = await TestVault.start()));
  afterAll(() => vault?.stop());

  const client = async (policy: 'voting' | 'operator' = 'voting'): Promise<VaultClient> =>
    new VaultClient(vault.settings({ tokenFile: fileOf(await vault.token(policy)) }));

  test('a contest is voted on, its key and those of the service stand wrapped, and a new process reads the same ones', async () => {
    const env = await vault.env();
    const t = await startVoting(env);
    try {
      const { contestId, projects } = await open(t);
      const voter = resident();
      expect((await cast(t, contestId, [projects[0]!], voter)).receipt).not.toBeNull();
      const { keysDir } = t.deps.config;
      const files = readdirSync(keysDir, { withFileTypes: true }).flatMap((one) => (one.isFile() ? [one.name] : []));
      expect(files.sort()).toEqual([`${contestId}.wrapped`, 'log-key.wrapped', 'receipt-key.wrapped'].sort());
      const keeper = new KeyKeeper(keysDir, transit(await client()));
      const key = await keeper.read(contestId);
      for (const name of files) {
        const text = readFileSync(join(keysDir, name), 'utf8');
        expect(text).toMatch(/^vault:v1:[A-Za-z0-9+/=]+$/);
        expect(text).not.toContain(key.toString('base64'));
      }
      const [first, second] = await Promise.all([0, 1].map(async () => vaultKeys(keysDir, await client(), log)));
      expect(await first!.mac(contestId, 'v1somebody')).toBe(await second!.mac(contestId, 'v1somebody'));
      expect(second!.mac(contestId, 'v1somebody')).not.toBeInstanceOf(Promise);
      const said = (await (await fetch(`${t.url}/open/keys`)).json()) as { receipt: string };
      expect(Buffer.from(first!.receiptPublicKey, 'base64').toString('hex')).toBe(said.receipt);
      await close(t);
      const { mongodbUri, mongodbDatabase } = t.deps.config;
      const settings = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
      const checked = runCli('verify-log', [contestId], { ...settings, ...env });
      expect(checked).toMatchObject({ status: 0, last: { contest: contestId, findings: 0 } });
    } finally {
      await t.stop();
    }
  });

  test('destroyed with its Transit key: no kept copy of the wrapped key opens; the service itself may not do it', async () => {
    const t = await startVoting(await vault.env());
    try {
      const { contestId, projects } = await open(t);
      const voter = resident();
      await cast(t, contestId, [projects[0]!], voter);
      const { mongodbUri, mongodbDatabase, keysDir } = t.deps.config;
      const settings = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
      const file = join(keysDir, `${contestId}.wrapped`);
      const copy = readFileSync(file, 'utf8');
      const destroy = async (policy: 'voting' | 'operator') =>
        runKeys(['destroy', contestId, ...BY, '--force'], { ...settings, ...(await vault.env(policy)) });
      await expect(destroy('voting')).rejects.toThrow(/refused DELETE transit\/keys\/veche-voting-[-0-9a-f]+: 403/);
      expect(readFileSync(file, 'utf8')).toBe(copy);
      const path = `transit/keys/veche-voting-${contestId}`;
      expect((await vault.call('GET', path)).status).toBe(200);
      expect(await destroy('operator')).toMatchObject({ status: 0, last: { contest: contestId, forced: true } });
      expect((await vault.call('GET', path)).status).toBe(404);
      await sleep(1_100);
      expect((await cast(t, contestId, [projects[0]!], voter)).rejection?.code).toBe('CONTEST_KEY_DESTROYED');
      // Whoever kept the files, and whatever is made on the server under the same name.
      rmSync(join(keysDir, `${contestId}.destroyed.json`));
      writeFileSync(file, copy);
      const keeper = new KeyKeeper(keysDir, transit(await client()));
      await expect(keeper.read(contestId)).rejects.toThrow('is missing');
      await vault.call('POST', path, { type: 'aes256-gcm96' });
      await expect(keeper.read(contestId)).rejects.toThrow('is missing');
    } finally {
      await t.stop();
    }
  });

  test('a wrapped key opens in its own place alone', async () => {
    const directory = temporary();
    const keeper = new KeyKeeper(directory, transit(await client()));
    const [one, other] = [newId(), newId()];
    for (const contest of [one, other]) await keeper.put(contest, Buffer.alloc(32, 5));
    writeFileSync(join(directory, `${one}.wrapped`), readFileSync(join(directory, `${other}.wrapped`)));
    await expect(keeper.read(one)).rejects.toThrow('is missing');
    expect(await keeper.read(other)).toEqual(Buffer.alloc(32, 5));
  });

  test('a key deleted on the server alone is forgotten at the next look, and not made anew', async () => {
    const keys = await vaultKeys(temporary(), await client(), log, 200);
    const contest = newId();
    await keys.prepare(contest);
    expect(await keys.mac(contest, 'x')).toMatch(/^[0-9a-f]{64}$/);
    const path = `transit/keys/veche-voting-${contest}`;
    await vault.call('POST', `${path}/config`, { deletion_allowed: true });
    await vault.call('DELETE', path);
    await sleep(1_500);
    expect(await failureOf(() => keys.mac(contest, 'x'))).toBe(`the key of contest ${contest} is missing`);
    await expect(Promise.resolve(keys.prepare(contest))).rejects.toThrow('is missing');
  });

  describe('login of a service account', () => {
    let privateKey: CryptoKey;
    // The server's method `jwt` takes the same request as `kubernetes` and checks the token by a public key instead of asking a cluster.
    beforeAll(async () => {
      const pair = await generateKeyPair('RS256');
      privateKey = pair.privateKey;
      await vault.call('POST', 'sys/auth/kubernetes', { type: 'jwt' });
      await vault.call('POST', 'auth/kubernetes/config', {
        jwt_validation_pubkeys: [await exportSPKI(pair.publicKey)],
        bound_issuer: 'https://kubernetes.default.svc',
      });
      const role = {
        role_type: 'jwt',
        user_claim: 'sub',
        bound_audiences: ['vault'],
        bound_subject: 'system:serviceaccount:veche:voting',
        token_policies: ['voting'],
        token_ttl: 2,
        token_max_ttl: 5,
      };
      await vault.call('POST', 'auth/kubernetes/role/voting', role);
    });

    const jwt = (subject: string): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer('https://kubernetes.default.svc')
        .setAudience('vault')
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey);
    const login = async (subject: string, role = 'voting') =>
      vault.settings({ path: 'auth/kubernetes', role, jwtFile: fileOf(await jwt(subject)) });

    test('gives a token, which is renewed in time and replaced at the end of its life', async () => {
      const keeper = new KeyKeeper(
        temporary(),
        transit(new VaultClient(await login('system:serviceaccount:veche:voting'))),
      );
      const contest = newId();
      const key = Buffer.alloc(32, 9);
      await keeper.put(contest, key);
      // Longer than any one token lives.
      for (let second = 0; second < 7; second++) {
        await sleep(1_000);
        expect(await keeper.read(contest)).toEqual(key);
      }
    }, 60_000);

    test('another account is refused with the words of the server, without its token', async () => {
      const settings = await login('system:serviceaccount:veche:other');
      const message = await failureOf(() => new VaultClient(settings).post('transit/keys/veche-voting-x', {}));
      expect(message).toMatch(/refused POST auth\/kubernetes\/login: 40[03], .*sub/);
      const text = readFileSync((settings.auth as { jwtFile: string }).jwtFile, 'utf8');
      expect(message).not.toContain(text.slice(0, 40));
    });
  });

  test('a token that was replaced in its file is taken up; one that is refused is named', async () => {
    const file = fileOf(await vault.token('voting'));
    const keeper = new KeyKeeper(temporary(), transit(new VaultClient(vault.settings({ tokenFile: file }))));
    const contest = newId();
    await keeper.put(contest, Buffer.alloc(32, 3));
    await vault.call('POST', 'auth/token/revoke', { token: readFileSync(file, 'utf8') });
    await expect(keeper.read(contest)).rejects.toThrow('is away');
    writeFileSync(file, await vault.token('voting'));
    expect(await keeper.read(contest)).toEqual(Buffer.alloc(32, 3));
    const wrong = new VaultClient(vault.settings({ tokenFile: fileOf('no-such-token') }));
    expect(await failureOf(() => wrong.post('transit/keys/veche-voting-x', {}))).toMatch(/: 403, permission denied/);
  });

  test('a server that goes away stops no vote that has begun; another contest is refused as to be tried again', async () => {
    const mine = await TestVault.start();
    const t = await startVoting({ ...(await mine.env()), VOTING_VAULT_TIMEOUT_MS: '500' });
    try {
      const { contestId, projects } = await open(t);
      const asleep = await open(t);
      await cast(t, contestId, [projects[0]!]);
      await mine.stop();
      await sleep(1_100);
      expect((await cast(t, contestId, [projects[0]!])).receipt).not.toBeNull();
      const other = await cast(t, asleep.contestId, [asleep.projects[0]!]);
      expect(other.rejection).toMatchObject({ code: 'CONTEST_KEY_UNAVAILABLE' });
      expect(other.rejection!.userMessage).toMatch(/Повторите через минуту/);
      await expect(startVoting(await mineEnv(mine))).rejects.toThrow('the key server does not answer');
    } finally {
      await t.stop();
      await mine.stop();
    }
  });
});

const mineEnv = async ({ url }: TestVault): Promise<Record<string, string>> => ({
  VOTING_KEYS: 'vault',
  VOTING_VAULT_URL: url,
  VOTING_VAULT_TOKEN_FILE: fileOf('token'),
});

async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}

describe('without one', () => {
  const settings = (url: string, timeoutMs: number): VaultSettings => ({
    url,
    mount: 'transit',
    prefix: 'p-',
    namespace: undefined,
    timeoutMs,
    auth: { tokenFile: fileOf('token') },
  });

  test('a server that takes the connection and says nothing is given up in time', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const began = performance.now();
    const deaf = new VaultClient(settings(`http://127.0.0.1:${port}`, 300));
    expect(await failureOf(() => deaf.post('transit/keys/p-x', {}))).toMatch('the key server does not answer');
    expect(performance.now() - began).toBeLessThan(30_000);
    silent.close();
    const none = new VaultClient(settings(`http://127.0.0.1:${await freePort()}`, 300));
    expect(await failureOf(() => none.post('transit/keys/p-x', {}))).toMatch('the key server does not answer');
    const unreadable = new VaultClient({ ...settings('http://127.0.0.1:1', 300), auth });
    expect(await failureOf(() => unreadable.post('transit/keys/p-x', {}))).toMatch('cannot be read');
  });

  test('settings: file by default; those of the key server are checked together with the others', () => {
    const read = (env: Record<string, string>) => readConfig({ vault: config.vault }, env).vault;
    const url = { VOTING_KEYS: 'vault', VOTING_VAULT_URL: 'https://vault.example:8200/' };
    expect(read({})).toBeNull();
    expect(read({ ...url, VOTING_VAULT_TOKEN_FILE: '/t' })).toEqual({
      url: 'https://vault.example:8200',
      mount: 'transit',
      prefix: 'veche-voting-',
      namespace: undefined,
      timeoutMs: 3_000,
      auth: { tokenFile: '/t' },
    });
    expect(read({ ...url, VOTING_VAULT_ROLE: 'voting' })!.auth).toEqual({
      role: 'voting',
      path: 'auth/kubernetes',
      jwtFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    });
    expect(() => read({ VOTING_KEYS: 'kms' })).toThrow('must be one of file, vault');
    expect(() => read({ VOTING_KEYS: 'vault' })).toThrow('VOTING_VAULT_URL: is required');
    expect(() => read(url)).toThrow('one of VOTING_VAULT_TOKEN_FILE and VOTING_VAULT_ROLE');
    expect(() => read({ ...url, VOTING_VAULT_TOKEN_FILE: '/t', VOTING_VAULT_ROLE: 'r' })).toThrow('one of');
    const plain = { ...url, VOTING_VAULT_URL: 'http://vault.example:8200', VOTING_VAULT_ROLE: 'r' };
    expect(() => read(plain)).toThrow('must be https');
    expect(read({ ...plain, VOTING_VAULT_URL: 'http://127.0.0.1:8200' })!.url).toBe('http://127.0.0.1:8200');
  });
});
