import { setTimeout as sleep } from 'node:timers/promises';
import { joinLog, LeftUndone, sha256Hex, type Consumer, type EventBus, type Logger, type Metrics } from '@veche/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import type { SharedStore } from './redis.ts';

/** Grows with every change of something public; an answer of an earlier one is not given any more. */
const EPOCH = 'veche:gateway:epoch';
const ANSWER = 'veche:gateway:answer:';
const CACHEABLE = /^max-age=(\d+), public$/;
const LARGEST = 512 * 1024;

/** After these anybody may see something else. Votes are not among them: what changes with each vote is public for seconds only. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  'veche.contests.contest.v1': [
    'ContestPublished',
    'ContestRescheduled',
    'ContestAmended',
    'StageOpened',
    'StageClosed',
    'BallotListApproved',
  ],
  'veche.contests.application.v1': [
    'ApplicationPublished',
    'ApplicationAdmitted',
    'ApplicationRefused',
    'ApplicationWithdrawn',
    'ApplicationDecided',
  ],
  'veche.contests.settings.v1': ['SettingsChanged'],
  'veche.voting.voting.v1': ['VotingOpened', 'VotingClosed', 'ResultDetermined'],
  'veche.registry.project.v1': [
    'ProjectRegistered',
    'ProjectRemoved',
    'ImplementationPlanned',
    'ProgressReported',
    'ProjectCompleted',
  ],
  'veche.identity.person.v1': ['PersonErased'],
};

/** Topics that the gateway reads. */
export const FOLLOWED = Object.keys(CHANGES);

interface Options {
  store: SharedStore;
  metrics: Metrics;
  /** Of the schema and the subgraphs: answers of another one are others. */
  version: string;
}

/** Where an answer that is being made will be kept, if it turns out to be public, and which changes it knows of at the least. */
interface Place {
  key: string;
  epoch: string;
}

/** What Redis has of a question: which changes there were so far, and the answer that is kept, if it knows of all of them. */
interface Found {
  epoch: string;
  kept: Kept | null;
}

interface Kept {
  /** Milliseconds since 1970. */
  at: number;
  maxAge: string;
  type: string;
  body: Buffer;
}

/** Of a name that no root field has: what was asked is not looked at. */
const KEPT = { operation: 'cached', kind: 'query' };

/** Answers of the graph leave with what caches on the way must know: what a signed-in person is answered may be kept nowhere. */
export function addCacheHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.url !== '/graphql') return;
    reply.header('vary', 'origin, authorization, accept');
    if (request.headers.authorization !== undefined) reply.header('cache-control', 'private, no-store');
  });
}

/**
 * Public answers kept in Redis for as long as the subgraphs allow (ADR 32). Only of questions that nobody has signed in for, so whatever is in an answer is for
 * everybody.
 */
export function addPublicCache(app: FastifyInstance, { store, metrics, version }: Options): void {
  const places = new WeakMap<FastifyRequest, Place>();
  const questions = new Counter({
    name: 'veche_gateway_public_answers_total',
    help: 'Questions that nobody has signed in for',
    labelNames: ['from'],
    registers: [metrics.registry],
  });
  const find = finder(store);
  app.addHook('preHandler', async (request, reply) => {
    if (!isAnonymousQuestion(request)) return undefined;
    const key = keyOf(request, version);
    const found = await find(key);
    if (found === null) return undefined;
    const { epoch, kept } = found;
    questions.inc({ from: kept ? 'cache' : 'subgraphs' });
    if (kept) {
      metrics.operation(KEPT, 'ok', reply.elapsedTime / 1000);
      return give(kept, reply);
    }
    places.set(request, { key, epoch });
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const place = places.get(request);
    if (place && typeof payload === 'string') keep(store, place, reply, payload);
  });
}

const isAnonymousQuestion = ({ routeOptions, method, headers, body }: FastifyRequest): boolean =>
  routeOptions.url === '/graphql' &&
  method === 'POST' &&
  headers.authorization === undefined &&
  // Such a request another site cannot make a browser send unasked, so the server's own check would let it through.
  headers['content-type']?.startsWith('application/json') === true &&
  typeof body === 'object' &&
  body !== null &&
  !Array.isArray(body);

function keyOf({ headers, body }: FastifyRequest, version: string): string {
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  return ANSWER + sha256Hex(JSON.stringify([version, headers.accept, query, operationName, variables, extensions]));
}

/** Asks Redis once for all that is asked within a turn of the event loop, and once for all who ask the same. Null while Redis is away. */
function finder(store: SharedStore): (key: string) => Promise<Found | null> {
  let asked = new Map<string, PromiseWithResolvers<Found | null>>();
  const ask = async (): Promise<void> => {
    const waiting = [...asked];
    asked = new Map();
    const found = await store.ask((redis) => redis.mgetBuffer(EPOCH, ...waiting.map(([key]) => key)));
    const epoch = found?.[0]?.toString() ?? '0';
    for (const [n, [, { resolve }]] of waiting.entries()) resolve(found && read(epoch, found[n + 1]));
  };
  return (key) => {
    if (asked.size === 0) setImmediate(() => void ask());
    const one = asked.get(key) ?? Promise.withResolvers<Found | null>();
    asked.set(key, one);
    return one.promise;
  };
}

/** `<epoch> <kept at> <max-age> <content type>`, then the body. */
function keep(store: SharedStore, { key, epoch }: Place, reply: FastifyReply, body: string): void {
  const seconds = Number(CACHEABLE.exec(String(reply.getHeader('cache-control')))?.[1] ?? 0);
  if (reply.statusCode !== 200 || seconds === 0 || body.length > LARGEST) return;
  const head = `${epoch} ${Date.now()} ${seconds} ${String(reply.getHeader('content-type'))}`;
  void store.ask((redis) => redis.set(key, `${head}\n${body}`, 'EX', seconds));
}

/** The body stays the bytes that it is: to make a text of it and bytes of the text again costs more than all the rest. */
function read(epoch: string, kept: Buffer | null | undefined): Found {
  if (!kept) return { epoch, kept: null };
  const end = kept.indexOf('\n');
  const [of, at, maxAge, ...type] = kept.toString('latin1', 0, end).split(' ');
  if (of !== epoch) return { epoch, kept: null };
  return { epoch, kept: { at: Number(at), maxAge: maxAge!, type: type.join(' '), body: kept.subarray(end + 1) } };
}

function give({ at, maxAge, type, body }: Kept, reply: FastifyReply): FastifyReply {
  const age = Math.max(0, Math.floor((Date.now() - at) / 1000));
  return reply.header('cache-control', `max-age=${maxAge}, public`).header('age', age).type(type).send(body);
}

const AGAIN_MS = 1_000;

interface FollowOptions {
  bus: EventBus;
  store: SharedStore;
  log: Logger;
  metrics: Metrics;
}

/** Forgets public answers when something public changes; replicas share the work, for they share the answers. */
export function followChanges({ bus, store, log, metrics }: FollowOptions): { close(): Promise<void> } {
  let ended = false;
  /** Redis that is away for a moment comes back with the answers that it had: until they are forgotten nobody has taken the change. */
  const forget = async (): Promise<void> => {
    while ((await store.ask((redis) => redis.incr(EPOCH))) === null) {
      if (ended) throw new LeftUndone('the answers are not forgotten yet');
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  };
  const consumers = consumersOf(forget);
  metrics.expect(consumers);
  const joining = joinLog({ bus, group: 'gateway', topics: FOLLOWED, consumers, log, observer: metrics.consumer });
  return {
    async close() {
      ended = true;
      // The bus gives up what it cannot take leave of.
      await Promise.race([joining.stop(), bus.close()]);
    },
  };
}

const consumersOf = (handle: Consumer['handle']): Consumer[] =>
  Object.entries(CHANGES).flatMap(([topic, names]) =>
    names.map((name) => ({ topic, type: `veche.${topic.split('.')[1]}.${name}`, handle })),
  );
