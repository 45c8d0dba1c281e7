import DataLoader from 'dataloader';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller.ts';
import type { Command } from '../mongo/command.ts';
import { badInput, unauthenticated } from './errors.ts';

/** What every resolver gets. */
export interface Context {
  /** Null when nothing was presented; a token that is not valid never gets this far. */
  caller: Caller | null;
  /** The caller, or UNAUTHENTICATED. */
  requireCaller(): Caller;
  /** Per-request loaders by name. */
  loaders: Map<string, unknown>;
  traceId: string;
  token?: string;
  /** Header Idempotency-Key. */
  idempotencyKey?: string;
  /** Of the request, for what looks at where requests come from; never stored, logged or told as they are. */
  headers?: IncomingHttpHeaders;
}

export function makeContext(
  fields: Pick<Context, 'caller' | 'traceId' | 'token' | 'idempotencyKey' | 'headers'>,
): Context {
  return {
    ...fields,
    loaders: new Map(),
    requireCaller() {
      if (!fields.caller) throw unauthenticated();
      return fields.caller;
    },
  };
}

/** The loader of this request with that name, made on first use. */
export function loaderOf<T>(context: Context, name: string, make: () => T): T {
  const known = context.loaders.get(name) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  context.loaders.set(name, made);
  return made;
}

/** Mutations change objects, so what was loaded before is forgotten. */
export const forget = (context: Context): void => context.loaders.clear();

/** Loads things of a kind by their ids, in one query for all that an answer needs; null stands for what is not there. */
export const byId = <T extends { id: string }>(
  context: Context,
  name: string,
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): DataLoader<string, T | null> =>
  loaderOf(
    context,
    name,
    () =>
      new DataLoader<string, T | null>(async (ids) => {
        const found = new Map((await read(ids)).map((one) => [one.id, one]));
        return ids.map((id) => found.get(id) ?? null);
      }),
  );

const KEY = /^[\w.:-]{8,128}$/;

/**
 * The idempotent command of a mutation: the key comes from the input or the header and is required; throws
 * BAD_USER_INPUT without one. The payload is hashed without the key itself.
 */
export function commandOf(context: Context, name: string, input: { idempotencyKey?: string | null } & object): Command {
  const { idempotencyKey, ...payload } = input;
  const key = idempotencyKey ?? context.idempotencyKey;
  if (!key || !KEY.test(key)) {
    throw badInput('An idempotency key of 8 to 128 characters is required', ['idempotencyKey']);
  }
  return { caller: context.caller?.personId ?? 'anonymous', key, name, payload };
}
