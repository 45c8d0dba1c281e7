import { mkdirSync } from 'node:fs';
import { writeOnce } from '@veche/kit';
import {
  bury,
  contestsOf,
  keyFile,
  KeyUnavailable,
  shredFile,
  textOf,
  tombstoneOf,
  type Tombstone,
} from './key-directory.ts';
import { checkedKey, fingerprintOf } from './known-keys.ts';

/** How keys stand in their files. */
export interface Wrap {
  /** Ending of the files of contests. */
  extension: string;
  seal(name: string, key: Buffer): Promise<string>;
  /** Throws KeyUnavailable. */
  unseal(name: string, text: string): Promise<Buffer>;
  /** After this no copy of the file opens, where that can be had. */
  shred(name: string): Promise<void>;
}

/** As they are: who reads the file has the key. */
export const unwrapped: Wrap = {
  extension: 'key',
  seal: async (_name, key) => key.toString('base64'),
  unseal: async (_name, text) => Buffer.from(text, 'base64'),
  shred: async () => undefined,
};

export interface KeyEntry {
  contest: string;
  state: 'HELD' | 'DESTROYED';
  fingerprint: string | null;
  tombstone?: Tombstone;
}

/** The keys of contests as their operator handles them. */
export class KeyKeeper {
  readonly #directory: string;
  readonly #wrap: Wrap;

  constructor(directory: string, wrap: Wrap) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    this.#wrap = wrap;
  }

  async list(): Promise<KeyEntry[]> {
    return Promise.all(
      contestsOf(this.#directory).map(async (contest): Promise<KeyEntry> => {
        const tombstone = tombstoneOf(this.#directory, contest);
        if (tombstone) return { contest, state: 'DESTROYED', fingerprint: tombstone.fingerprint, tombstone };
        return { contest, state: 'HELD', fingerprint: fingerprintOf(await this.read(contest)) };
      }),
    );
  }

  /** Throws KeyUnavailable. */
  async read(contest: string): Promise<Buffer> {
    if (tombstoneOf(this.#directory, contest)) throw new KeyUnavailable(contest, 'destroyed');
    const text = textOf(this.#file(contest));
    if (text === null) throw new KeyUnavailable(contest, 'missing');
    return checkedKey(contest, await this.#wrap.unseal(contest, text));
  }

  /** Puts a key where there is none; gives what then is there: another replica may have been faster. Throws KeyUnavailable for a destroyed one. */
  async put(contest: string, key: Buffer): Promise<Buffer> {
    if (tombstoneOf(this.#directory, contest)) throw new KeyUnavailable(contest, 'destroyed');
    if (textOf(this.#file(contest)) === null)
      writeOnce(this.#file(contest), await this.#wrap.seal(contest, checkedKey(contest, key)));
    return this.read(contest);
  }

  /** Tombstone first: whatever happens then, no key is made anew, and a repetition ends the work. */
  async destroy(contest: string, act: Omit<Tombstone, 'contest' | 'fingerprint'>): Promise<Tombstone> {
    const known = tombstoneOf(this.#directory, contest);
    const tombstone =
      known ?? bury(this.#directory, { contest, ...act, fingerprint: await this.#fingerprint(contest) });
    await this.#wrap.shred(contest);
    for (const extension of ['key', 'wrapped']) shredFile(keyFile(this.#directory, contest, extension));
    return tombstone;
  }

  async #fingerprint(contest: string): Promise<string | null> {
    try {
      return fingerprintOf(await this.read(contest));
    } catch (error) {
      if (error instanceof KeyUnavailable && error.reason === 'missing') return null;
      throw error;
    }
  }

  #file(contest: string): string {
    return keyFile(this.#directory, contest, this.#wrap.extension);
  }
}
