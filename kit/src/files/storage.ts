import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sha256Hex } from '../hash.ts';

/**
 * Where the bytes of files lie. A file is known by the SHA-256 of its bytes (lower-case hex), so the same file twice is one, and what comes
 * back can be checked by whoever asked for it.
 */
export interface FileStorage {
  /** Which adapter it is: for the log and for tests. */
  readonly adapter: 'disk' | 's3';
  /** Keeps the bytes durably; repeating it changes nothing. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes as a stream, null when no such file was kept. */
  open(sha256: string): Promise<Readable | null>;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Two levels of 256: no directory grows beyond what file systems and people can list. Throws RangeError on what is no SHA-256. */
export function keyOf(sha256: string): string {
  if (!SHA256.test(sha256)) throw new RangeError('a file is known by its SHA-256');
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

/** The bytes of a file, null when they are gone or are not what was kept. */
export async function keptBytes(storage: FileStorage, sha256: string): Promise<Buffer | null> {
  const content = await storage.open(sha256);
  const bytes = content && (await buffer(content));
  return bytes && sha256Hex(bytes) === sha256 ? bytes : null;
}
