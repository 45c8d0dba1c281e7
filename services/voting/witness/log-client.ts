import { isHash, isHead, type Head } from './head.ts';

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;
const ENTRIES_AT_ONCE = 4096;

/** The log could not be asked, or answered what is no answer: nothing is known, nothing is signed. */
export class Unanswered extends Error {
  /** HTTP status, where there was one. */
  readonly status: number | null;
  /** Code of the refusal, where there was one. */
  readonly code: string | null;
  constructor(message: string, status: number | null = null, code: string | null = null) {
    super(message);
    this.name = 'Unanswered';
    this.status = status;
    this.code = code;
  }
}

export interface Listed {
  contest: string;
  head: Head | null;
}

/** The public keys that a log names, hex. */
export interface Keys {
  log: string;
  receipt: string;
  witnesses: readonly { id: string; key: string }[];
}

/** Asks the open log behind an address for its documents, and gives only what has their form. */
export class LogClient {
  readonly #base: string;

  constructor(url: string) {
    this.#base = `${url.replace(/\/+$/, '')}/open`;
  }

  async keys(): Promise<Keys> {
    const keys = (await this.#get('/keys')) as Keys;
    if (!isHash(keys?.log) || !isHash(keys.receipt) || !Array.isArray(keys.witnesses)) throw formless('/keys');
    return keys;
  }

  async contests(): Promise<Listed[]> {
    const all: Listed[] = [];
    for (let after: string | null = ''; after !== null;) {
      const path: string = `/contests${after ? `?after=${encodeURIComponent(after)}` : ''}`;
      const page = (await this.#get(path)) as Page;
      if (!isPage(page, after)) throw formless(path);
      all.push(...page.contests.map(({ contest, head }) => ({ contest, head })));
      after = page.next;
    }
    return all;
  }

  async head(contest: string, witnesses: number): Promise<Head> {
    const path = `/contests/${contest}/head?witnesses=${witnesses}`;
    const head = await this.#get(path);
    if (!isHead(head) || head.contest !== contest) throw formless(path);
    return head;
  }

  async entries(contest: string, from: number, to: number): Promise<string[]> {
    const all: string[] = [];
    while (from + all.length < to) {
      const limit = Math.min(ENTRIES_AT_ONCE, to - from - all.length);
      const path = `/contests/${contest}/entries?from=${from + all.length}&limit=${limit}`;
      const { leaves } = (await this.#get(path)) as { leaves: unknown };
      if (!Array.isArray(leaves) || leaves.length !== limit || !leaves.every(isHash)) throw formless(path);
      all.push(...(leaves as string[]));
    }
    return all;
  }

  consistency(contest: string, first: number, second: number): Promise<string[]> {
    return this.#path(`/contests/${contest}/consistency?first=${first}&second=${second}`);
  }

  async inclusion(contest: string, leaf: string, size: number): Promise<{ index: number; path: string[] }> {
    const path = `/contests/${contest}/inclusion?leaf=${leaf}&size=${size}`;
    const { index } = (await this.#get(path)) as { index: unknown };
    if (!Number.isSafeInteger(index)) throw formless(path);
    return { index: index as number, path: await this.#path(path) };
  }

  async #path(address: string): Promise<string[]> {
    const { path } = (await this.#get(address)) as { path: unknown };
    if (!Array.isArray(path) || !path.every(isHash)) throw formless(address);
    return path as string[];
  }

  async #get(path: string): Promise<unknown> {
    const { status, text } = await read(`${this.#base}${path}`);
    const answer = parse(text, path);
    if (status !== 200) {
      const code = (answer as { errors?: { extensions?: { code?: string } }[] })?.errors?.[0]?.extensions?.code ?? null;
      throw new Unanswered(`${path}: HTTP ${status}${code ? ` ${code}` : ''}`, status, code);
    }
    return answer;
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);

interface Page {
  contests: Listed[];
  next: string | null;
}

const isListed = ({ contest, head }: Listed): boolean =>
  isId(contest) && (head === null || (isHead(head) && head.contest === contest));

/** Pages go forward, or a walk through them would never end. */
const isPage = (page: Page, after: string): boolean =>
  Array.isArray(page?.contests) &&
  page.contests.every(isListed) &&
  (page.next === null || (isId(page.next) && page.next > after));

const formless = (path: string): Unanswered =>
  new Unanswered(`${path}: the answer is not what this document looks like`);

async function read(url: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      if ((bytes += (chunk as Uint8Array).length) > MOST_BYTES) throw new Error('the answer is too long');
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Unanswered(`${url}: ${cause instanceof Error ? cause.message : message}`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw formless(path);
  }
}
