import { createPublicKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectMongo } from '@veche/kit';
import type { State } from '../../stand/src/state.ts';
import { auditContest } from '../../services/voting/src/audit/audit.ts';
import { fileKeys } from '../../services/voting/src/box/keys.ts';
import { determine } from '../../services/voting/src/count/counting.ts';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { makeStores } from '../../services/voting/src/store.ts';
import { listed, published } from '../../services/voting/test/setup.ts';
import { LogClient } from '../../services/voting/witness/log-client.ts';
import { checkReceipt, parseReceipt } from '../../services/voting/witness/receipt.ts';
import { eventually } from '../journeys/platform.ts';
import { resident } from '../journeys/story/people.ts';
import type { Session, StandState } from '../login/driver.ts';
import { asMessage, KafkaSide } from './kafka-side.ts';

const VOTERS = 12;
const PATIENCE_MS = 180_000;
/** Receipts that the outsiders' program checks by proof; every one is looked for in the log. */
const PROVEN = 60;

/** What is needed of a running platform: addresses, and the keys of voting to look behind the scenes. */
export type Running = Pick<State, 'urls' | 'secrets'>;

interface Held {
  leaf: string;
  signed: string;
}

interface Answer {
  data?: { castBallot?: { receipt: Held | null; rejection: { code: string } | null } };
  errors?: { extensions: { code: string } }[];
}

/** What the clients of the whole platform went through. */
export class Voters {
  readonly held: Held[] = [];
  sent = 0;
  unknown = 0;
  slowestMs = 0;
  readonly refused: string[] = [];
  /** Requests that had to be repeated, by what was in the way. */
  readonly repeated = new Map<string, number>();
  readonly #url: string;
  readonly #contest: { contestId: string; projects: string[] };

  constructor(gateway: string, contest: { contestId: string; projects: string[] }) {
    this.#url = `${gateway}/graphql/${CAST_BALLOT_HASH}`;
    this.#contest = contest;
  }

  /** One vote with one key until there is a receipt or a reason; true when there is a receipt. */
  async vote(session: Session, key: string = randomUUID(), project = 0): Promise<boolean> {
    const begun = performance.now();
    while (performance.now() - begun < PATIENCE_MS) {
      const asked = performance.now();
      this.sent += 1;
      const answer = await this.#ask(session, key, project).catch(failed);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - asked);
      const { receipt, rejection } = answer.data?.castBallot ?? {};
      if (receipt) {
        this.held.push(receipt);
        return true;
      }
      if (rejection && rejection.code !== 'OVERLOADED') {
        this.refused.push(rejection.code);
        return false;
      }
      const reason = reasonOf(answer);
      this.repeated.set(reason, (this.repeated.get(reason) ?? 0) + 1);
      await sleep(200);
    }
    this.unknown += 1;
    return false;
  }

  async #ask(session: Session, key: string, project: number): Promise<Answer> {
    const { contestId, projects } = this.#contest;
    const input = { idempotencyKey: key, contestId, choices: [{ project: projects[project % 3] }] };
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await session.token()}` },
      body: JSON.stringify({ variables: { input } }),
      signal: AbortSignal.timeout(15_000),
    });
    return (await response.json()) as Answer;
  }
}

const reasonOf = ({ data, errors }: Answer): string =>
  errors?.[0]?.extensions.code ?? data?.castBallot?.rejection?.code ?? 'no answer';

/** What came instead of an answer, in the shape of one. */
const failed = (error: Error & { cause?: { code?: string } }): Answer => ({
  errors: [{ extensions: { code: error.cause?.code ?? error.name } }],
});

/** Tells the platform of a contest as its organiser's service would, and signs people in through Keycloak and ESIA. */
export async function openVote(state: Running, contest: { contestId: string; projects: string[] }): Promise<Session[]> {
  const kafka = new KafkaSide(state.urls['kafka']!);
  const from = Date.now();
  const stages = [
    {
      type: 'VOTING',
      opensAt: new Date(from - 60_000).toISOString(),
      closesAt: new Date(from + 86_400_000).toISOString(),
    },
  ];
  const told = published(contest, { visibility: 'LIVE' });
  const open_ = { ...told, data: { ...(told.data as object), stages } as never };
  await kafka.bus.publish([open_, listed(contest)].map((event, n) => asMessage(event, n + 1)));
  await kafka.bus.close();
  const sessions: Session[] = [];
  for (let n = 1; n <= VOTERS; n += 1) sessions.push(await resident(state as unknown as StandState, `citizen-${n}`));
  await eventually('the vote is open', async () => {
    const answer = await fetch(`${state.urls['gateway']}/live/contests/${contest.contestId}/snapshot`);
    return answer.ok && ((await answer.json()) as { state: string }).state === 'OPEN';
  });
  return sessions;
}

/** Every receipt against the open log, a part of them by proof against the head of both witnesses; then the invariants. */
export async function compare(state: Running, contest: string, { held, refused, unknown }: Voters): Promise<string[]> {
  const receipts = new Map(held.map(({ leaf, signed }) => [leaf, signed]));
  const log = new LogClient(state.urls['gateway']!);
  const head = await eventually(
    'both witnesses signed a head over all receipts',
    async () => {
      const one = await log.head(contest, 2);
      return one.size >= receipts.size && one;
    },
    120,
  );
  const entries = new Set(await log.entries(contest, 0, head.size));
  const lost = [...receipts.keys()].filter((leaf) => !entries.has(leaf));
  const keys = await log.keys();
  const broken: string[] = [];
  const every = Math.ceil(receipts.size / PROVEN);
  let proven = 0;
  for (const text of [...receipts.values()].filter((_, n) => n % every === 0)) {
    const findings = await checkReceipt(parseReceipt(text)!, { log, keys, need: 2, now: new Date() });
    const wrong = findings.find(({ verdict }) => verdict !== 0);
    if (wrong) broken.push(wrong.text);
    else proven += 1;
  }
  console.log(
    `  receipts held ${receipts.size}, in the log ${receipts.size - lost.length}, entries of the log ${entries.size}; proven against a head of both witnesses ${proven}`,
  );
  if (lost.length > 0) broken.push(`I1 ${lost.length} receipts are not in the log`);
  if (entries.size !== receipts.size) broken.push(`I2 ${entries.size} entries, ${receipts.size} receipts`);
  if (unknown > 0) broken.push(`I9 ${unknown} without a definite answer`);
  if (refused.length > 0) broken.push(`${refused.length} refused: ${refused[0]}`);
  return [...broken, ...(await audited(state, contest))];
}

async function audited(state: Running, contest: string): Promise<string[]> {
  const connection = await connectMongo(state.urls['mongodb']!, 'veche_voting');
  try {
    const stores = makeStores(connection);
    const found = await auditContest(
      {
        stores,
        logKey: createPublicKey(fileKeys(join(state.secrets, 'voting')).logKey),
        now: new Date(),
        stopping: new AbortController().signal,
        determine: (id, voting, version) => determine(stores, id, voting, version),
      },
      (await stores.votings.load(contest))!,
    );
    return found.slice(0, 10).map(({ invariant, fault, at }) => `${invariant} ${fault} ${at}`);
  } finally {
    await connection.close();
  }
}
