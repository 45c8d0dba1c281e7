import { createHash, sign } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publicHex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Protocol } from '../count/counting.ts';
import { leafOf } from '../crypto.ts';
import type { CountInputs } from '../domain/count/inputs.ts';
import type { RecordedChoices } from '../domain/ballot.ts';
import type { Voting } from '../domain/voting.ts';
import type { KeyPort } from '../box/keys.ts';
import { entries, headsSince, LogDamaged, published } from '../log/log.ts';
import { pabulibHead, pabulibVote } from '../pabulib/write.ts';
import { ballotsOf, resultOfVersion, type StoredResult, type Stores } from '../store.ts';
import { LeafIndex, LinePlaces, writeLines } from './record-file.ts';

/** What is published of a counted contest, in the order of the archive (voting.md 3.5). */
export const PACKAGE_FILES = [
  'manifest.json',
  'rule.json',
  'inputs.json',
  'result.json',
  'log.txt',
  'heads.jsonl',
  'ballots.jsonl',
  'contest.pb',
] as const;

const LEAVES_AT_ONCE = 4096;
const HEADS_AT_ONCE = 1000;

/** What the files of a package hold, as its manifest says it. */
export interface Written {
  /** SHA-256 by the name of the file. */
  files: Record<string, string>;
  reason?: string;
  turnout: { accepted: number; counted: number; excluded?: number; superseded: number };
}

export interface PackageParts {
  keys: KeyPort;
  /** Where packages are kept; what is lost there is made again. */
  directory: string;
  /** Writes all files but the manifest; in a thread, for a million ballots are read. */
  write: (contest: string, voting: Voting, version: number, directory: string) => Promise<Written>;
}

/** Makes the files of one version of a result, on disk and never all in memory; gives their directory. The same result gives the same bytes. */
export async function assemble(parts: PackageParts, voting: Voting, result: StoredResult): Promise<string> {
  const { contest, version } = result;
  const done = join(parts.directory, `${contest}-${version}`);
  if (await exists(done)) return done;
  await mkdir(parts.directory, { recursive: true });
  const making = await mkdtemp(join(parts.directory, 'making-'));
  try {
    await writeManifest(parts, result, making, await parts.write(contest, voting, version, making));
    try {
      await rename(making, done);
    } catch (error) {
      // Another process was faster; it has made the same.
      if (!(await exists(done))) throw error;
    }
    return done;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Files of the package but the manifest. */
export async function writeFiles(
  stores: Stores,
  contest: string,
  voting: Voting,
  version: number,
  directory: string,
): Promise<Written> {
  const { inputs, protocol: text } = (await resultOfVersion(stores, contest, version))!;
  const protocol = JSON.parse(text) as Protocol;
  const { accepted, superseded, counted, excluded = [] } = protocol;
  const file = (name: string): string => join(directory, name);
  await writeFile(file('rule.json'), canonicalJson(voting.announcement!.rule));
  await writeFile(file('inputs.json'), inputs);
  await writeFile(file('result.json'), canonicalJson(protocol.result));
  const index = await writeLog(stores, contest, accepted, file('log.txt'));
  await writeLines(file('heads.jsonl'), headLines(stores, contest));
  const scratch = file('unordered');
  const places = new LinePlaces(accepted);
  const last = new Uint8Array(accepted);
  await writeLines(scratch, boxLines(stores, contest, { index, places, last }));
  if (places.placed !== accepted)
    throw new LogDamaged(contest, null, `${accepted - places.placed} entries have no ballot`);
  for (const leaf of excluded) last[index.indexOf(Buffer.from(leaf, 'hex'))] = 0;
  await writeLines(file('ballots.jsonl'), places.inOrder(scratch));
  await writeLines(
    file('contest.pb'),
    pabulibLines(voting, protocol, JSON.parse(inputs) as CountInputs, { places, last, scratch }),
  );
  await rm(scratch);
  const names = PACKAGE_FILES.filter((name) => name !== 'manifest.json');
  const hashes = await Promise.all(names.map(async (name) => [name, await hashOf(file(name))] as const));
  return {
    files: Object.fromEntries(hashes),
    ...(protocol.reason === undefined ? {} : { reason: protocol.reason }),
    turnout: { accepted, counted, superseded, ...(excluded.length > 0 ? { excluded: excluded.length } : {}) },
  };
}

async function writeManifest(
  { keys }: PackageParts,
  { contest, version, protocolHash: protocol }: StoredResult,
  directory: string,
  written: Written,
): Promise<void> {
  const body = { ...written, contest, key: publicHex(keys.logKey), protocol, type: 'manifest', v: 1, version };
  const sig = sign(null, Buffer.from(canonicalJson(body)), keys.logKey).toString('hex');
  await writeFile(join(directory, 'manifest.json'), canonicalJson({ ...body, sig }));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function writeLog(stores: Stores, contest: string, size: number, path: string): Promise<LeafIndex> {
  const leaves = Buffer.alloc(size * 32);
  await writeLines(path, leafLines(stores, contest, leaves));
  return new LeafIndex(leaves);
}

/** The log line by line; each leaf is noted in `leaves` on the way. */
async function* leafLines(stores: Stores, contest: string, leaves: Buffer): AsyncGenerator<string> {
  const size = leaves.length / 32;
  for (let from = 0; from < size; from += LEAVES_AT_ONCE) {
    const found = await entries(stores, contest, { from, to: Math.min(size, from + LEAVES_AT_ONCE) });
    for (const [at, leaf] of found.entries()) {
      leaves.write(leaf, (from + at) * 32, 'hex');
      yield leaf;
    }
  }
}

async function* headLines(stores: Stores, contest: string): AsyncGenerator<string> {
  for (let since = -1; ;) {
    const heads = await headsSince(stores, contest, since, HEADS_AT_ONCE);
    for (const head of heads) yield canonicalJson(published(head));
    if (heads.length < HEADS_AT_ONCE) return;
    since = heads.at(-1)!.size;
  }
}

interface Box {
  index: LeafIndex;
  places: LinePlaces;
  /** 1 at each entry that counts: the last revision of its tag, and not excluded. */
  last: Uint8Array;
}

/** Records as the box holds them, by tag and revision; each must be an entry of the log. */
async function* boxLines(stores: Stores, contest: string, { index, places, last }: Box): AsyncGenerator<string> {
  let held: { tag: string; at: number } | null = null;
  for await (const { _id, record } of ballotsOf(stores, contest)) {
    const at = index.indexOf(Buffer.from(leafOf(record), 'hex'));
    if (at < 0) throw new LogDamaged(contest, null, `ballot ${_id} is not in the log`);
    const tag = _id.slice(0, _id.lastIndexOf(':'));
    if (held && held.tag !== tag) last[held.at] = 1;
    held = { tag, at };
    places.add(at, record);
    yield record;
  }
  if (held) last[held.at] = 1;
}

/** The counted ballots in the order of the log, in the Pabulib format. */
async function* pabulibLines(
  voting: Voting,
  protocol: Protocol,
  inputs: CountInputs,
  { places, last, scratch }: Omit<Box, 'index'> & { scratch: string },
): AsyncGenerator<string> {
  const { rule } = voting.announcement!;
  yield* pabulibHead({ rule, window: voting.window!, protocol, inputs });
  let [at, row] = [0, 0];
  for await (const record of places.inOrder(scratch)) {
    if (last[at++] === 0) continue;
    row += 1;
    yield pabulibVote(row, rule.ballot.type, (JSON.parse(record) as { choices: RecordedChoices }).choices);
  }
}
