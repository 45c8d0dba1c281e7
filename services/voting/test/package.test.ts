import { spawnSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { recount } from '../recount/check.ts';
import { readPabulib } from '../src/pabulib/parse.ts';
import { both } from './recount/both.ts';
import { publishedFile } from './recount/published.ts';
import { hasPython, PYTHON_RECOUNT } from './recount/python.ts';
import { cast, close, open, resident, startVoting, type VotingService } from './setup.ts';

const FILES = [
  'manifest.json',
  'rule.json',
  'inputs.json',
  'result.json',
  'log.txt',
  'heads.jsonl',
  'ballots.jsonl',
  'contest.pb',
];

let t: VotingService;
let contestId: string;
let projects: string[];
let directory: string;
let key: string;
const folder = (): string => mkdtempSync(join(tmpdir(), 'veche-package-'));
const keys = folder();
beforeAll(async () => {
  t = await startVoting({ VOTING_PACKAGES_DIR: folder(), VOTING_KEYS_DIR: keys });
  ({ contestId, projects } = await open(t));
  const [a, b, c] = projects as [string, string, string];
  const undecided = resident();
  await cast(t, contestId, [c], undecided);
  await t.runBackground('sequencer');
  for (const ballot of [[a, b], [a], [a, b], [c]]) await cast(t, contestId, ballot);
  expect(await statusOf('package.tar')).toBe(404);
  await cast(t, contestId, [b], undecided);
  await close(t);
  key = ((await (await fetch(`${t.url}/open/keys`)).json()) as { log: string }).log;
  directory = folder();
  for (const name of FILES)
    writeFileSync(join(directory, name), await (await publishedFile(t.url, contestId, `package/${name}`)).text());
});
afterAll(() => t.stop());

const ask = (path: string): Promise<Response> => fetch(`${t.url}/open/contests/${contestId}/${path}`);
const statusOf = async (path: string): Promise<number> => (await ask(path)).status;

/** Signed anew with the key of the log. */
function forged({ sig: _sig, witnesses: _witnesses, ...body }: Record<string, unknown>) {
  const logKey = createPrivateKey(readFileSync(join(keys, 'log-key.pem')));
  return { ...body, sig: sign(null, Buffer.from(canonicalJson(body)), logKey).toString('hex') };
}

/** A copy of the package in which a file is changed. */
function changed(name: string, change: (text: string) => string): string {
  const copy = folder();
  cpSync(directory, copy, { recursive: true });
  writeFileSync(join(copy, name), change(readFileSync(join(directory, name), 'utf8')));
  return copy;
}

describe('the published package', () => {
  test('is counted by both implementations to the published result, as files and as an archive', async () => {
    const archive = join(folder(), 'package.tar');
    const response = await ask('package.tar');
    expect(response.headers.get('content-type')).toBe('application/x-tar');
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    expect(String(statSync(archive).size)).toBe(response.headers.get('content-length'));
    const published = readFileSync(join(directory, 'result.json'), 'utf8');
    for (const path of [directory, archive]) {
      const { result, faults, second } = await both(path, key);
      expect(faults).toEqual([]);
      expect(result).toBe(published);
      if (second) expect(second).toEqual({ result: published, wrong: '', code: 0 });
    }
    expect(JSON.parse(published)).toMatchObject({ n: 5, status: 'DETERMINED', spent: '90' });
  });

  test('the archive is what tar reads', async () => {
    const archive = join(folder(), 'package.tar');
    writeFileSync(archive, Buffer.from(await (await ask('package.tar')).arrayBuffer()));
    expect(spawnSync('tar', ['-tf', archive], { encoding: 'utf8' }).stdout.trim().split('\n')).toEqual(FILES);
  });

  test('the key of somebody else signs nothing here', async () => {
    const { faults, second } = await both(directory, 'ab'.repeat(32));
    expect(faults).toContain('manifest.json: the signature is not of this key');
    if (second) expect(second).toMatchObject({ code: 1 });
  });

  const lineOf = (text: string, change: (lines: string[]) => string[]): string =>
    `${change(text.trimEnd().split('\n')).join('\n')}\n`;
  test.each<[string, string, (text: string) => string, RegExp]>([
    [
      'a ballot that was changed',
      'ballots.jsonl',
      (text) =>
        lineOf(text, ([first, ...rest]) => [
          first!.replace('"nonce":"', '"nonce":"0').replace(/(nonce":".{32})./, '$1'),
          ...rest,
        ]),
      /ballots\.jsonl: line 1: .*leaf/,
    ],
    [
      'a ballot that is gone',
      'ballots.jsonl',
      (text) => lineOf(text, (lines) => lines.slice(1)),
      /ballots\.jsonl: line 1: .*leaf/,
    ],
    [
      'a ballot that was put in',
      'ballots.jsonl',
      (text) => lineOf(text, (lines) => [...lines, lines[0]!.replace(/"tag":"....../, '"tag":"000000')]),
      /ballots\.jsonl: line 7: .*leaf/,
    ],
    [
      'a log without its last leaf',
      'log.txt',
      (text) => lineOf(text, (lines) => lines.slice(0, -1)),
      /heads\.jsonl: a head of size 6 .*beyond/,
    ],
    [
      'another order of the log',
      'log.txt',
      (text) => lineOf(text, (lines) => lines.toReversed()),
      /log\.txt: the first 1 leaves/,
    ],
    [
      'another winner',
      'result.json',
      (text) => text.replace('"outcome":"RESERVE"', '"outcome":"WINNER"'),
      /result\.json: \$\.projects\[1\]\.outcome is "WINNER", the recount gives "RESERVE"/,
    ],
    [
      'another budget',
      'inputs.json',
      (text) => text.replace('"budget":"100"', '"budget":"900"'),
      /result\.json: \$\.budget/,
    ],
    [
      'another rule',
      'rule.json',
      (text) => text.replace('"maxLen":2', '"maxLen":1'),
      /line \d: is of another contest or rule/,
    ],
    [
      'another turn-out',
      'manifest.json',
      (text) => text.replace('"accepted":6', '"accepted":7'),
      /manifest\.json: the turn-out is .*"accepted":7/,
    ],
  ])('%s is found and named', async (_name, file, change, expected) => {
    const { faults, second } = await both(changed(file, change), key);
    expect(faults.join('\n')).toMatch(expected);
    if (second) expect(second).toMatchObject({ code: 1, wrong: expect.stringMatching(expected) });
  });

  const heads = (change: (heads: Record<string, unknown>[]) => unknown[]) => (text: string) =>
    lineOf(text, (lines) => change(lines.map((line) => JSON.parse(line))).map((head) => canonicalJson(head)));
  /** Signed again with the key of the log, as a rogue operator could: then what is inside has to betray it. */
  test.each<[string, string, (text: string) => string, RegExp]>([
    [
      'an earlier head with another signature',
      'heads.jsonl',
      heads(([first, ...rest]) => [{ ...first, sig: '0'.repeat(128) }, ...rest]),
      /heads\.jsonl: line 1: .*not signed/,
    ],
    [
      'a head that is there twice',
      'heads.jsonl',
      heads(([first, ...rest]) => [first, first, ...rest]),
      /heads\.jsonl: line 2: .*does not follow/,
    ],
    [
      'an earlier head of another log',
      'heads.jsonl',
      (text) => heads(([first, ...rest]) => [forged({ ...first, root: 'ab'.repeat(32) }), ...rest])(text),
      /the first \d leaves are not those of their head/,
    ],
    [
      'heads whose time goes back',
      'heads.jsonl',
      (text) => heads(([first, ...rest]) => [forged({ ...first, time: 9_999_999_999 }), ...rest])(text),
      /heads\.jsonl: line 2: .*does not follow/,
    ],
    [
      'a vote of contest.pb that says something else',
      'contest.pb',
      (text) => text.replace(/(\n1;)[^\n]*/, '$1'),
      /contest\.pb: line \d+: vote 1 is not/,
    ],
    [
      'a vote of contest.pb that is gone',
      'contest.pb',
      (text) => text.replace(/\n5;[^\n]*/, ''),
      /contest\.pb: has 4 votes, 5/,
    ],
    [
      'a vote that contest.pb has too many',
      'contest.pb',
      (text) => `${text}6;\n`,
      /contest\.pb: line \d+: vote 6 is of no counted ballot/,
    ],
    [
      'another score in contest.pb',
      'contest.pb',
      (text) => text.replace(/;3;3;/, ';3;4;'),
      /contest\.pb: line \d+: score of project/,
    ],
    [
      'another cost in contest.pb',
      'contest.pb',
      (text) => text.replace(';0.60;', ';0.61;'),
      /contest\.pb: line \d+: the cost of project/,
    ],
    [
      'another winner in contest.pb',
      'contest.pb',
      (text) => text.replace(/;PARK;0/, ';PARK;1'),
      /contest\.pb: line \d+: selected of project/,
    ],
    [
      'another budget in contest.pb',
      'contest.pb',
      (text) => text.replace('budget;1.00', 'budget;1.01'),
      /contest\.pb: META: the budget/,
    ],
    [
      'a project that contest.pb lacks',
      'contest.pb',
      (text) => text.replace(/(neighborhood\n)[^\n]*\n/, '$1'),
      /contest\.pb: has 2 projects/,
    ],
  ])('%s is found under a manifest that names it', async (_name, file, change, expected) => {
    const copy = changed(file, change);
    expect(readFileSync(join(copy, file), 'utf8')).not.toBe(readFileSync(join(directory, file), 'utf8'));
    const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
    const files = { ...manifest.files, [file]: sha256Hex(readFileSync(join(copy, file))) };
    writeFileSync(join(copy, 'manifest.json'), canonicalJson(forged({ ...manifest, files })));
    const { faults, second } = await both(copy, key);
    expect(faults.join('\n')).toMatch(expected);
    expect(faults.join('\n')).not.toMatch(/manifest\.json/);
    if (second) expect(second).toMatchObject({ code: 1, wrong: expect.stringMatching(expected) });
  });

  test('what cannot be counted is said to be so', async () => {
    const broken = changed('inputs.json', (text) => text.replace('"budget":"100"', '"budget":100'));
    await expect(recount(broken)).rejects.toThrow(/budget/);
    const run = hasPython() && spawnSync('python3', ['-B', PYTHON_RECOUNT, broken], { encoding: 'utf8' });
    if (run) expect(run).toMatchObject({ status: 2, stderr: expect.stringMatching(/budget/) });
  });

  test('the result as table, workbook, page and protocol, each where the graph says', async () => {
    const document = 'query ($id: ID!) { voting(contestId: $id) { result { protocolHash files { kind path } } } }';
    const { files, protocolHash } = (await t.gql(document, { id: contestId })).data.voting.result;
    const types = await Promise.all(
      files.map(async ({ kind, path }: { kind: string; path: string }) => {
        const response = await fetch(t.url + path);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (kind === 'JSON') expect(sha256Hex(bytes)).toBe(protocolHash);
        if (kind === 'PROTOCOL') expect(bytes.toString()).toContain(protocolHash);
        return `${kind} ${response.status} ${response.headers.get('content-type')} ${bytes.length > 500}`;
      }),
    );
    expect(types).toEqual([
      'PACKAGE 200 application/x-tar true',
      'JSON 200 application/json; charset=utf-8 true',
      'CSV 200 text/csv; charset=utf-8 true',
      'XLSX 200 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet true',
      'PROTOCOL 200 text/html; charset=utf-8 true',
    ]);
    expect(await statusOf('result/result.pdf')).toBe(404);
  });

  test('its Pabulib file is read by the importer', () => {
    const { projects: read, votes, warnings } = readPabulib(join(directory, 'contest.pb'));
    expect({ votes: votes.length, warnings }).toEqual({ votes: 5, warnings: [] });
    expect(read.map(({ id, votes: given, selected }) => [id, given, selected])).toEqual([
      [projects[0], 3, false],
      [projects[1], 3, true],
      [projects[2], 1, true],
    ]);
  });

  test('unknown contests, versions and files', async () => {
    expect(await statusOf('package.tar?version=2')).toBe(404);
    expect(await statusOf('package.tar?version=1&version=1')).toBe(404);
    expect(await statusOf('package.tar?version=1')).toBe(200);
    expect(await statusOf('package/keys.json')).toBe(404);
    expect(await statusOf('package/..%2f..%2fmanifest.json')).toBe(404);
    expect((await fetch(`${t.url}/open/contests/${newId()}/package.tar`)).status).toBe(404);
  });
});
