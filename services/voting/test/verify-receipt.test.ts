import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectMongo } from '@veche/kit';
import { freePort } from '@veche/kit/testing/free-port';
import { leafId, makeStores } from '../src/store.ts';
import type { Head } from '../witness/head.ts';
import { LogClient, type Keys } from '../witness/log-client.ts';
import { Memory } from '../witness/memory.ts';
import { checkReceipt, parseReceipt } from '../witness/receipt.ts';
import { cast, startVoting, type VotingService } from './setup.ts';
import { publicLog, sealed } from './setup-log.ts';
import { eventually, runTool, runWitness } from './setup-witness.ts';

let t: VotingService;
let witness: ChildProcess;
const directory = mkdtempSync(join(tmpdir(), 'veche-receipt-'));
const { get, headOf } = publicLog(() => t);
let witnessKey: string;

beforeAll(async () => {
  const port = await freePort();
  witnessKey = new Memory(directory).publicKey;
  t = await startVoting({ VOTING_WITNESSES: `town=http://127.0.0.1:${port}=${witnessKey}` });
  witness = runWitness(t.url, directory, ['--id=town', `--port=${port}`]).child;
});
afterAll(async () => {
  witness.kill('SIGKILL');
  await t.stop();
});

/** Until the witness signed the head of the whole log. */
const witnessed = (contest: string) =>
  eventually(async () => {
    await t.runBackground('witnesses');
    const head = await get<Head>(`contests/${contest}/head?witnesses=1`);
    return head.size === (await headOf(contest)).size;
  });

let files = 0;
function check(receipt: string, ...args: string[]) {
  const file = join(directory, `receipt-${(files += 1)}.json`);
  writeFileSync(file, receipt);
  return runTool('verify-receipt.ts', [file, `--url=${t.url}`, ...args]).ended;
}

test('a good receipt: every check holds, in Russian, exit code 0', async () => {
  const { contestId, receipts } = await sealed(t, 5);
  await witnessed(contestId);
  for (const { signed } of receipts.slice(0, 2)) {
    const { code, output } = await check(signed);
    expect(output).toMatch(/Подпись квитанции верна[^]*свидетели: town[^]*Бюллетень есть в журнале[^]*голос учтён/);
    expect(code).toBe(0);
  }
  const keys = await get<{ log: string; receipt: string }>('keys');
  const own = [`--receipt-key=${keys.receipt}`, `--log-key=${keys.log}`, `--witness=town=${witnessKey}`];
  const { code, output } = await check(receipts[0]!.signed, ...own);
  expect(output).not.toMatch(/Внимание/);
  expect(code).toBe(0);
});

test('a forged receipt, a foreign key, too few witnesses, what is no receipt', async () => {
  const { contestId, receipts } = await sealed(t, 2);
  await witnessed(contestId);
  const { signed } = receipts[0]!;
  const forged = await check(signed.replace(/"rev":1/, '"rev":2'));
  expect([forged.code, forged.output]).toEqual([1, expect.stringContaining('Подпись квитанции неверна')]);
  const foreign = await check(signed, `--log-key=${witnessKey}`);
  expect([foreign.code, foreign.output]).toEqual([1, expect.stringContaining('Подпись состояния журнала неверна')]);
  const stranger = await check(signed, `--witness=town=${(await get<{ log: string }>('keys')).log}`);
  expect([stranger.code, stranger.output]).toEqual([1, expect.stringContaining('Подпись свидетеля неверна')]);
  const few = await check(signed, '--witnesses=2');
  expect([few.code, few.output]).toEqual([2, expect.stringContaining('нужно 2')]);
  for (const none of ['', '[]', 'null', '{"type":"receipt"}', signed.slice(0, -1)])
    expect((await check(none)).code).toBe(2);
  expect((await check(signed, '--url=http://127.0.0.1:1')).code).toBe(2);
}, 90_000);

test('a ballot that is not in the log: wait within the promise, proof of a fault after it', async () => {
  const { contestId, projects } = await sealed(t, 2);
  await witnessed(contestId);
  const late = await cast(t, contestId, [projects[0]!]);
  const receipt = parseReceipt(late.receipt!.signed)!;
  // By the last second of the promise; the program itself asks the clock of the voter, which is long past it.
  const [log, keys] = [new LogClient(t.url), await get<Keys>('keys')];
  const early = await checkReceipt(receipt, { log, keys, need: 1, now: new Date(receipt.includeBy * 1000) });
  expect(early.at(-1)).toEqual({ verdict: 2, text: expect.stringContaining('ещё нет в журнале') });
  const broken = await check(late.receipt!.signed);
  expect([broken.code, broken.output]).toEqual([1, expect.stringContaining('доказывает нарушение')]);
  const connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  const stores = makeStores(connection);
  await t.runBackground('sequencer');
  await witnessed(contestId);
  expect((await check(late.receipt!.signed)).code).toBe(0);
  // What was in the log and is not shown any more.
  await stores.leaves.deleteOne({ _id: leafId(contestId, 2) });
  const gone = await check(late.receipt!.signed);
  await connection.close();
  expect([gone.code, gone.output]).toEqual([1, expect.stringContaining('доказывает нарушение')]);
}, 90_000);
