import { setTimeout as sleep } from 'node:timers/promises';
import { sha256Hex, type Consumer, type EventBus, type Logger } from '@veche/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, type Registry } from 'prom-client';
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
  registry: Registry;
  /** Of the schema and the subgraphs: answers of another one are others. */
  version: string;
}

/** Where an answer that is being made will be kept, if it turns out to be public, and which changes it knows of at the least. */
interface Place {
  key: string;
  epoch: string;
}

/**
 * Public answers kept in Redis for as long as the subgraphs allow (ADR 32). Only of questions that nobody has signed in for, so whatever is in an answer is for
 * everybody; what a signed-in person is answered is neither kept here nor may be kept on the way.
 */
export function addPublicCache(app: FastifyInstance, { store, registry, version }: Options): void {
  const places = new WeakMap<FastifyRequest, Place>();
  const questions = new Counter({
    name: 'veche_gateway_public_answers_total',
    help: 'Questions that nobody has signed in for',
    labelNames: ['from'],
    registers: [registry],
  });
  app.addHook('preHandler', async (request, reply) => {
    if (!isAnonymousQuestion(request)) return undefined;
    const key = keyOf(request, version);
    const found = await store.ask((redis) => redis.mget(EPOCH, key));
    if (found === null) return undefined;
    const [epoch, kept] = [found[0] ?? '0', found[1] ?? ''];
    const isFresh = kept.startsWith(`${epoch} `);
    questions.inc({ from: isFresh ? 'cache' : 'subgraphs' });
    if (isFresh) return give(kept, reply);
    places.set(request, { key, epoch });
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.url !== '/graphql') return;
    reply.header('vary', 'origin, authorization, accept');
    if (request.headers.authorization !== undefined) reply.header('cache-control', 'private, no-store');
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
  !Array.isArray(body);

function keyOf({ headers, body }: FastifyRequest, version: string): string {
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  return ANSWER + sha256Hex(JSON.stringify([version, headers.accept, query, operationName, variables, extensions]));
}

/** `<epoch> <kept at> <max-age> <content type>`, then the body. */
function keep(store: SharedStore, { key, epoch }: Place, reply: FastifyReply, body: string): void {
  const seconds = Number(CACHEABLE.exec(String(reply.getHeader('cache-control')))?.[1] ?? 0);
  if (reply.statusCode !== 200 || seconds === 0 || body.length > LARGEST) return;
  const head = `${epoch} ${Date.now()} ${seconds} ${String(reply.getHeader('content-type'))}`;
  void store.ask((redis) => redis.set(key, `${head}\n${body}`, 'EX', seconds));
}

function give(kept: string, reply: FastifyReply): FastifyReply {
  const end = kept.indexOf('\n');
  const [, at, seconds, ...type] = kept.slice(0, end).split(' ');
  const age = Math.max(0, Math.floor((Date.now() - Number(at)) / 1000));
  return reply
    .header('cache-control', `max-age=${seconds}, public`)
    .header('age', age)
    .type(type.join(' '))
    .send(kept.slice(end + 1));
}

const RETRY_MS = 10_000;

/** Forgets public answers when something public changes; replicas share the work, for they share the answers. */
export class ChangeFollower {
  readonly #bus: EventBus;
  readonly #store: SharedStore;
  readonly #log: Logger;
  readonly #following: Promise<void>;
  #ended = false;

  constructor(bus: EventBus, store: SharedStore, log: Logger) {
    this.#bus = bus;
    this.#store = store;
    this.#log = log;
    this.#following = this.#follow();
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#bus.close();
    await this.#following;
  }

  /** An event log that is away at the start is looked for again; the gateway does not wait for it. */
  async #follow(): Promise<void> {
    while (!this.#ended) {
      try {
        await this.#bus.ensureTopics(FOLLOWED);
        await this.#bus.subscribe({ group: 'gateway', consumers: this.#consumers() });
        return;
      } catch (error) {
        if (!this.#ended) this.#log.warn({ err: error }, 'changes are not followed yet');
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  #consumers(): Consumer[] {
    const handle = async (): Promise<void> => {
      // Without Redis there is nothing to forget: it comes back empty or with what is too old by then.
      await this.#store.ask((redis) => redis.incr(EPOCH));
    };
    return Object.entries(CHANGES).flatMap(([topic, names]) =>
      names.map((name) => ({ topic, type: `veche.${topic.split('.')[1]}.${name}`, handle })),
    );
  }
}
