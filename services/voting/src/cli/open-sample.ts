// open-sample BALLOTS.jsonl --seed TEXT [--size 100] [--key FILE --voters FILE]
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256Hex } from '@veche/kit';
import { tagOf, tagText } from '../crypto.ts';
import { sampleTags } from '../domain/sample.ts';

/**
 * The sampled opening of the eligibility audit, without network and database. Draws tags from the published records by a public seed. The commission adds
 * the key of the contest and the voter keys of those who signed in, one a line: then it tells which tags belong to somebody. 0 all open or nothing to open, 1 some do not, 2 wrong use.
 */
function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      size: { type: 'string', default: '100' },
      key: { type: 'string' },
      voters: { type: 'string' },
    },
  });
  const { seed, key, voters } = values;
  const size = Number(values.size);
  if (positionals.length !== 1 || !seed || !Number.isSafeInteger(size) || size < 1 || !key !== !voters) {
    console.error('Use: open-sample BALLOTS.jsonl --seed TEXT [--size N] [--key FILE --voters FILE]');
    return 2;
  }
  const tags = lines(positionals[0]!).map((line) => (JSON.parse(line) as { tag: string }).tag);
  const sample = sampleTags(tags, { seed, size }, sha256Hex);
  const known = key && voters ? tagsOf(key, lines(voters)) : null;
  for (const tag of sample) console.log(JSON.stringify(known ? { tag, opened: known.has(tag) } : { tag }));
  const opened = known && sample.filter((tag) => known.has(tag)).length;
  console.log(JSON.stringify({ tags: new Set(tags).size, sampled: sample.length, ...(known ? { opened } : {}) }));
  return opened === null || opened === sample.length ? 0 : 1;
}

// Paths are meant from where the user stands.
const read = (file: string): string => readFileSync(resolve(process.env['VECHE_CALLED_FROM'] ?? '.', file), 'utf8');
const lines = (file: string): string[] => read(file).split('\n').filter(Boolean);

/** The key file is the one of the service: 32 bytes, base64. The key leaves neither the process nor its memory. */
function tagsOf(keyFile: string, voterKeys: readonly string[]): Set<string> {
  const bytes = Buffer.from(read(keyFile).trim(), 'base64');
  if (bytes.length !== 32) throw new Error('the key of the contest is not 32 bytes');
  const mac = (voterKey: string) => createHmac('sha256', bytes).update(tagText(voterKey)).digest('hex');
  return new Set(voterKeys.map((voterKey) => tagOf(mac(voterKey))));
}

process.exitCode = main();
