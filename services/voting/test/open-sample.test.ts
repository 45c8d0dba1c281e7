import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { sampleTags } from '../src/domain/sample.ts';

// The vectors of voting.md 3.6: the key is bytes 00..1f, the subjects 1000000001 and on.
const KEY = Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64');
const TAGS: Record<string, string> = {
  '1000000001': '37b46e6c9edfbc3545412efdb3073621',
  '1000000002': '721751b122cfeef74049736aadeb5538',
  '1000000003': '3fcee60371ea115ae95a22b6146b8217',
  '1000000004': 'cfc4070ff81fcdd13a0bc056d129ef3d',
};

function run(tags: readonly string[], voters: readonly string[] | null, ...more: string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'veche-sample-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const ballots = file('ballots.jsonl', tags.map((tag) => `${JSON.stringify({ choices: [], tag })}\n`).join(''));
  const opening = voters
    ? ['--key', file('key', `${KEY}\n`), '--voters', file('voters.txt', `${voters.join('\n')}\n`)]
    : [];
  const program = join(import.meta.dirname, '../src/cli/open-sample.ts');
  const { status, stdout } = spawnSync(process.execPath, [program, ballots, ...opening, ...more], { encoding: 'utf8' });
  return {
    status,
    lines: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

describe('the sample', () => {
  const all = Array.from({ length: 50 }, (_, n) => `t${n}`);
  const draw = (tags: string[], seed: string, size = 10) => sampleTags(tags, { seed, size }, sha256Hex);
  test('depends on the seed and not on the order; each tag once, all when there are fewer', () => {
    expect(draw(all.toReversed(), 's')).toEqual(draw(all, 's'));
    expect(draw([...all, ...all], 's')).toEqual(draw(all, 's'));
    expect(draw(all, 'other')).not.toEqual(draw(all, 's'));
    expect(new Set(draw(all, 's', 100))).toEqual(new Set(all));
  });
});

describe('the opening', () => {
  test('tags of those who signed in open; one of nobody does not, and is named', () => {
    const good = run(Object.values(TAGS), Object.keys(TAGS), '--seed', 'public');
    expect(good.status).toBe(0);
    expect(good.lines.at(-1)).toEqual({ tags: 4, sampled: 4, opened: 4 });
    const invented = 'f'.repeat(32);
    const bad = run([...Object.values(TAGS), invented], Object.keys(TAGS), '--seed', 'public');
    expect(bad.status).toBe(1);
    expect(bad.lines.filter(({ opened }) => opened === false)).toEqual([{ tag: invented, opened: false }]);
  });

  test('without the key only the sample is told; without a seed nothing', () => {
    const { status, lines } = run(Object.values(TAGS), null, '--seed', 'public', '--size', '2');
    expect(status).toBe(0);
    expect(lines.at(-1)).toEqual({ tags: 4, sampled: 2 });
    expect(JSON.stringify(lines)).not.toContain('opened');
    expect(run(Object.values(TAGS), null).status).toBe(2);
  });
});
