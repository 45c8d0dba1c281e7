import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from '../case.ts';
import { Intake } from '../intake.ts';

const POINTS = ['ballots-written', 'leaves-written', 'head-signed'];

export const processes: Record<string, Case> = {
  F1: {
    title: 'kill -9 of voting, which relays, seals and counts by itself, at random moments',
    fault: async ({ intake, seconds }) => {
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        await sleep(500 + Math.random() * 4_000);
        await intake.kill();
        await intake.start();
      }
    },
  },
  F2: {
    title: 'the process ends between two writes: ballot and answer, leaves and mark, head and mark',
    fault: async ({ intake, seconds, must }) => {
      let ends = 0;
      const end = performance.now() + seconds * 1000;
      for (; performance.now() < end || ends < POINTS.length; ends += 1) {
        await intake.kill();
        await intake.start(POINTS[ends % POINTS.length]!);
        await Promise.race([intake.whenGone(), sleep(20_000)]);
        must(intake.child.hasEnded, `the process did not end at ${POINTS[ends % POINTS.length]}`);
        await intake.start();
        await sleep(500);
      }
    },
  },
  F13: {
    title:
      'two processes of voting, one after the other stopped for longer than its right lasts, both believing in it afterwards',
    fault: async ({ intake, load, seconds, defer, must }) => {
      const rival = new Intake({ beside: intake });
      await rival.start();
      defer(() => rival.end());
      const fences = new Set<number>();
      const look = () =>
        intake.withStores(async ({ heads }) => {
          for (const { fence } of await heads.find({ contest: intake.contest.contestId }, { fence: 1 }).lean())
            fences.add(Number(fence));
        });
      for (const end = performance.now() + seconds * 1000; performance.now() < end;)
        for (const one of [intake, rival]) {
          one.child.signal('SIGSTOP');
          await sleep(2_500);
          one.child.signal('SIGCONT');
          await sleep(1_000);
          await load.probe(rival);
        }
      await look();
      must(fences.size > 1, 'the right to seal never changed hands, so nothing was tried');
    },
  },
  F15: {
    title: 'the same key with another ballot, ten devices of one voter at once, amid the load',
    fault: async ({ intake, load, seconds, must }) => {
      for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(200)) {
        const [token, key] = [await intake.voter(), randomUUID()];
        const answers = await Promise.all([0, 1].map((project) => intake.ask(token, key, project)));
        const codes = answers.map(({ rejection, receipt }) => rejection?.code ?? (receipt ? 'RECEIPT' : '?')).sort();
        must(String(codes) === 'IDEMPOTENCY_KEY_REUSED,RECEIPT', `one key, two ballots: ${String(codes)}`);
        const first = answers.find(({ receipt }) => receipt)?.receipt;
        const devices = await Promise.all(Array.from({ length: 10 }, (_, n) => intake.vote(token, { project: n % 3 })));
        load.outcomes.push(...devices);
        if (first)
          load.outcomes.push({ ...devices[0]!, key, receipt: first.leaf, signed: first.signed, refusal: null });
        load.sent += 12;
        must(new Set(devices.map(({ receipt }) => receipt)).size === 10, 'two devices got one receipt');
      }
    },
  },
};
