import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxEvent } from '@veche/kit';
import { rescheduled } from '../../../services/voting/test/setup.ts';
import type { Case, Scene } from '../case.ts';
import { Intake, type Outcome } from '../intake.ts';

/** Of the test's contest, in milliseconds. */
const GRACE_MS = 5_000;
const TEN_MINUTES = 600_000;
const DAY_MS = 86_400_000;
/** Between the decision that a vote is closed and the moment when every replica knows of it. */
const TOLD_MS = 1_500;
/** Clocks of Central Europe go from two to three. */
const SUMMER_TIME = Date.parse('2026-03-29T01:00:00Z');

let distance = 0;
let window = { opensAt: new Date(0), closesAt: new Date(0) };
const now = (): number => Date.now() + distance;

export const clock: Record<string, Case> = {
  F8: {
    title: 'clocks ten minutes fast and slow, a jump back after the close, the change to summer time amid the vote',
    options: () => {
      distance = SUMMER_TIME - DAY_MS - Date.now();
      window = { opensAt: new Date(SUMMER_TIME + DAY_MS), closesAt: new Date(SUMMER_TIME + 2 * DAY_MS) };
      return { window, env: { FAULT_CLOCK_MS: String(distance), TZ: 'Europe/Berlin' } };
    },
    begins: 'ANNOUNCED',
    mayRefuse: ['VOTING_NOT_OPEN', 'VOTING_CLOSED'],
    pauseMs: 100,
    clients: 6,
    fault: wrongClocks,
  },
  F14: {
    title: 'votes across the closing instant, which is moved two seconds before it comes',
    options: () => {
      distance = 0;
      window = { opensAt: new Date(now() - 60_000), closesAt: new Date(now() + DAY_MS) };
      return { window, env: { FAULT_CLOCK_MS: '0' } };
    },
    mayRefuse: ['VOTING_CLOSED'],
    pauseMs: 20,
    fault: async ({ intake, load, seconds, must }) => {
      const first = new Date(now() + 4_000 + seconds * 500);
      await intake.publish([movedTo(intake, first)], 8);
      await sleep(first.getTime() - now() - 2_000);
      const closesAt = new Date(first.getTime() + seconds * 500);
      await intake.publish([movedTo(intake, closesAt)], 9);
      await sleep(closesAt.getTime() - now() + GRACE_MS + 3_000);
      const wall = wallOf();
      const refused = load.outcomes.filter(({ refusal }) => refusal !== null);
      must(refused.length > 0, 'nothing was refused, so the close was not tried');
      must(
        refused.every(({ at }) => wall(at) > closesAt.getTime()),
        'refused as late before the close',
      );
      const late = load.outcomes.filter(({ receipt, at }) => receipt && wall(at) >= closesAt.getTime() + GRACE_MS);
      must(late.length === 0, `${late.length} accepted after close and grace`);
      await intake.becomes('COUNTED');
    },
  },
};

/** The decision that moves the vote to the window's opening and this close. */
function movedTo({ contest }: Intake, closesAt: Date): OutboxEvent {
  const moved = rescheduled(contest, closesAt);
  const dates = { opensAt: window.opensAt.toISOString(), closesAt: closesAt.toISOString() };
  return { ...moved, data: { ...(moved.data as object), stages: [{ type: 'VOTING', ...dates }] } as never };
}

/** Turns a moment of performance.now() into the time of the clock. */
function wallOf(): (at: number) => number {
  const base = now() - performance.now();
  return (at) => base + at;
}

/** Three replicas; once all of them run, the clocks are set and the vote is moved to now, with the change to summer time in its middle. */
async function threeClocks({ intake, seconds, defer }: Scene) {
  const beside = async (): Promise<Intake> => {
    const env = { FAULT_CLOCK_MS: String(distance), TZ: 'Europe/Berlin' };
    const one = new Intake({ beside: intake, window, env });
    await one.start();
    defer(() => one.end());
    return one;
  };
  const [fast, slow] = [await beside(), await beside()];
  const lead = 6_000;
  distance = SUMMER_TIME - (seconds * 1000) / 2 - lead - Date.now();
  intake.child.send({ clock: distance });
  fast.child.send({ clock: distance + TEN_MINUTES });
  slow.child.send({ clock: distance - TEN_MINUTES });
  window.opensAt.setTime(now() + lead);
  window.closesAt.setTime(now() + lead + seconds * 1000);
  await intake.publish([movedTo(intake, window.closesAt)], 9);
  return { fast, slow };
}

async function wrongClocks(scene: Scene): Promise<void> {
  const { intake, load, seconds, must } = scene;
  const { fast, slow } = await threeClocks(scene);
  const asked: { by: string; outcome: Outcome }[] = [];
  const wall = wallOf();
  const end = window.closesAt.getTime() + GRACE_MS + 6_000;
  let jumped = false;
  while (now() < end) {
    for (const [by, one] of [
      ['fast', fast],
      ['slow', slow],
      ['right', intake],
    ] as const) {
      const outcome = await load.probe(one);
      asked.push({ by, outcome });
    }
    // Whoever sets a clock back after the close opens nothing again.
    if (!jumped && now() > window.closesAt.getTime() + GRACE_MS + TOLD_MS) {
      jumped = true;
      intake.child.send({ clock: distance - TEN_MINUTES });
    }
    await sleep(150);
  }
  intake.child.send({ clock: distance });
  const taken = [...asked.map(({ outcome }) => outcome), ...load.outcomes].filter(({ receipt }) => receipt !== null);
  const early = taken.filter(({ at }) => wall(at) + 1_000 < window.opensAt.getTime());
  const late = taken.filter(({ at }) => wall(at) > window.closesAt.getTime() + GRACE_MS + TOLD_MS);
  must(early.length === 0, `${early.length} accepted before the opening`);
  must(late.length === 0, `${late.length} accepted after close and grace`);
  const inTime = asked.filter(({ by, outcome }) => by === 'right' && outcome.receipt);
  must(inTime.length > 0, `the right clock accepted nothing in ${seconds} s`);
  const before = asked.filter(({ by, outcome }) => by === 'fast' && wall(outcome.at) < window.opensAt.getTime());
  must(before.length > 0, 'the fast clock was not asked before the opening');
  await intake.becomes('COUNTED');
}
