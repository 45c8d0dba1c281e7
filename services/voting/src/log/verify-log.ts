import { verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { leafOf, nodeHash } from '../crypto.ts';
import { append, EMPTY, rootOf, type Frontier } from '../domain/merkle.ts';
import { entriesAt, headsSince, lastLeaf, LogDamaged } from './log.ts';
import { ballotsOf, type Head, type Stores } from '../store.ts';
import { waitingOf } from '../store/intake-batch.ts';

export type LogFault =
  | 'ENTRY_MISSING'
  | 'ENTRY_WITHOUT_BALLOT'
  | 'BALLOT_CHANGED'
  | 'BALLOT_NOT_IN_LOG'
  | 'HEAD_SIGNATURE_INVALID'
  | 'HEAD_ROOT_DIFFERS'
  | 'HEAD_AHEAD';

/** One thing that is not as it was signed. */
export interface LogFinding {
  fault: LogFault;
  /** Index of the entry, or size of the head. */
  at: number | null;
  leaf: string | null;
}

export interface VerifiedLog {
  findings: LogFinding[];
  /** Leaves in order, as far as the log went when the check began. */
  entries: readonly string[];
}

const AT_ONCE = 5_000;
const HEADS_AT_ONCE = 1_000;

/**
 * Compares the ballots, the log and the heads of a contest with each other, all of them, and names every entry, ballot and head that does not
 * fit. Ballots that are not sealed yet are no fault. Reads the whole contest: for an audit, not for each request.
 */
export async function verifyLog(stores: Stores, contest: string, logKey: KeyObject): Promise<VerifiedLog> {
  const findings: LogFinding[] = [];
  const entries = await readEntries(stores, contest, findings);
  await compareHeads(stores, contest, { entries, key: logKey, findings });
  await compareBallots(stores, contest, entries, findings);
  return { findings, entries };
}

/** Leaves in order; the log ends for the audit where the first entry is missing. */
async function readEntries(stores: Stores, contest: string, findings: LogFinding[]): Promise<string[]> {
  const all: string[] = [];
  try {
    const size = ((await lastLeaf(stores, contest))?.index ?? -1) + 1;
    while (all.length < size) {
      const to = Math.min(size, all.length + AT_ONCE);
      for (const { leaf } of await entriesAt(stores, contest, { from: all.length, to })) all.push(leaf);
    }
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    const { index: at } = error;
    if (at !== null && at > all.length)
      for (const { leaf } of await entriesAt(stores, contest, { from: all.length, to: at })) all.push(leaf);
    findings.push({ fault: 'ENTRY_MISSING', at, leaf: null });
  }
  return all;
}

async function compareHeads(
  stores: Stores,
  contest: string,
  { entries, key, findings }: { entries: string[]; key: KeyObject; findings: LogFinding[] },
): Promise<void> {
  let tree: Frontier = EMPTY;
  for (let since = -1; ;) {
    const heads = await headsSince(stores, contest, since, HEADS_AT_ONCE);
    for (const { size, root, time, sig } of heads) {
      const found = (fault: LogFault) => findings.push({ fault, at: size, leaf: null });
      if (!isSigned({ contest, size, root, time }, sig, key)) found('HEAD_SIGNATURE_INVALID');
      if (size > entries.length) {
        found('HEAD_AHEAD');
        continue;
      }
      while (tree.size < size) tree = append(tree, entries[tree.size]!, nodeHash);
      if (rootOf(tree, nodeHash) !== root) found('HEAD_ROOT_DIFFERS');
    }
    if (heads.length < HEADS_AT_ONCE) return;
    since = heads.at(-1)!.size;
  }
}

const isSigned = (head: Pick<Head, 'contest' | 'size' | 'root' | 'time'>, sig: string, key: KeyObject): boolean =>
  verify(null, Buffer.from(canonicalJson({ ...head, type: 'head', v: 1 })), key, Buffer.from(sig, 'hex'));

async function compareBallots(
  stores: Stores,
  contest: string,
  entries: readonly string[],
  findings: LogFinding[],
): Promise<void> {
  const places = new Map(entries.map((leaf, index) => [leaf, index]));
  const outside: string[] = [];
  for await (const { record, leaf } of ballotsOf(stores, contest)) {
    const at = places.get(leaf) ?? null;
    if (leafOf(record) !== leaf) findings.push({ fault: 'BALLOT_CHANGED', at, leaf });
    else if (at === null) outside.push(leaf);
    places.delete(leaf);
  }
  for (const leaf of await lost(stores, contest, outside))
    findings.push({ fault: 'BALLOT_NOT_IN_LOG', at: null, leaf });
  for (const [leaf, at] of places) findings.push({ fault: 'ENTRY_WITHOUT_BALLOT', at, leaf });
}

/** Of ballots that were not in the log when the check began: those that have no place now, and do not wait for one. */
async function lost(stores: Stores, contest: string, leaves: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < leaves.length; from += AT_ONCE) {
    const some = leaves.slice(from, from + AT_ONCE);
    // In this order: a ballot goes from waiting into the log, never back.
    const waiting = await waitingOf(stores, contest);
    const there = await stores.leaves.find({ contest, leaf: { $in: some } }, { leaf: 1 }).lean();
    const known = new Set(there.map(({ leaf }) => leaf));
    found.push(...some.filter((leaf) => !waiting.has(leaf) && !known.has(leaf)));
  }
  return found;
}
