import { setTimeout as sleep } from 'node:timers/promises';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { kafka } from '../../stand/src/parts/kafka.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import { KafkaSide } from './kafka-side.ts';
import { Load } from './load.ts';
import { OwnPart, type Place } from './own-part.ts';

/** What a case has in its hands while the load goes on. */
export interface Scene {
  intake: Intake;
  /** Between the service and its database. */
  proxy: FaultProxy;
  load: Load;
  mongodb: OwnPart;
  place: Place;
  /** How long the fault lasts. */
  seconds: number;
  /** Only where the case asks for it. */
  kafka: { part: OwnPart; side: KafkaSide } | null;
  /** States what does not hold; the case goes on. */
  must(holds: boolean, otherwise: string): void;
  /** Undone at the end of the case, the last first. */
  defer(undo: () => Promise<unknown>): void;
}

export interface Case {
  title: string;
  kafka?: boolean;
  options?(seconds: number): IntakeOptions;
  /** State that the contest is in when the load begins. */
  begins?: string;
  /** Refusals that are right in this case. */
  mayRefuse?: readonly string[];
  clients?: number;
  pauseMs?: number;
  fault(scene: Scene): Promise<void>;
  /** Once the load has ended and all is quiet. */
  after?(scene: Scene): Promise<void>;
}

export interface Row {
  name: string;
  title: string;
  seconds: number;
  sent: number;
  accepted: number;
  refused: number;
  unknown: number;
  recoveryMs: number;
  slowestMs: number;
  /** Everything that does not hold. */
  broken: string[];
}

/** How long after its end a fault may still be felt (I10). */
const HEALED_MS = 60_000;

/** Steady load, the fault, its end, quiet, then every receipt against the log and all invariants. */
export async function play(name: string, one: Case, given: Pick<Scene, 'mongodb' | 'place' | 'seconds'>): Promise<Row> {
  const begun = performance.now();
  const undo: (() => Promise<unknown>)[] = [];
  const broken: string[] = [];
  try {
    const scene = await set(one, { ...given, undo, broken });
    const { load, intake } = scene;
    const recoveryMs = await suffer(one, scene);
    const { violations, leaves, doubtful } = await intake.settled([...load.receipts().values()]);
    await one.after?.(scene);
    const numbers = judge(load, leaves, one.mayRefuse ?? [], broken);
    broken.push(...violations.slice(0, 10), ...doubtful.slice(0, 10));
    if (recoveryMs > HEALED_MS) broken.push(`I10 the first vote after the fault took ${recoveryMs.toFixed(0)} ms`);
    const slowestMs = Math.max(0, ...load.outcomes.map((outcome) => outcome.slowestMs));
    return {
      name,
      title: one.title,
      seconds: (performance.now() - begun) / 1000,
      ...numbers,
      recoveryMs,
      slowestMs,
      broken,
    };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

interface Setting {
  mongodb: OwnPart;
  place: Place;
  seconds: number;
  undo: (() => Promise<unknown>)[];
  broken: string[];
}

async function set(one: Case, { mongodb, place, seconds, undo, broken }: Setting): Promise<Scene> {
  const defer = (step: () => Promise<unknown>): void => void undo.push(step);
  const { hostname, port } = new URL(TEST_MONGODB_URI);
  const proxy = await FaultProxy.before(hostname, Number(port));
  defer(() => proxy.close());
  const broker = one.kafka ? await withKafka(place, defer) : null;
  const given = one.options?.(seconds) ?? {};
  const intake = new Intake({
    mongodbUri: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
    ...(broker ? { kafka: broker.side } : {}),
    ...given,
    env: { ...(broker ? { KAFKA_BROKERS: place.urls['kafka']! } : {}), ...given.env },
  });
  await intake.start();
  defer(() => intake.end());
  await intake.open(one.begins);
  const { clients, pauseMs } = one;
  const load = new Load([intake], { ...(clients ? { clients } : {}), ...(pauseMs ? { pauseMs } : {}) });
  const must = (holds: boolean, otherwise: string): void => void (holds || broken.push(otherwise));
  return { intake, proxy, load, mongodb, place, seconds, kafka: broker, must, defer };
}

async function withKafka(place: Place, defer: Scene['defer']): Promise<NonNullable<Scene['kafka']>> {
  const part = await OwnPart.start(kafka, place);
  defer(() => part.stop());
  const side = new KafkaSide(place.urls['kafka']!);
  defer(() => side.bus.close());
  return { part, side };
}

/** Gives how long the first vote after the fault took. */
async function suffer(one: Case, scene: Scene): Promise<number> {
  const { load, intake, proxy } = scene;
  await sleep(3_000);
  try {
    await one.fault(scene);
    proxy.thaw();
    proxy.delay(0);
    const healed = performance.now();
    await load.probe(intake);
    const recovery = performance.now() - healed;
    await sleep(2_000);
    return recovery;
  } finally {
    await load.stop();
  }
}

function judge(load: Load, leaves: readonly string[], mayRefuse: readonly string[], broken: string[]) {
  const receipts = load.receipts();
  const there = new Set(leaves);
  const lost = [...receipts.keys()].filter((leaf) => !there.has(leaf));
  const refused = load.outcomes.filter(({ refusal }) => refusal !== null && refusal !== 'UNKNOWN');
  const wrongly = refused.filter(({ refusal }) => !mayRefuse.includes(refusal!));
  const unknown = load.outcomes.filter(({ refusal }) => refusal === 'UNKNOWN').length;
  const must = (holds: boolean, otherwise: string): void => void (holds || broken.push(otherwise));
  must(receipts.size > 0, 'nothing was accepted');
  must(lost.length === 0, `I1 ${lost.length} receipts are not in the log: ${lost.slice(0, 3).join(', ')}`);
  must(there.size === receipts.size, `I2 the log has ${there.size} entries, clients hold ${receipts.size} receipts`);
  must(wrongly.length === 0, `${wrongly.length} refused without reason: ${wrongly[0]?.refusal}`);
  must(unknown === 0, `I9 ${unknown} without a definite answer after all retries`);
  must(load.differing === 0, `I9 ${load.differing} repetitions were answered otherwise`);
  return { sent: load.sent, accepted: receipts.size, refused: refused.length, unknown };
}
