import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Background, Logger } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Witness } from '../config.ts';
import { mark } from './log.ts';
import { headId, type Head, type Stores } from '../store.ts';

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 8 * 1024 * 1024;

interface CoSigned {
  contest: string;
  root: string;
  size: number;
  time: number;
  sig: string;
  /** The log's own signature over the same bytes, so that the witness can be believed. */
  logSig?: string;
}

interface CollectorParts {
  stores: Stores;
  /** Public key of the log. */
  logKey: KeyObject;
  log: Logger;
  /** Hears of the witnesses by their names. */
  told?: { answered(witness: string): void; contradicted(witness: string): void };
}

export interface WitnessesParts extends CollectorParts {
  configured: readonly Witness[];
}

/** Collects what the witnesses signed. One that is away, or signs something else, delays nothing: its signature is not there. */
export function witnesses({ configured, ...parts }: WitnessesParts): Background {
  const collectors = configured.map((witness) => new Collector(parts, witness));
  return {
    name: 'witnesses',
    everyMs: 1000,
    run: async () => void (await Promise.all(collectors.map((collector) => collector.collect()))),
  };
}

class Collector {
  readonly #stores: Stores;
  readonly #logKey: KeyObject;
  readonly #witness: Witness;
  readonly #key: KeyObject;
  readonly #log: Logger;
  readonly #told: CollectorParts['told'];
  /** Size of the last head taken over, by contest. */
  readonly #taken = new Map<string, number>();
  #away = false;

  constructor({ stores, logKey, log, told }: CollectorParts, witness: Witness) {
    this.#told = told;
    this.#stores = stores;
    this.#logKey = logKey;
    this.#witness = witness;
    this.#log = log;
    const x = Buffer.from(witness.key, 'hex').toString('base64url');
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  }

  async collect(): Promise<void> {
    const { id } = this.#witness;
    try {
      const { heads } = await this.#ask();
      this.#told?.answered(id);
      for (const signed of heads) if (signed.size > (this.#taken.get(signed.contest) ?? -1)) await this.#take(signed);
      if (this.#away) this.#log.info({ witness: id }, 'witness answers again');
      this.#away = false;
    } catch (error) {
      if (!this.#away) this.#log.warn({ err: error, witness: id }, 'witness does not answer');
      this.#away = true;
    }
  }

  async #ask(): Promise<{ heads: CoSigned[] }> {
    const response = await fetch(new URL('/cosignatures', this.#witness.url), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      if ((bytes += (chunk as Uint8Array).length) > MOST_BYTES) throw new Error('the answer is too long');
    }
    const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { heads?: unknown };
    if (!response.ok || !Array.isArray(answer.heads)) throw new Error(`HTTP ${response.status}, no co-signatures`);
    return { heads: (answer.heads as unknown[]).filter(isCoSigned) };
  }

  /** A signature counts for the very bytes that the log signed. */
  async #take({ contest, root, size, time, sig, logSig }: CoSigned): Promise<void> {
    const { heads, logs } = this.#stores;
    const { id } = this.#witness;
    const _id = headId(contest, size);
    const head = await heads.findById(_id).lean<Head>();
    const bytes = Buffer.from(canonicalJson({ contest, root, size, time, type: 'head', v: 1 }));
    this.#taken.set(contest, size);
    if (head?.root !== root || head.time !== time || !verify(null, bytes, this.#key, Buffer.from(sig, 'hex'))) {
      this.#log.error({ contest, size, witness: id }, 'witness signed what is not a head of this log');
      this.#told?.contradicted(id);
      // A witness alone can stop no log: only the log's own signature proves that this head was signed and is not there any more.
      const isOurs = logSig !== undefined && verify(null, bytes, this.#logKey, Buffer.from(logSig, 'hex'));
      const contradicted = { size, witness: id };
      if (isOurs) await logs.updateOne({ _id: contest }, { $set: { contradicted } }, { upsert: true });
      return;
    }
    await heads.updateOne({ _id, 'witnesses.id': { $ne: id } }, { $push: { witnesses: { id, sig } } });
    const { length } = (await heads.findById(_id).lean<Head>())!.witnesses;
    await mark(this.#stores, contest, { [`cosigned.${length}`]: size });
  }
}

function isCoSigned(value: unknown): value is CoSigned {
  const { contest, root, size, time, sig, logSig } = value as Record<string, unknown>;
  const text = (part: unknown, form: RegExp): boolean => typeof part === 'string' && form.test(part);
  return (
    text(contest, /^[0-9a-f-]{36}$/) &&
    text(root, /^[0-9a-f]{64}$/) &&
    text(sig, /^[0-9a-f]{128}$/) &&
    (logSig === undefined || text(logSig, /^[0-9a-f]{128}$/)) &&
    [size, time].every((number) => Number.isSafeInteger(number) && (number as number) >= 0)
  );
}
