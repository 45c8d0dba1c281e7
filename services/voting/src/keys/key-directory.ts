import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory, writeOnce } from '@veche/kit';

/** What stays of a destroyed key: it tells why there is none, and that none may be made. */
export interface Tombstone {
  contest: string;
  /** ISO 8601. */
  destroyedAt: string;
  /** Who did it, as they named themselves. */
  by: string;
  reason: string;
  /** Whether it was before the end of the term. */
  forced: boolean;
  /** Of the key; null when it was lost before. */
  fingerprint: string | null;
}

/** The key of a contest is not at hand: destroyed for good; missing, though it ought to be there; or its keeper does not answer. */
export class KeyUnavailable extends Error {
  readonly contestId: string;
  readonly reason: 'destroyed' | 'missing' | 'away';
  constructor(contestId: string, reason: KeyUnavailable['reason'], options?: ErrorOptions) {
    super(`the key of contest ${contestId} is ${reason}`, options);
    this.name = 'KeyUnavailable';
    this.contestId = contestId;
    this.reason = reason;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TOMBSTONE = 'destroyed.json';

export const isContestId = (text: string): boolean => UUID.test(text);

/** The id becomes a name of a file or of a key, so nothing but a UUID may pass. */
export function checkedId(contestId: string): string {
  if (!isContestId(contestId)) throw new Error('the id of a contest is not a UUID');
  return contestId;
}

export const keyFile = (directory: string, contestId: string, extension: string): string =>
  join(directory, `${checkedId(contestId)}.${extension}`);

/** Null while the key may be there. */
export function tombstoneOf(directory: string, contestId: string): Tombstone | null {
  const text = textOf(keyFile(directory, contestId, TOMBSTONE));
  return text === null ? null : (JSON.parse(text) as Tombstone);
}

/** The first one stands. */
export const bury = (directory: string, tombstone: Tombstone): Tombstone =>
  JSON.parse(
    writeOnce(keyFile(directory, tombstone.contest, TOMBSTONE), `${JSON.stringify(tombstone, null, 2)}\n`),
  ) as Tombstone;

/** Contests that have a key or a tombstone here, in order. */
export function contestsOf(directory: string): string[] {
  const ids = readdirSync(directory).map((name) => name.slice(0, name.indexOf('.')));
  return [...new Set(ids.filter(isContestId))].sort();
}

/** Null when there is none. */
export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Overwrites a file before it is removed. A copy in a backup, or one that the disk keeps by itself, is beyond this. */
export function shredFile(file: string): void {
  if (!existsSync(file)) return;
  const open = openSync(file, 'r+');
  try {
    writeSync(open, Buffer.alloc(statSync(file).size));
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  rmSync(file);
  syncDirectory(dirname(file));
}
