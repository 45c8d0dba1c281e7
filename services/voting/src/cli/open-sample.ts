// open-sample BALLOTS.jsonl --seed TEXT [--size 100] [(--key FILE | --share FILE --share FILE ... | --contest ID) --voters FILE]
import { createHmac } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256Hex } from '@veche/kit';
import { tagOf, tagText } from '../crypto.ts';
import { sampleTags } from '../domain/sample.ts';
import { keyOf, type Share } from '../keys/ceremony.ts';
import { isContestId, KeyUnavailable, tombstoneOf } from '../keys/key-directory.ts';
import { checkedKey } from '../keys/known-keys.ts';
import { refusedByKey } from './key-refused.ts';
import { keysOfService, named, program, textOfNamed } from './operator.ts';

const OPTIONS = {
  seed: { type: 'string' },
  size: { type: 'string', default: '100' },
  key: { type: 'string' },
  share: { type: 'string', multiple: true },
  contest: { type: 'string' },
  voters: { type: 'string' },
} as const;

interface Wanted {
  ballots: string;
  seed: string;
  size: number;
  opening: { key: KeySource; voters: string } | null;
}

type KeySource = { key: string } | { share: string[] } | { contest: string };

/** Null for wrong use. */
function wanted(): Wanted | null {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const { seed, voters } = values;
  const size = Number(values.size);
  if (positionals.length !== 1 || !seed || !Number.isSafeInteger(size) || size < 1) return null;
  const sources = sourcesOf(values);
  if (sources.length > 1 || (sources.length === 0) !== !voters) return null;
  return { ballots: positionals[0]!, seed, size, opening: voters ? { key: sources[0]!, voters } : null };
}

const sourcesOf = ({ key, share, contest }: { key?: string; share?: string[]; contest?: string }): KeySource[] => [
  ...(key ? [{ key }] : []),
  ...(share ? [{ share }] : []),
  ...(contest ? [{ contest }] : []),
];

/**
 * The sampled opening of the eligibility audit. Draws tags from the published records by a public seed, without network and database. The
 * commission adds the key of the contest (its file, opened parts, or the keys of the service by their settings) and the voter keys of those who
 * signed in, one a line: then it tells which tags belong to somebody. 0 all open or nothing to open, 1 some do not, 2 wrong use.
 */
async function main(): Promise<number> {
  const asked = wanted();
  if (!asked) {
    console.error(
      'Use: open-sample BALLOTS.jsonl --seed TEXT [--size N] [(--key FILE | --share FILE ... | --contest ID) --voters FILE]',
    );
    return 2;
  }
  const tags = lines(asked.ballots).map((line) => (JSON.parse(line) as { tag: string }).tag);
  const sample = sampleTags(tags, asked, sha256Hex);
  const known = asked.opening && tagsOf(await keyFrom(asked.opening.key), lines(asked.opening.voters));
  for (const tag of sample) console.log(JSON.stringify(known ? { tag, opened: known.has(tag) } : { tag }));
  const opened = known && sample.filter((tag) => known.has(tag)).length;
  console.log(JSON.stringify({ tags: new Set(tags).size, sampled: sample.length, ...(known ? { opened } : {}) }));
  return opened === null || opened === sample.length ? 0 : 1;
}

const lines = (file: string): string[] => textOfNamed(file).split('\n').filter(Boolean);

/** A key file is the one of the service: 32 bytes, base64. The key leaves neither the process nor its memory. */
async function keyFrom(source: KeySource): Promise<Buffer> {
  if ('contest' in source) return keysOfService().keeper.read(source.contest);
  if ('key' in source) return keyOfFile(source.key);
  const shares = source.share.map((file) => JSON.parse(textOfNamed(file)) as Share);
  return keyOf(shares[0]!.contest, shares);
}

function keyOfFile(file: string): Buffer {
  const [contest = ''] = basename(file).split('.');
  if (isContestId(contest) && tombstoneOf(dirname(named(file)), contest))
    throw new KeyUnavailable(contest, 'destroyed');
  return checkedKey(contest, Buffer.from(textOfNamed(file).trim(), 'base64'));
}

function tagsOf(key: Buffer, voterKeys: readonly string[]): Set<string> {
  const mac = (voterKey: string) => createHmac('sha256', key).update(tagText(voterKey)).digest('hex');
  return new Set(voterKeys.map((voterKey) => tagOf(mac(voterKey))));
}

await program(() => refusedByKey(main, (line) => console.log(JSON.stringify(line))));
