import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sha256Hex, type Background, type Clock, type Logger } from '@veche/kit';
import type { Choice } from '../domain/ballot.ts';
import type { KeyPort } from './keys.ts';
import type { StoredBasket } from '../store/basket.ts';
import { lastBallot, type StoredBallot, type Stores } from '../store.ts';

/** Whose basket. */
export interface BasketOwner {
  contestId: string;
  tag: string;
  voterKey: string;
}

export interface Basket {
  choices: Choice[];
  savedAt: Date;
}

/** What is sealed: the choices, null once they were cleared, and the latest requests with the hash of what each asked for. */
interface Content {
  choices: Choice[] | null;
  done: { request: string; asked: string }[];
}

export interface BasketParts {
  stores: Stores;
  keys: KeyPort;
  clock: Clock;
  log: Logger;
}

const KEPT_MS = 14 * 86_400_000;
const SWEEP_EVERY_MS = 60_000;
const SPEND_EVERY_MS = 1_000;
const AT_ONCE = 500;
const REMEMBERED = 16;
const IV_BYTES = 12;
const MAC_BYTES = 16;

/**
 * Unfinished ballots, one a person and contest. The key of a basket is an HMAC of the voter key under the key of the contest, so neither the
 * database nor the keys alone open it: that takes the voter's own request.
 */
export class Baskets {
  readonly #parts: BasketParts;
  /** Ballots accepted since the last look, whose baskets are spent. */
  #spent: Pick<StoredBallot, '_id' | 'acceptedAt'>[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: BasketParts) {
    this.#parts = parts;
  }

  /** Keeps choices in place of earlier ones; `reused` when the same request key came with something else. */
  save(owner: BasketOwner, choices: readonly Choice[], request: string): Promise<Basket | null | 'reused'> {
    return this.#put(
      owner,
      choices.map(({ project, points }) => ({ project, points: points ?? null })),
      request,
    );
  }

  /** Forgets the choices; the row stays with the request keys that it has to remember, and goes as a basket does. */
  clear(owner: BasketOwner, request: string): Promise<Basket | null | 'reused'> {
    return this.#put(owner, null, request);
  }

  /** A request that was done before changes nothing, whatever came after it. */
  async #put(owner: BasketOwner, choices: Choice[] | null, request: string): Promise<Basket | null | 'reused'> {
    const asked = sha256Hex(JSON.stringify(choices));
    const known = await this.#open(owner);
    const done = known?.content.done ?? [];
    const before = done.find((one) => one.request === request);
    if (before) return before.asked === asked ? known!.basket : 'reused';
    const savedAt = this.#parts.clock.now();
    const content = { choices, done: [...done, { request, asked }].slice(-REMEMBERED) };
    const sealed = seal(await this.#keyOf(owner), idOf(owner), content);
    const { baskets } = this.#parts.stores;
    await baskets.replaceOne({ _id: idOf(owner) }, { contest: owner.contestId, sealed, savedAt }, { upsert: true });
    return choices && { choices, savedAt };
  }

  /** What is kept; null when a ballot was cast since. */
  async read(owner: BasketOwner): Promise<Basket | null> {
    const found = await this.#open(owner);
    if (!found?.basket || (await this.#isSpent(owner, found.basket))) return null;
    return found.basket;
  }

  /** A ballot was accepted. Noted only: a vote does not wait for a second write, the baskets go within a second or two, many at once. */
  spend(ballot: Pick<StoredBallot, '_id' | 'acceptedAt'>): void {
    this.#spent.push(ballot);
    if (this.#timer === null) this.#timer = setTimeout(() => void this.#settle(), SPEND_EVERY_MS).unref();
  }

  /** Deletes the baskets of what was cast. What a crash leaves behind is not shown any more and goes with the sweep. */
  async #settle(): Promise<void> {
    this.#timer = null;
    const spent = this.#spent.splice(0);
    const { stores, log } = this.#parts;
    try {
      if (spent.length === 0 || !(await stores.baskets.exists({}))) return;
      for (let from = 0; from < spent.length; from += AT_ONCE) await forget(stores, spent.slice(from, from + AT_ONCE));
    } catch (error) {
      log.warn({ err: error }, 'baskets of cast ballots are left to the sweep');
    }
  }

  /** Removes baskets of votes that are over, and those that nobody came back to for two weeks. */
  sweeper(): Background {
    const { stores, clock } = this.#parts;
    return {
      name: 'baskets',
      everyMs: SWEEP_EVERY_MS,
      run: async () => {
        await stores.baskets.deleteMany({ savedAt: { $lte: new Date(clock.now().getTime() - KEPT_MS) } });
        const contests = await stores.baskets.distinct('contest');
        const votings = await stores.votings.loadMany(contests);
        const over = votings.filter(({ state }) => state.status === 'CLOSED' || state.status === 'COUNTED');
        if (over.length > 0) await stores.baskets.deleteMany({ contest: { $in: over.map(({ id }) => id) } });
      },
    };
  }

  async #open(owner: BasketOwner): Promise<{ basket: Basket | null; content: Content } | null> {
    const stored = await this.#parts.stores.baskets.findById(idOf(owner)).lean<StoredBasket>();
    if (!stored) return null;
    const content = unseal(await this.#keyOf(owner), stored);
    const { choices } = content;
    return { content, basket: choices && { choices, savedAt: stored.savedAt } };
  }

  async #isSpent({ contestId, tag }: BasketOwner, { savedAt }: Basket): Promise<boolean> {
    const last = await lastBallot(this.#parts.stores, contestId, tag);
    return last !== null && last.acceptedAt >= savedAt;
  }

  async #keyOf({ contestId, voterKey }: BasketOwner): Promise<Buffer> {
    return Buffer.from(await this.#parts.keys.mac(contestId, `basket:v1${voterKey}`), 'hex');
  }
}

const idOf = ({ contestId, tag }: BasketOwner): string => `${contestId}:${tag}`;

async function forget({ baskets }: Stores, cast: readonly Pick<StoredBallot, '_id' | 'acceptedAt'>[]): Promise<void> {
  // The id of a ballot is that of its basket and a revision.
  const at = new Map(cast.map(({ _id, acceptedAt }) => [_id.slice(0, _id.lastIndexOf(':')), acceptedAt]));
  const found = await baskets
    .find({ _id: { $in: [...at.keys()] } }, { savedAt: 1 })
    .lean<Pick<StoredBasket, '_id' | 'savedAt'>[]>();
  // A basket kept after the vote is the beginning of another ballot.
  const spent = found.filter(({ _id, savedAt }) => savedAt <= at.get(_id)!).map(({ _id }) => _id);
  if (spent.length > 0) await baskets.deleteMany({ _id: { $in: spent } });
}

function seal(key: Buffer, id: string, content: Content): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  const text = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

function unseal(key: Buffer, { _id, sealed }: StoredBasket): Content {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(_id));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + MAC_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + MAC_BYTES)), decipher.final()]);
  return JSON.parse(text.toString()) as Content;
}
