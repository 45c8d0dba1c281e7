import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { FaultProxy } from './fault-proxy.ts';
import { Intake } from './intake.ts';

let intake: Intake;
let proxy: FaultProxy | null = null;
afterEach(async () => {
  proxy?.thaw();
  await intake.end();
  await proxy?.close();
  proxy = null;
});

async function opened(mongodbUri?: string): Promise<Intake> {
  intake = new Intake(mongodbUri ? { mongodbUri } : {});
  await intake.start();
  await intake.open();
  return intake;
}

const received = (outcomes: readonly { receipt: string | null }[]): string[] =>
  outcomes.map(({ receipt }) => receipt!).sort();

/** Every receipt is one leaf, every leaf has its receipt, nothing breaks an invariant. */
async function expectWhole(outcomes: readonly { receipt: string | null; refusal: string | null }[]): Promise<void> {
  expect(outcomes.filter(({ refusal }) => refusal !== null)).toEqual([]);
  const { violations, leaves } = await intake.settled();
  expect(violations).toEqual([]);
  expect([...leaves].sort()).toEqual(received(outcomes));
}

describe('F1: kill -9 of voting, which seals its own log, under load', () => {
  test('every receipt is in the log, no ballot twice, nobody lends a hand', async () => {
    await opened();
    const outcomes: Awaited<ReturnType<Intake['vote']>>[] = [];
    let more = true;
    const client = async (): Promise<void> => {
      while (more) outcomes.push(await intake.vote(await intake.voter()));
    };
    const clients = Array.from({ length: 6 }, client);
    for (let n = 0; n < 2; n += 1) {
      await sleep(700 + Math.random() * 800);
      await intake.kill();
      await intake.start();
    }
    await sleep(500);
    // A busy machine needs longer for as many.
    for (let n = 0; n < 150 && outcomes.length <= 12; n += 1) await sleep(200);
    more = false;
    await Promise.all(clients);
    expect(outcomes.length).toBeGreaterThan(12);
    expect(outcomes.some(({ attempts }) => attempts > 1)).toBe(true);
    await expectWhole(outcomes);
  });
});

describe('F2: the end between two writes', () => {
  test.each(['ballots-written', 'leaves-written', 'head-signed'])(
    '%s: the same key gives the one receipt',
    async (point) => {
      await opened();
      const first = await intake.vote(await intake.voter());
      await intake.settled();
      await intake.kill();
      await intake.start(point);
      const voters = await Promise.all([1, 2, 3].map(() => intake.voter()));
      const votes = Promise.all(voters.map((token) => intake.vote(token)));
      await intake.whenGone();
      await intake.start();
      const outcomes = [first, ...(await votes)];
      const again = await Promise.all(voters.map((token, n) => intake.vote(token, { key: outcomes[n + 1]!.key })));
      expect(again.map(({ receipt }) => receipt)).toEqual(outcomes.slice(1).map(({ receipt }) => receipt));
      await expectWhole(outcomes);
    },
  );
});

describe('F4: the database does not answer', () => {
  test('refusals within two seconds and no receipt; afterwards the same keys, each once', async () => {
    const { hostname, port } = new URL(TEST_MONGODB_URI);
    proxy = await FaultProxy.before(hostname, Number(port));
    await opened(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
    const before = await intake.vote(await intake.voter());
    const voters = await Promise.all(Array.from({ length: 8 }, () => intake.voter()));
    const keys = voters.map(() => randomUUID() as string);
    proxy.freeze();
    for (let round = 0; round < 2; round += 1) {
      const begun = performance.now();
      const answers = await Promise.all(
        voters.map(async (token, n) => {
          const { receipt, rejection, error } = await intake.ask(token, keys[n]!);
          return { receipt, code: rejection?.code ?? error, ms: performance.now() - begun };
        }),
      );
      for (const { receipt, code, ms } of answers) {
        expect(receipt).toBeNull();
        expect(['OVERLOADED', 'UNAVAILABLE']).toContain(code);
        expect(ms).toBeLessThan(15_000);
      }
    }
    proxy.thaw();
    const outcomes = await Promise.all(voters.map((token, n) => intake.vote(token, { key: keys[n]! })));
    await expectWhole([before, ...outcomes]);
  });

  test('connections that are cut at once: no ballot lost, none twice', async () => {
    const { hostname, port } = new URL(TEST_MONGODB_URI);
    proxy = await FaultProxy.before(hostname, Number(port));
    await opened(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
    const voters = await Promise.all(Array.from({ length: 20 }, () => intake.voter()));
    const votes = Promise.all(
      voters.map(async (token, n) => {
        await sleep(n * 60);
        return intake.vote(token);
      }),
    );
    for (let n = 0; n < 5; n += 1) {
      await sleep(250);
      proxy.cut();
    }
    await expectWhole(await votes);
  });
});

describe('F15', () => {
  test('the same key with another payload is a conflict; two devices of one voter at once are two revisions in one order', async () => {
    await opened();
    const token = await intake.voter();
    const key = randomUUID();
    const [one, other] = await Promise.all([intake.ask(token, key, 0), intake.ask(token, key, 1)]);
    expect([one, other].map(({ rejection }) => rejection?.code ?? 'RECEIPT').sort()).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
      'RECEIPT',
    ]);
    const devices = await Promise.all(Array.from({ length: 10 }, (_, n) => intake.vote(token, { project: n % 3 })));
    await expectWhole([{ receipt: (one.receipt ?? other.receipt)!.leaf, refusal: null }, ...devices]);
  });
});
