import { createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectMongo, type OutboxEvent } from '@veche/kit';
import { makeIssuer } from '@veche/kit/testing/tokens';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { auditContest, auditLogs } from '../../services/voting/src/audit/audit.ts';
import { determine } from '../../services/voting/src/count/counting.ts';
import { fileKeys } from '../../services/voting/src/box/keys.ts';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { makeStores, type Stores } from '../../services/voting/src/store.ts';
import { listed, published } from '../../services/voting/test/setup.ts';
import { LogClient } from '../../services/voting/witness/log-client.ts';
import { checkReceipt, parseReceipt } from '../../services/voting/witness/receipt.ts';
import { asMessage, type KafkaSide } from './kafka-side.ts';
import { ServiceChild } from './service-child.ts';

/** What one request for a ballot came to in the end. */
export interface Outcome {
  /** Idempotency key. */
  key: string;
  receipt: string | null;
  /** The signed text of the receipt. */
  signed: string | null;
  refusal: string | null;
  /** Answers until then, the last one included, and how long the slowest of them took. */
  attempts: number;
  slowestMs: number;
  /** When it was asked first, by performance.now(). */
  at: number;
}

export interface Answer {
  receipt: { leaf: string; signed: string } | null;
  rejection: { code: string } | null;
  error: string | null;
}

/** A receipt or a reason; null for "come again". */
function definite({ receipt, rejection }: Answer): Pick<Outcome, 'receipt' | 'signed' | 'refusal'> | null {
  if (receipt) return { receipt: receipt.leaf, signed: receipt.signed, refusal: null };
  return rejection && rejection.code !== 'OVERLOADED' ? { receipt: null, signed: null, refusal: rejection.code } : null;
}

export const issuer = await makeIssuer();
const READY_MS = 30_000;
const QUIET_MS = 60_000;
/** Receipts that are checked by the program of the outsiders; all others are looked up in the log. */
const MOST_CHECKED = 20;

export interface IntakeOptions {
  /** Where the service finds its database, e.g. a proxy. */
  mongodbUri?: string;
  /** The event log; without it the service has one of its own. */
  kafka?: KafkaSide;
  env?: Record<string, string>;
  /** Another replica of the same service: database, keys and contest are shared. */
  beside?: Intake;
  /** When the contest runs; the whole week of the test's contest where none is given. */
  window?: { opensAt: Date; closesAt: Date };
}

export interface Settled {
  violations: string[];
  leaves: string[];
  /** Receipts that do not hold before the program of the outsiders. */
  doubtful: string[];
}

/** A voting service in a process of its own, one open contest, and clients that hold on to their keys until they have an answer. */
export class Intake {
  readonly contest: { contestId: string; projects: string[] };
  readonly database: string;
  readonly keysDir: string;
  readonly child: ServiceChild;
  readonly #options: IntakeOptions;
  static #voters = 0;

  constructor(options: IntakeOptions = {}) {
    const { mongodbUri = TEST_MONGODB_URI, env = {}, beside } = options;
    this.#options = options;
    this.contest = beside?.contest ?? {
      contestId: randomUUID(),
      projects: [randomUUID(), randomUUID(), randomUUID()].sort(),
    };
    this.database = beside?.database ?? `test_faults_${randomBytes(6).toString('hex')}`;
    this.keysDir = beside?.keysDir ?? mkdtempSync(join(tmpdir(), 'veche-faults-'));
    this.child = new ServiceChild('voting', issuer, {
      MONGODB_URI: mongodbUri,
      MONGODB_DATABASE: this.database,
      KAFKA_BROKERS: 'memory:0',
      VOTING_KEYS_DIR: this.keysDir,
      ...env,
    });
  }

  start(failPoint?: string): Promise<void> {
    return this.child.start(failPoint === undefined ? {} : { VECHE_FAIL_POINT: failPoint });
  }

  /** What other services tell of the contest. */
  told(): OutboxEvent[] {
    const { window } = this.#options;
    const contest = published(this.contest, { visibility: 'LIVE' });
    const dates = window && { opensAt: window.opensAt.toISOString(), closesAt: window.closesAt.toISOString() };
    const data = dates ? { ...(contest.data as object), stages: [{ type: 'VOTING', ...dates }] } : contest.data;
    return [{ ...contest, data: data as never }, listed(this.contest)];
  }

  async publish(events: readonly OutboxEvent[], from = 1): Promise<void> {
    const messages = events.map((event, n) => asMessage(event, from + n));
    if (this.#options.kafka) await this.#options.kafka.bus.publish(messages);
    else this.child.send({ publish: messages });
  }

  /** Tells of the contest and waits until it is `status`. */
  async open(status = 'OPEN'): Promise<void> {
    await this.publish(this.told());
    await this.becomes(status);
  }

  becomes(status: string): Promise<void> {
    const { contestId } = this.contest;
    return this.withStores(async ({ votings }) => {
      for (let n = 0; n < 400; n += 1) {
        const { state } = (await votings.load(contestId)) ?? {};
        if (state?.status === status && state.ballot && state.announcement) return;
        await sleep(100);
      }
      throw new Error(`the contest did not become ${status}`);
    });
  }

  kill(): Promise<unknown> {
    return this.child.kill();
  }

  whenGone(): Promise<unknown> {
    return this.child.whenGone();
  }

  voter(): Promise<string> {
    Intake.#voters += 1;
    const claims = { assurance: 'confirmed', birthdate: '1990-05-05', residence: '71876000' } as const;
    return issuer.sign({ ...claims, sub: randomUUID(), roles: ['citizen'], voterKey: `fault-${Intake.#voters}` });
  }

  /** One request; throws when there was no answer. */
  async ask(token: string, key: string, project = 0): Promise<Answer> {
    const { contestId, projects } = this.contest;
    const input = { idempotencyKey: key, contestId, choices: [{ project: projects[project]! }] };
    const response = await fetch(`${this.child.url}/graphql/${CAST_BALLOT_HASH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ variables: { input } }),
      signal: AbortSignal.timeout(READY_MS),
    });
    const { data, errors } = (await response.json()) as any;
    const { receipt = null, rejection = null } = data?.castBallot ?? {};
    return { receipt, rejection, error: errors?.[0]?.extensions.code ?? null };
  }

  /** As a device does: the same key again until there is a receipt or a reason, at most `seconds`. */
  async vote(token: string, { key = randomUUID() as string, project = 0, seconds = 60 } = {}): Promise<Outcome> {
    const at = performance.now();
    const until = at + seconds * 1000;
    const outcome: Outcome = { key, receipt: null, signed: null, refusal: 'UNKNOWN', attempts: 0, slowestMs: 0, at };
    while (performance.now() < until) {
      const begun = performance.now();
      const answer = await this.ask(token, key, project).catch(() => null);
      outcome.attempts += 1;
      outcome.slowestMs = Math.max(outcome.slowestMs, performance.now() - begun);
      const end = answer && definite(answer);
      if (end) return { ...outcome, ...end };
      await sleep(100);
    }
    return outcome;
  }

  async withStores<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const connection = await connectMongo(TEST_MONGODB_URI, this.database);
    try {
      return await work(makeStores(connection));
    } finally {
      await connection.close();
    }
  }

  /** Waits, at most a minute, until the log holds everything that is stored and all of it is told; then what breaks an invariant, and the log. */
  settled(signed: readonly string[] = []): Promise<Settled> {
    return this.withStores(async (stores) => {
      const { contestId: contest } = this.contest;
      for (const end = performance.now() + QUIET_MS; performance.now() < end && !(await isQuiet(stores, contest));)
        await sleep(200);
      const violations = await this.audit(stores);
      const leaves = (await stores.leaves.find({ contest }).lean()).map(({ leaf }) => leaf);
      return { violations, leaves, doubtful: await this.#doubtful(signed) };
    });
  }

  /** What breaks an invariant now. */
  async audit(stores: Stores): Promise<string[]> {
    const voting = (await stores.votings.load(this.contest.contestId))!;
    const now = new Date(voting.state.window!.opensAt.getTime() + 120_000);
    const found = await auditContest(
      {
        stores,
        logKey: createPublicKey(fileKeys(this.keysDir).logKey),
        now,
        stopping: new AbortController().signal,
        determine: (id, state, version) => determine(stores, id, state, version),
      },
      voting,
    );
    return [...found, ...(await auditLogs({ stores, now }))].map(
      ({ invariant, fault, at }) => `${invariant} ${fault} ${at}`,
    );
  }

  async #doubtful(signed: readonly string[]): Promise<string[]> {
    if (signed.length === 0) return [];
    const log = new LogClient(this.child.url);
    const keys = await log.keys();
    const every = Math.ceil(signed.length / MOST_CHECKED);
    const doubtful: string[] = [];
    for (const text of signed.filter((_, n) => n % every === 0)) {
      const findings = await checkReceipt(parseReceipt(text)!, { log, keys, need: 0, now: new Date() });
      const wrong = findings.find(({ verdict }) => verdict !== 0);
      if (wrong) doubtful.push(wrong.text);
    }
    return doubtful;
  }

  async end(): Promise<void> {
    await this.child.end();
    if (this.#options.beside) return;
    const connection = await connectMongo(TEST_MONGODB_URI, this.database);
    await connection.db!.dropDatabase();
    await connection.close();
  }
}

async function isQuiet(stores: Stores, contest: string): Promise<boolean> {
  const mark = await stores.logs.findById(contest).lean();
  const [stored, entries, waiting, tallied] = await Promise.all([
    stores.ballots.countDocuments({ contest }),
    stores.leaves.countDocuments({ contest }),
    stores.votings.model.countDocuments({ outboxSince: { $exists: true } }),
    talliedOf(stores, contest),
  ]);
  const sizes = [stored, mark?.head ?? 0, mark?.next ?? 0, tallied ?? entries];
  return waiting === 0 && sizes.every((size) => size === entries);
}

/** Entries that the live counters hold; null once the result is there, for then nobody moves them on. */
async function talliedOf({ tallies, votings }: Stores, contest: string): Promise<number | null> {
  if ((await votings.load(contest))?.state.status === 'COUNTED') return null;
  return (await tallies.findById(contest).lean())?.shown.size ?? 0;
}
