import { fork, type ChildProcess } from 'node:child_process';
import { createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectMongo } from '@veche/kit';
import { makeIssuer } from '@veche/kit/testing/tokens';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { auditContest } from '../../services/voting/src/audit/audit.ts';
import { determine } from '../../services/voting/src/count/counting.ts';
import { fileKeys } from '../../services/voting/src/box/keys.ts';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { makeStores } from '../../services/voting/src/store.ts';

/** What one request for a ballot came to in the end. */
export interface Outcome {
  /** Idempotency key. */
  key: string;
  receipt: string | null;
  refusal: string | null;
  /** Answers until then, the last one included, and how long the slowest of them took. */
  attempts: number;
  slowestMs: number;
}

export interface Answer {
  receipt: { leaf: string; signed: string } | null;
  rejection: { code: string } | null;
  error: string | null;
}

/** A receipt or a reason; null for "come again". */
function definite({ receipt, rejection }: Answer): Pick<Outcome, 'receipt' | 'refusal'> | null {
  if (receipt) return { receipt: receipt.leaf, refusal: null };
  return rejection && rejection.code !== 'OVERLOADED' ? { receipt: null, refusal: rejection.code } : null;
}

const issuer = await makeIssuer();
const READY_MS = 30_000;

/** A voting service in a process of its own, one open contest, and clients that hold on to their keys until they have an answer. */
export class Intake {
  readonly contest = { contestId: randomUUID(), projects: [randomUUID(), randomUUID(), randomUUID()].sort() };
  readonly database = `test_faults_${randomBytes(6).toString('hex')}`;
  readonly keysDir = mkdtempSync(join(tmpdir(), 'veche-faults-'));
  readonly #mongodbUri: string;
  #child: ChildProcess | null = null;
  #url = '';
  #voters = 0;

  /** `mongodbUri` is where the service finds its database, e.g. a proxy. */
  constructor(mongodbUri = TEST_MONGODB_URI) {
    this.#mongodbUri = mongodbUri;
  }

  async start(failPoint = ''): Promise<void> {
    const child = fork(new URL('voting-process.ts', import.meta.url), [issuer.issuer, JSON.stringify(issuer.jwks)], {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: '0',
        MONGODB_URI: this.#mongodbUri,
        MONGODB_DATABASE: this.database,
        KAFKA_BROKERS: 'memory:0',
        TOKEN_ISSUER: issuer.issuer,
        TOKEN_JWKS_URL: `${issuer.issuer}/certs`,
        VOTING_KEYS_DIR: this.keysDir,
        VECHE_FAIL_POINT: failPoint,
      },
    });
    this.#child = child;
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`voting ended with ${code}`)));
    ended.catch(() => {});
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
    this.#url = `http://127.0.0.1:${port}/graphql/${CAST_BALLOT_HASH}`;
  }

  async open(): Promise<void> {
    const opened = once(this.#child!, 'message');
    this.#child!.send({ open: this.contest });
    await opened;
  }

  kill(): Promise<unknown> {
    const gone = this.whenGone();
    this.#child!.kill('SIGKILL');
    return gone;
  }

  whenGone(): Promise<unknown> {
    const child = this.#child!;
    return child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  }

  voter(): Promise<string> {
    this.#voters += 1;
    const claims = { assurance: 'confirmed', birthdate: '1990-05-05', residence: '71876000' } as const;
    return issuer.sign({ ...claims, sub: randomUUID(), roles: ['citizen'], voterKey: `fault-${this.#voters}` });
  }

  /** One request; throws when there was no answer. */
  async ask(token: string, key: string, project = 0): Promise<Answer> {
    const { contestId, projects } = this.contest;
    const input = { idempotencyKey: key, contestId, choices: [{ project: projects[project]! }] };
    const response = await fetch(this.#url, {
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
    const until = performance.now() + seconds * 1000;
    const outcome: Outcome = { key, receipt: null, refusal: 'UNKNOWN', attempts: 0, slowestMs: 0 };
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

  /** Waits until the log holds everything that is stored, at most half a minute; then what breaks an invariant, and the leaves of the log. */
  async settled(): Promise<{ violations: string[]; leaves: string[] }> {
    const connection = await connectMongo(TEST_MONGODB_URI, this.database);
    try {
      const stores = makeStores(connection);
      const { contestId: contest } = this.contest;
      for (let n = 0; n < 150 && !(await isQuiet()); n += 1) await sleep(200);
      const voting = (await stores.votings.load(contest))!;
      const found = await auditContest(
        {
          stores,
          logKey: createPublicKey(fileKeys(this.keysDir).logKey),
          now: new Date(voting.state.window!.opensAt.getTime() + 120_000),
          stopping: new AbortController().signal,
          determine: (id, state, version) => determine(stores, id, state, version),
        },
        voting,
      );
      const leaves = (await stores.leaves.find({ contest }).lean()).map(({ leaf }) => leaf);
      return { violations: found.map(({ invariant, fault, at }) => `${invariant} ${fault} ${at}`), leaves };
      async function isQuiet(): Promise<boolean> {
        const mark = await stores.logs.findById(contest).lean();
        const [stored, entries] = await Promise.all([
          stores.ballots.countDocuments({ contest }),
          stores.leaves.countDocuments({ contest }),
        ]);
        return stored === entries && (mark?.head ?? 0) === entries;
      }
    } finally {
      await connection.close();
    }
  }

  async end(): Promise<void> {
    if (this.#child?.connected) this.#child.send({});
    await this.whenGone();
    const connection = await connectMongo(TEST_MONGODB_URI, this.database);
    await connection.db!.dropDatabase();
    await connection.close();
  }
}
