import { canonicalJson } from '../domain/canonical-json.ts';
import { sha256Hex } from '../hash.ts';

/** An idempotent request: the pair (caller, key) names it, the hash of name and payload tells a repeat from a misuse. */
export interface Command {
  caller: string;
  key: string;
  name: string;
  payload: unknown;
}

/** What a document remembers of a command that changed it. */
export interface CommandRecord {
  key: string;
  hash: string;
  at: Date;
}

export function commandKey(command: Command): string {
  return `${command.caller}:${command.key}`;
}

/** SHA-256 of the canonical JSON of name and payload; bigint, Date, fractions and absent members are well-defined. */
export function commandHash(command: Command): string {
  return sha256Hex(canonicalJson({ name: command.name, payload: normalise(command.payload) }));
}

function normalise(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return { $date: value.toISOString() };
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return { $number: String(value) };
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value !== 'object' || value === null) return value;
  // GraphQL gives input objects a null prototype; an absent member and an undefined one are the same request.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key.toWellFormed(), normalise(member)]),
  );
}
