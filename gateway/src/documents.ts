import { readFileSync } from 'node:fs';
import { ConfigError, RecentMap, routeError, sha256Hex } from '@veche/kit';
import { OF_ENTRY } from './operation-cache.ts';

/** Documents by the SHA-256 of their text, as code generators write them (`persisted-documents.json`). */
type Manifest = Readonly<Record<string, string>>;

/** Bytes of memory for registered documents, two for a character. */
const REGISTERED = 4 * 2 ** 20;
const PREFIX = /^(?:apq:|sha256:)/;

/**
 * The documents that may be asked by hash. `listed`: those of the manifest and no other document at all, by hash or by text. `open`: whatever
 * clients register besides (automatic persisted queries), for development.
 */
export class Documents {
  readonly #listed = new Map<string, string>();
  readonly #registered = new RecentMap<string>(REGISTERED, ({ length }) => OF_ENTRY + 2 * length);
  readonly #isOpen: boolean;

  constructor(mode: 'open' | 'listed', file: string | undefined) {
    this.#isOpen = mode === 'open';
    if (!file && mode === 'listed')
      throw new ConfigError(['TRUSTED_DOCUMENTS_FILE: is required where operations are listed']);
    if (!file) return;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    for (const [key, text] of Object.entries(manifest)) {
      const hash = sha256Hex(text);
      if (key.replace(PREFIX, '') !== hash)
        throw new ConfigError([`TRUSTED_DOCUMENTS_FILE: ${key} is not the hash of its text`]);
      this.#listed.set(hash, text);
    }
  }

  /** Throws OPERATION_NOT_ALLOWED for a text that is not on the list where there is one. */
  admit(text: string): void {
    if (this.#isOpen || this.#listed.has(sha256Hex(text))) return;
    throw routeError(
      403,
      'OPERATION_NOT_ALLOWED',
      'The operation is not on the list of this installation',
      'Эта операция не разрешена. Обновите приложение.',
    );
  }

  textOf(hash: string): string | undefined {
    return this.#listed.get(hash) ?? this.#registered.get(hash);
  }

  /** For the server, as its cache of persisted queries. */
  readonly cache = {
    get: async (key: string) => this.textOf(key.replace(PREFIX, '')),
    set: async (key: string, text: string) => {
      // A copy: a text out of an address would hold the whole address.
      if (this.#isOpen) this.#registered.set(key.replace(PREFIX, ''), Buffer.from(text).toString());
    },
    delete: async () => false,
  };
}
