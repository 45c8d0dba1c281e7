import { sha256Hex, type Aggregate } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Voting } from '../domain/voting.ts';
import { entriesAt, lastHead, LogDamaged } from '../log/log.ts';
import { openRefusal } from '../log/open-log-messages.ts';
import type { Stores } from '../store.ts';
import { shownTally } from './tallying.ts';

const ONLINE = 'online';

type Request = FastifyRequest<{ Params: { contest: string } }>;

/** What anybody may see of a running vote, as one small document for each signed head; gateways ask for it once a second and spread it. */
export function live(stores: Stores): (app: FastifyInstance) => void {
  return (app) => {
    app.get('/live/contests/:contest/snapshot', async (request: Request, reply) => answer(stores, request, reply));
  };
}

async function answer(stores: Stores, { params: { contest }, headers }: Request, reply: FastifyReply) {
  const found = /^[0-9a-f-]{36}$/.test(contest) ? await stores.votings.load(contest) : null;
  if (!found?.state.announcement || !found.state.window) throw openRefusal('LOG_UNKNOWN');
  const body = await snapshot(stores, found).catch((error: unknown) => {
    throw error instanceof LogDamaged ? openRefusal('LOG_DAMAGED', { index: error.index ?? '?' }) : error;
  });
  // Equal bytes have an equal tag on every replica, so that a listener who comes back elsewhere is recognised.
  const etag = `"${sha256Hex(body).slice(0, 32)}"`;
  void reply.header('etag', etag).header('cache-control', 'public, max-age=1');
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('application/json').send(body);
}

async function snapshot(stores: Stores, { id: contest, state: voting }: Aggregate<Voting>): Promise<string> {
  const head = await lastHead(stores, contest);
  const size = head?.size ?? 0;
  const [last] = size > 0 ? await entriesAt(stores, contest, { from: size - 1, to: size }) : [];
  const superseded = last?.superseded ?? 0;
  return canonicalJson({
    contest,
    state: voting.status,
    opensAt: voting.window!.opensAt.toISOString(),
    closesAt: voting.window!.closesAt.toISOString(),
    // Whatever is told here is of the entries under this head.
    head: head && { root: head.root, size, time: head.time },
    turnout: { accepted: size, counted: size - superseded, superseded },
    tally: await tallyView(stores, contest, voting),
    resultVersion: voting.resultVersion,
  });
}

/** Null while the rule hides it: not even whether there are counters can be told from the answer. */
async function tallyView(stores: Stores, contest: string, { announcement, ballot }: Voting) {
  if (announcement!.resultsVisibility !== 'LIVE' || !ballot) return null;
  const { size, lines, channels } = await shownTally(stores, contest);
  const counted = [...channels.values()].reduce((sum, n) => sum + n, 0);
  const online = channels.get(ONLINE) ?? 0;
  return {
    size,
    online,
    elsewhere: counted - online,
    projects: ballot.map(({ applicationId: application, number }) => {
      const { score = 0, voters = 0, against = 0 } = lines.get(application) ?? {};
      return { application, number, score, voters, against };
    }),
  };
}
