import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@veche/kit/testing/free-port';
import type { VaultSettings } from '../src/keys/vault-client.ts';
import { fileOf, temporary } from './setup-keys.ts';

/** What the service may do, and what its operator may in addition: the policies of the voting README. */
export const SERVICE_POLICY = `
path "transit/keys/veche-voting-*" { capabilities = ["create", "read", "update"] }
path "transit/encrypt/veche-voting-*" { capabilities = ["update"] }
path "transit/decrypt/veche-voting-*" { capabilities = ["update"] }`;
export const OPERATOR_POLICY = SERVICE_POLICY.replace('"update"] }', '"update", "delete"] }');

/** The binary of the key server: of `npm test`, or an installed one; undefined when there is none. */
export const BAO =
  process.env['TEST_OPENBAO'] ??
  ['bao', 'vault'].find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).status === 0);

const ROOT = 'root-of-the-test';

/** A key server of its own, unsealed, with the Transit engine and both policies. */
export class TestVault {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(): Promise<TestVault> {
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      'server',
      '-dev',
      '-dev-no-store-token',
      `-dev-root-token-id=${ROOT}`,
      `-dev-listen-address=${address}`,
    ];
    const server = spawn(BAO!, args, { stdio: 'ignore', env: { HOME: temporary(), PATH: process.env['PATH'] } });
    const vault = new TestVault(`http://${address}`, server);
    for (let tries = 0; !(await vault.#isUp()); tries++) {
      if (tries > 300) throw new Error('the key server does not start');
      await sleep(100);
    }
    await vault.call('POST', 'sys/mounts/transit', { type: 'transit' });
    await vault.call('POST', 'sys/policies/acl/voting', { policy: SERVICE_POLICY });
    await vault.call('POST', 'sys/policies/acl/operator', { policy: OPERATOR_POLICY });
    return vault;
  }

  async #isUp(): Promise<boolean> {
    return fetch(`${this.url}/v1/sys/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** As root. */
  async call(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
    const headers = { 'x-vault-token': ROOT };
    const response = await fetch(`${this.url}/v1/${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  }

  async token(policy: 'voting' | 'operator', more: object = {}): Promise<string> {
    const { body } = await this.call('POST', 'auth/token/create', { policies: [policy], ...more });
    return body.auth.client_token as string;
  }

  /** Settings of the service with a token in a file. */
  async env(policy: 'voting' | 'operator' = 'voting'): Promise<Record<string, string>> {
    const file = fileOf(`${await this.token(policy)}\n`);
    return { VOTING_KEYS: 'vault', VOTING_VAULT_URL: this.url, VOTING_VAULT_TOKEN_FILE: file };
  }

  settings(auth: VaultSettings['auth'], more: Partial<VaultSettings> = {}): VaultSettings {
    const plain = { mount: 'transit', prefix: 'veche-voting-', namespace: undefined, timeoutMs: 3_000 };
    return { url: this.url, ...plain, auth, ...more };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }
}
