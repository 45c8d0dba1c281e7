import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { recount } from '../recount/check.ts';
import { fileKeys } from '../src/box/keys.ts';
import { fileOf, runCli, runKeys, temporary, x25519Member } from './setup-keys.ts';
import {
  cast,
  close,
  importer,
  open,
  OPENS,
  published,
  resident,
  startVoting,
  type Told,
  type VotingService,
} from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting({ VOTING_PACKAGES_DIR: temporary() })));
afterAll(() => t.stop());

function settings(): Record<string, string> {
  const { mongodbUri, mongodbDatabase, keysDir } = t.deps.config;
  return { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
}

const keysCli = (args: readonly string[], more: Record<string, string> = {}) =>
  runKeys(args, { ...settings(), ...more });

const BY = ['--by', 'Иванова И. И.', '--reason', 'Срок обжалования истёк, акт № 7'];
const fileOfKey = (contest: string): string => join(t.deps.config.keysDir, `${contest}.key`);
const macOf = (contest: string) => fileKeys(t.deps.config.keysDir).mac(contest, 'v1somebody');
/** What a running service knows of a key it forgets within a second. */
const noticed = () => sleep(1_100);

const SAVE = 'mutation ($input: SaveBasketInput!) { saveBasket(input: $input) { rejection { code } } }';
const CLEAR = 'mutation ($input: ClearBasketInput!) { clearBasket(input: $input) { rejection { code } } }';
const CASTS =
  'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } rejection { code } } }';
const MINE = 'query ($id: ID!) { myBallot(contestId: $id) { code } }';
const ELIGIBLE = 'query ($id: ID!) { myEligibility(contestId: $id) { eligible reasons { code userMessage } } }';
const BY_CODE = 'query ($id: ID!, $code: String!) { ballotByCode(contestId: $id, code: $code) { leaf index } }';

describe('destruction', () => {
  test('is refused while the vote runs and while the term of appeals does; forced, it keeps the reason', async () => {
    const { contestId, projects } = await open(t);
    await cast(t, contestId, [projects[0]!]);
    const early = await keysCli(['destroy', contestId, ...BY]);
    expect(early).toMatchObject({ status: 1, last: { contest: contestId, code: 'RESULT_MISSING' } });
    expect(early.last!['userMessage']).toMatch(/Результат ещё не определён/);
    await close(t);
    t.clock.set(OPENS);
    const term = await keysCli(['destroy', contestId, ...BY], { VOTING_APPEAL_DAYS: '3650' });
    expect(term).toMatchObject({ status: 1, last: { code: 'APPEALS_TERM', until: '2036-03-05T04:00:07.000Z' } });
    expect((await keysCli(['destroy', newId(), ...BY])).last).toMatchObject({ code: 'VOTING_UNKNOWN' });
    expect((await keysCli(['destroy', contestId, '--force', '--by', 'Иванова'])).status).toBe(2);
    expect(existsSync(fileOfKey(contestId))).toBe(true);
    const forced = await keysCli(['destroy', contestId, ...BY, '--force'], { VOTING_APPEAL_DAYS: '3650' });
    expect(forced).toMatchObject({ status: 0, last: { contest: contestId, by: 'Иванова И. И.', forced: true } });
    expect(existsSync(fileOfKey(contestId))).toBe(false);
    // Again: nothing changes, not even who did it.
    expect((await keysCli(['destroy', contestId, '--by', 'Другой', '--reason', 'x'])).last).toEqual(forced.last);
  });

  test('of a running vote: no tag is made any more, with a code and a sentence everywhere; no key is made anew', async () => {
    const told = await open(t);
    const { contestId, projects } = told;
    const voter = resident();
    const { receipt } = await cast(t, contestId, [projects[0]!], voter);
    expect((await keysCli(['destroy', contestId, ...BY, '--force'])).status).toBe(0);
    await noticed();
    const again = await cast(t, contestId, [projects[1]!], voter);
    expect(again).toMatchObject({ receipt: null, rejection: { code: 'CONTEST_KEY_DESTROYED' } });
    expect(again.rejection!.userMessage).toMatch(/Ключ этого конкурса уничтожен/);
    const input = { idempotencyKey: newId(), contestId, choices: [{ project: projects[0] }] };
    const refused = { rejection: { code: 'CONTEST_KEY_DESTROYED' } };
    expect((await t.gql(SAVE, { input }, voter)).data.saveBasket).toEqual(refused);
    const clear = { idempotencyKey: newId(), contestId };
    expect((await t.gql(CLEAR, { input: clear }, voter)).data.clearBasket).toEqual(refused);
    const ballots = [{ idempotencyKey: newId(), voterKey: 'a', choices: [{ project: projects[0] }] }];
    const many = await t.gql(CASTS, { input: { contestId, channel: 'import', ballots } }, importer);
    expect(many.data.castBallots).toEqual({ results: [], ...refused });
    const mine = await t.gql(MINE, { id: contestId }, voter);
    expect(mine.errors![0]!.extensions).toMatchObject({
      code: 'CONTEST_KEY_DESTROYED',
      userMessage: expect.stringMatching(/уничтожен/),
    });
    const { data } = await t.gql(ELIGIBLE, { id: contestId }, voter);
    expect(data.myEligibility).toMatchObject({ eligible: false, reasons: [{ code: 'CONTEST_KEY_DESTROYED' }] });
    // Neither a repeated announcement nor a new process makes another key.
    await t.bus.deliver(published(told));
    fileKeys(t.deps.config.keysDir).prepare(contestId) as void;
    expect(() => macOf(contestId)).toThrow('is destroyed');
    expect(readdirSync(t.deps.config.keysDir).filter((name) => name.startsWith(contestId))).toEqual([
      `${contestId}.destroyed.json`,
    ]);
    await stillVerifiable(told, receipt!.code);
  });

  /** Count, log, receipts, package and recount need no key of the contest. */
  async function stillVerifiable({ contestId }: Told, code: string): Promise<void> {
    await close(t);
    t.clock.set(OPENS);
    expect((await t.gql(BY_CODE, { id: contestId, code })).data.ballotByCode).toMatchObject({ index: 0 });
    const archive = join(temporary(), 'package.tar');
    const ask = () => fetch(`${t.url}/open/contests/${contestId}/package.tar`);
    let answer = await ask();
    // A busy machine takes longer to make it than a request waits.
    for (let tries = 0; answer.status === 503 && tries < 60; tries++) {
      await sleep(500);
      answer = await ask();
    }
    expect(answer.status).toBe(200);
    writeFileSync(archive, Buffer.from(await answer.arrayBuffer()));
    const { log } = (await (await fetch(`${t.url}/open/keys`)).json()) as { log: string };
    expect((await recount(archive, log)).faults).toEqual([]);
  }

  test('the opening of a sample tells that the key is destroyed, by its contest or by its file', async () => {
    const { contestId } = await open(t);
    await keysCli(['destroy', contestId, ...BY, '--force']);
    const ballots = fileOf(`${JSON.stringify({ tag: 'a' })}\n`);
    for (const source of [
      ['--contest', contestId],
      ['--key', fileOfKey(contestId)],
    ]) {
      const args = [ballots, '--seed', 's', ...source, '--voters', fileOf('a\n')];
      const { status, last } = runCli('open-sample', args, settings());
      expect(last).toMatchObject({ contest: contestId, code: 'CONTEST_KEY_DESTROYED' });
      expect(status).toBe(1);
    }
  });
});

describe('the copy of the commission', () => {
  test('brings back a lost key with all tags; a lost one is not made anew, a destroyed one not brought back', async () => {
    const told = await open(t);
    const { contestId, projects } = told;
    await cast(t, contestId, [projects[0]!]);
    const before = macOf(contestId);
    const members = [x25519Member(), x25519Member(), x25519Member()];
    const to = join(temporary(), 'copies');
    const args = members.flatMap(({ publicPem }) => ['--member', fileOf(publicPem)]);
    const exported = await keysCli(['export', contestId, ...args, '--threshold', '2', '--to', to]);
    expect(exported).toMatchObject({ status: 0, last: { contest: contestId, members: 3, threshold: 2 } });
    const key = readFileSync(fileOfKey(contestId), 'utf8');
    const shares: string[] = [];
    for (const n of [0, 2]) {
      const part = await keysCli(['open-share', exported.lines[n]!['file'], '--key', fileOf(members[n]!.privatePem)]);
      shares.push(fileOf(JSON.stringify(part.last)));
    }
    rmSync(fileOfKey(contestId));
    await t.bus.deliver(published(told));
    expect(() => macOf(contestId)).toThrow('is missing');
    const back = shares.flatMap((file) => ['--share', file]);
    expect(await keysCli(['import', contestId, ...back.slice(0, 2)])).toMatchObject({
      status: 1,
      last: { code: 'CEREMONY' },
    });
    expect(existsSync(fileOfKey(contestId))).toBe(false);
    const { fingerprint } = exported.last!;
    expect(await keysCli(['import', contestId, ...back])).toMatchObject({ status: 0, last: { fingerprint } });
    expect(readFileSync(fileOfKey(contestId), 'utf8')).toBe(key);
    expect(macOf(contestId)).toBe(before);
    expect((await keysCli(['list'])).lines).toContainEqual({ contest: contestId, state: 'HELD', fingerprint });
    // Another key in its place is named, not overwritten.
    writeFileSync(fileOfKey(contestId), Buffer.alloc(32, 7).toString('base64'));
    expect(await keysCli(['import', contestId, ...back])).toMatchObject({ status: 1, last: { code: 'ANOTHER_KEY' } });
    await keysCli(['destroy', contestId, ...BY, '--force']);
    expect((await keysCli(['import', contestId, ...back])).last).toMatchObject({ code: 'CONTEST_KEY_DESTROYED' });
    expect((await keysCli(['export', contestId, ...args, '--threshold', '2', '--to', temporary()])).status).toBe(1);
    expect((await keysCli(['list'])).lines.find(({ contest }) => contest === contestId)).toMatchObject({
      state: 'DESTROYED',
    });
  });

  test('wrong use is told with exit code 2, without settings 78', async () => {
    for (const args of [[], ['nothing', 'x'], ['list', 'x'], ['destroy', newId()], ['export', newId(), '--unknown']])
      expect(await keysCli(args)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^Use: contest-keys/) });
    const bare = runCli('contest-keys', ['list'], {});
    expect(bare).toMatchObject({ status: 78, stderr: expect.stringContaining('VOTING_KEYS_DIR: is required') });
    const { status, lines } = runCli('contest-keys', ['list'], settings());
    expect({ status, lines }).toMatchObject({ status: 0, lines: (await keysCli(['list'])).lines });
  });
});
