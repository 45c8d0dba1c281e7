import { publicHex } from '@veche/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Witness } from '../config.ts';
import { consistencyPath, inclusionPath } from '../domain/merkle.ts';
import { leafPrefix } from '../domain/record.ts';
import type { KeyPort } from '../box/keys.ts';
import { entries, entryOf, hashesOfRanges, headsSince, lastHead, LogDamaged, published, witnessedHead } from './log.ts';
import { openRefusal as refusal } from './open-log-messages.ts';
import type { Head, Leaf, Stores } from '../store.ts';

const CONTESTS_AT_ONCE = 100;
const HEADS_AT_ONCE = 1000;
const ENTRIES_AT_ONCE = 4096;

export interface OpenLogParts {
  stores: Stores;
  keys: KeyPort;
  witnesses: readonly Witness[];
}

type Request = FastifyRequest<{ Params: { contest: string }; Querystring: Record<string, string> }>;
type Answer = object | Promise<object>;

/** What anybody may ask of the log without signing in: heads, entries, proofs and keys, everything that is needed to check the operator. */
export function openLog(parts: OpenLogParts): (app: FastifyInstance) => void {
  const routes: Record<string, (request: Request, reply: FastifyReply) => Answer> = {
    '/open/contests': (request) => contests(parts, request),
    '/open/keys': () => keysOf(parts),
    '/open/contests/:contest/head': (request) => head(parts, request),
    '/open/contests/:contest/heads': (request) => heads(parts, request),
    '/open/contests/:contest/entries': (request, reply) => leaves(parts, request, reply),
    '/open/contests/:contest/inclusion': (request, reply) => inclusion(parts, request, reply),
    '/open/contests/:contest/consistency': (request, reply) => consistency(parts, request, reply),
  };
  return (app) => {
    for (const [url, answer] of Object.entries(routes))
      app.get(url, async (request, reply) => {
        // A second old at most, unless the answer can never change; an error is not kept.
        void reply.header('cache-control', 'public, max-age=1');
        try {
          check(request as Request);
          return await answer(request as Request, reply);
        } catch (error) {
          void reply.header('cache-control', 'no-store');
          throw error instanceof LogDamaged ? refusal('LOG_DAMAGED', { index: error.index ?? '?' }) : error;
        }
      });
  };
}

/** A parameter given twice would reach the store as a list, and an id with a colon another range than its own. */
function check({ params, query }: Request): void {
  const twice = Object.entries(query).find(([, value]) => typeof value !== 'string');
  if (twice) throw refusal('PARAMETER_REPEATED', { name: twice[0] });
  if (params.contest !== undefined && !/^[0-9a-f-]{36}$/.test(params.contest)) throw refusal('LOG_UNKNOWN');
}

const forEver = (reply: FastifyReply): unknown => reply.header('cache-control', 'public, max-age=31536000, immutable');

/** A whole number of a query between two bounds. */
function whole(
  { query }: Request,
  name: string,
  { from, to, fallback }: { from: number; to: number; fallback?: number },
) {
  const text = query[name];
  if (text === undefined && fallback !== undefined) return fallback;
  const number = /^\d{1,10}$/.test(text ?? '') ? Number(text) : NaN;
  if (!(number >= from && number <= to)) throw refusal('NUMBER_INVALID', { name, from, to });
  return number;
}

async function latest({ stores }: OpenLogParts, contest: string): Promise<Head> {
  const found = await lastHead(stores, contest);
  if (!found) throw refusal('LOG_UNKNOWN');
  return found;
}

/** Contests with a log in the order of their ids, each with its latest head. */
async function contests({ stores }: OpenLogParts, request: Request) {
  const limit = whole(request, 'limit', { from: 1, to: CONTESTS_AT_ONCE, fallback: CONTESTS_AT_ONCE });
  const { after } = request.query;
  const filter = { status: { $ne: 'ANNOUNCED' }, ...(after ? { _id: { $gt: after } } : {}) };
  const found = await stores.votings.find(filter, { sort: { _id: 1 }, limit });
  const listed = await Promise.all(
    found.map(async ({ id, state }) => {
      const last = await lastHead(stores, id);
      return { contest: id, state: state.status, head: last && published(last) };
    }),
  );
  return { contests: listed, next: found.length === limit ? found.at(-1)!.id : null };
}

const keysOf = ({ keys, witnesses }: OpenLogParts) => ({
  log: publicHex(keys.logKey),
  receipt: publicHex(keys.receiptKey),
  witnesses: witnesses.map(({ id, key }) => ({ id, key })),
});

async function head(parts: OpenLogParts, request: Request) {
  const { contest } = request.params;
  const most = parts.witnesses.length;
  const signers = whole(request, 'witnesses', { from: 0, to: most, fallback: 0 });
  const last = await latest(parts, contest);
  if (signers === 0) return published(last);
  const found = await witnessedHead(parts.stores, contest, signers);
  if (!found) throw refusal('HEAD_NOT_WITNESSED');
  return published(found);
}

async function heads(parts: OpenLogParts, request: Request) {
  const { contest } = request.params;
  const { size } = await latest(parts, contest);
  const since = whole(request, 'since', { from: 0, to: size, fallback: 0 });
  const limit = whole(request, 'limit', { from: 1, to: HEADS_AT_ONCE, fallback: HEADS_AT_ONCE });
  return { contest, heads: (await headsSince(parts.stores, contest, since, limit)).map(published) };
}

/** Only what a head commits to: an entry that no head covers yet is not shown. */
async function leaves(parts: OpenLogParts, request: Request, reply: FastifyReply) {
  const { contest } = request.params;
  const { size } = await latest(parts, contest);
  const from = whole(request, 'from', { from: 0, to: size });
  const limit = whole(request, 'limit', { from: 1, to: ENTRIES_AT_ONCE, fallback: ENTRIES_AT_ONCE });
  const to = Math.min(size, from + limit);
  const found = await entries(parts.stores, contest, { from, to });
  if (to - from === limit) forEver(reply);
  return { contest, from, leaves: found };
}

async function inclusion(parts: OpenLogParts, request: Request, reply: FastifyReply) {
  const { contest } = request.params;
  const last = await latest(parts, contest);
  const { index, leaf } = await wanted(parts.stores, request);
  if (index >= last.size) throw refusal('LEAF_NOT_SEALED');
  const size = whole(request, 'size', { from: index + 1, to: last.size, fallback: last.size });
  if (request.query['size']) forEver(reply);
  const path = await hashesOfRanges(parts.stores, contest, inclusionPath(index, size));
  return { contest, index, leaf, path, size };
}

/** The entry that a query names by its leaf or by the tracking code of a receipt. */
async function wanted(stores: Stores, { params: { contest }, query }: Request): Promise<Pick<Leaf, 'index' | 'leaf'>> {
  const { leaf, code } = query;
  if (leaf !== undefined && !/^[0-9a-f]{64}$/.test(leaf)) throw refusal('LEAF_INVALID');
  const prefix = leaf ?? leafPrefix(code ?? '');
  if (!prefix) throw refusal('CODE_INVALID');
  const entry = await entryOf(stores, contest, prefix);
  if (!entry) throw refusal('LEAF_UNKNOWN');
  if (entry.index === null) throw refusal('LEAF_NOT_SEALED');
  return { leaf: entry.leaf, index: entry.index };
}

async function consistency(parts: OpenLogParts, request: Request, reply: FastifyReply) {
  const { contest } = request.params;
  const { size } = await latest(parts, contest);
  const second = whole(request, 'second', { from: 0, to: size });
  const first = whole(request, 'first', { from: 0, to: second });
  const path = await hashesOfRanges(parts.stores, contest, consistencyPath(first, second));
  forEver(reply);
  return { contest, first, path, second };
}
