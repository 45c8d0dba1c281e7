import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Head } from './head.ts';
import type { Tree } from './proof.ts';

const HASH_BYTES = 32;

/** The last head that this witness signed for a contest, its signature, and the tree it stands for. */
export interface Signed {
  head: Head;
  /** Own signature over the head, hex. */
  sig: string;
  tree: Tree;
}

/** Why a contest is not signed for any more, with everything that proves it to others. */
export interface Alarm {
  code: string;
  contest: string;
  /** ISO 8601. */
  at: string;
  message: string;
  evidence: object;
}

/** What a witness must never forget, as files of one directory: its key, the key of the log, what it signed, entries, alarms. */
export class Memory {
  readonly #directory: string;
  readonly key: KeyObject;
  readonly #signed = new Map<string, Signed>();
  readonly #alarms = new Map<string, Alarm>();

  constructor(directory: string, keyFile = join(directory, 'witness-key.pem')) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    if (!existsSync(keyFile)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    }
    this.key = createPrivateKey(readFileSync(keyFile, 'utf8'));
    for (const name of readdirSync(directory)) {
      const [, kind, contest] = /^(signed|ALARM)-([0-9a-f-]{36})\.json$/.exec(name) ?? [];
      if (!contest) continue;
      const content: unknown = JSON.parse(readFileSync(join(directory, name), 'utf8'));
      if (kind === 'ALARM') this.#alarms.set(contest, content as Alarm);
      else this.#signed.set(contest, content as Signed);
    }
  }

  /** Own public key, hex. */
  get publicKey(): string {
    return Buffer.from(createPublicKey(this.key).export({ format: 'jwk' }).x!, 'base64url').toString('hex');
  }

  /** The key of the log: the one named at the first meeting stays, whatever is named later. */
  pin(named: string): string {
    const file = join(this.#directory, 'log-key');
    if (!existsSync(file)) this.#replace('log-key', `${named}\n`);
    return readFileSync(file, 'utf8').trim();
  }

  signed(contest: string): Signed | null {
    return this.#signed.get(contest) ?? null;
  }

  allSigned(): Signed[] {
    return [...this.#signed.values()];
  }

  alarm(contest: string): Alarm | null {
    return this.#alarms.get(contest) ?? null;
  }

  alarms(): Alarm[] {
    return [...this.#alarms.values()];
  }

  raise(alarm: Alarm): void {
    this.#replace(`ALARM-${alarm.contest}.json`, JSON.stringify(alarm, null, 2));
    this.#alarms.set(alarm.contest, alarm);
  }

  /** Durable before it is known to anybody: what was once given out is never contradicted, a power cut included. */
  keep(signed: Signed, from: number, entries: readonly string[]): void {
    this.#append(signed.head.contest, from, entries);
    this.#replace(`signed-${signed.head.contest}.json`, JSON.stringify(signed));
    this.#signed.set(signed.head.contest, signed);
  }

  /** Own copy of entries `from` to before `to`. */
  entries(contest: string, from: number, to: number): string[] {
    if (from >= to) return [];
    const file = openSync(this.#entriesFile(contest), 'r');
    const bytes = Buffer.alloc((to - from) * HASH_BYTES);
    readSync(file, bytes, 0, bytes.length, from * HASH_BYTES);
    closeSync(file);
    return Array.from({ length: to - from }, (_, n) => bytes.toString('hex', n * HASH_BYTES, (n + 1) * HASH_BYTES));
  }

  #entriesFile = (contest: string): string => join(this.#directory, `entries-${contest}.bin`);

  #append(contest: string, from: number, entries: readonly string[]): void {
    const file = openSync(this.#entriesFile(contest), existsSync(this.#entriesFile(contest)) ? 'r+' : 'w+', 0o600);
    // What a run that ended too early left behind was never signed for.
    ftruncateSync(file, from * HASH_BYTES);
    writeSync(file, Buffer.from(entries.join(''), 'hex'), 0, entries.length * HASH_BYTES, from * HASH_BYTES);
    fsyncSync(file);
    closeSync(file);
  }

  #replace(name: string, content: string): void {
    const path = join(this.#directory, name);
    const file = openSync(`${path}.new`, 'w', 0o600);
    writeSync(file, content);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
    const directory = openSync(this.#directory, 'r');
    fsyncSync(directory);
    closeSync(directory);
  }
}
