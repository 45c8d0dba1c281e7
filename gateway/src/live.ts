import { routeError } from '@veche/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Gauge, type Registry } from 'prom-client';
import { subscriberOf, type TrustedProxies } from '@veche/kit/client-address';
import type { SubgraphPool } from './data-source.ts';
import { LiveFeed, makeSnapshot, type Asked } from './live-feed.ts';

export interface LiveOptions {
  pool: SubgraphPool;
  /** Addresses of the subgraphs by name. */
  addresses: ReadonlyMap<string, string>;
  registry: Registry;
  proxies: TrustedProxies;
  /** Streams at once on this process, and of one subscriber. */
  maxListeners: number;
  maxPerAddress: number;
}

type Request = FastifyRequest<{ Params: { contest: string } }>;

const EVERY_MS = 1_000;
/** Contests that are followed at once. */
const MOST_FEEDS = 1_000;
const RETRY_AFTER_S = 5;

/** Running votes for anybody, without signing in: a stream of whole snapshots, and the same snapshot for those who poll (ADR 14). */
export function addLive(app: FastifyInstance, options: LiveOptions): { close(): void } {
  const hub = new Hub(options);
  app.get('/live/contests/:contest', { exposeHeadRoute: false }, (request: Request, reply) =>
    hub.listen(request, reply),
  );
  app.get('/live/contests/:contest/snapshot', (request: Request, reply) => hub.snapshot(request, reply));
  app.addHook('preClose', async () => hub.close());
  return hub;
}

class Hub {
  readonly #options: LiveOptions;
  readonly #feeds = new Map<string, LiveFeed>();
  readonly #bySubscriber = new Map<string, number>();
  readonly #dropped: Counter;
  #listeners = 0;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    const registers = [options.registry];
    const listeners = (): number => this.#listeners;
    new Gauge({
      name: 'veche_live_listeners',
      help: 'Open streams of running votes',
      registers,
      collect() {
        this.set(listeners());
      },
    });
    this.#dropped = new Counter({ name: 'veche_live_dropped_total', help: 'Streams closed as too slow', registers });
  }

  async snapshot({ params: { contest }, headers }: Request, reply: FastifyReply): Promise<FastifyReply> {
    const { etag, body } = await this.#latest(this.#feed(contest));
    void reply
      .header('etag', etag)
      .header('cache-control', 'public, max-age=1')
      .header('access-control-allow-origin', '*');
    if (headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').send(body);
  }

  /** A stream begins with the present snapshot, unless the listener has just that one; whole snapshots need no replay. */
  async listen({ params: { contest }, headers, raw }: Request, reply: FastifyReply): Promise<void> {
    const subscriber = subscriberOf(this.#options.proxies.clientOf(raw));
    this.#admit(subscriber, reply);
    const feed = this.#feed(contest);
    const { etag, frame } = await this.#latest(feed);
    this.#admit(subscriber, reply);
    reply.hijack();
    const response = reply.raw;
    this.#count(subscriber, 1);
    response.once('close', () => this.#count(subscriber, -1));
    // Delimited by the end of the connection: a chunk for each event and listener would cost more than the event.
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': '*',
      connection: 'close',
    });
    // After a restart of the gateway they do not all come back in one second.
    response.write(`retry: ${2_000 + Math.floor(Math.random() * 8_000)}\n\n`);
    if (headers['last-event-id'] !== etag) response.write(frame);
    feed.add(response);
    // Who comes to a gateway that ends has seen the snapshot, and comes again to another one.
    if (this.#closed) response.end();
  }

  /** Streams have no end of their own and would keep a server that is ending. */
  close(): void {
    this.#closed = true;
    for (const feed of this.#feeds.values()) feed.end();
  }

  #admit(subscriber: string, reply: FastifyReply): void {
    const { maxListeners, maxPerAddress } = this.#options;
    const full = this.#listeners >= maxListeners;
    if (!full && (this.#bySubscriber.get(subscriber) ?? 0) < maxPerAddress) return;
    void reply.header('retry-after', RETRY_AFTER_S);
    throw full
      ? routeError(
          503,
          'LIVE_FULL',
          'Too many streams; poll the snapshot',
          'Слишком много зрителей. Обновляйте страницу.',
        )
      : routeError(
          429,
          'TOO_MANY_LISTENERS',
          'Too many streams from one address; poll the snapshot',
          'С вашего адреса открыто слишком много трансляций.',
        );
  }

  #count(subscriber: string, by: 1 | -1): void {
    this.#listeners += by;
    const now = (this.#bySubscriber.get(subscriber) ?? 0) + by;
    if (now > 0) this.#bySubscriber.set(subscriber, now);
    else this.#bySubscriber.delete(subscriber);
  }

  #feed(contest: string): LiveFeed {
    if (!/^[0-9a-f-]{36}$/.test(contest)) throw unknown();
    const known = this.#feeds.get(contest);
    if (known) return known;
    if (this.#feeds.size >= MOST_FEEDS) throw away();
    const feed: LiveFeed = new LiveFeed({
      ask: (etag) => this.#ask(contest, etag),
      ended: () => this.#feeds.delete(contest),
      dropped: () => this.#dropped.inc(),
      everyMs: EVERY_MS,
    });
    this.#feeds.set(contest, feed);
    return feed;
  }

  async #latest(feed: LiveFeed) {
    const found = await feed.latest();
    if (!found) throw feed.isUnknown ? unknown() : away();
    return found;
  }

  async #ask(contest: string, known: string | null): Promise<Asked> {
    const address = new URL(`/live/contests/${contest}/snapshot`, this.#options.addresses.get('voting')!);
    const { statusCode, headers, body } = await this.#options.pool.get(
      address,
      known ? { 'if-none-match': known } : {},
    );
    const content = Buffer.from(await body.arrayBuffer());
    if (statusCode === 304) return { kind: 'same' };
    if (statusCode === 404) return { kind: 'unknown' };
    const etag = headers['etag'];
    if (statusCode !== 200 || typeof etag !== 'string') throw new Error(`voting answered ${statusCode}`);
    return { kind: 'new', snapshot: makeSnapshot(etag, content) };
  }
}

const unknown = (): Error => routeError(404, 'NOT_FOUND', 'No such vote', 'Такого голосования нет.');
const away = (): Error =>
  routeError(
    503,
    'UNAVAILABLE',
    'Voting does not answer now',
    'Данные голосования сейчас недоступны. Повторите позже.',
  );
