import type { Decision } from '../domain/decision.ts';
import type { Aggregate, ChangeArgs, CreateArgs, Outcome, ToOutbox } from './aggregate.ts';
import type { TechnicalFields } from './aggregate-document.ts';
import { withoutUndefined } from './aggregate-document.ts';
import { commandHash, commandKey } from './command.ts';
import type { StoredEvent } from './outbox.ts';
import { sealEvent } from './outbox.ts';

const COMMANDS_KEPT = 50;
const INBOX_KEPT = 200;

/** The hash of the request that a document remembers under a key. */
export function rememberedHash(document: any, key: string): string | undefined {
  const { creation, creationHash, commands } = document as TechnicalFields;
  return creation === key ? creationHash : commands.find((entry) => entry.key === key)?.hash;
}

/** Has this command or event been applied, or is the caller behind? Null: go on. */
export function judgeRepeat<S, C extends string>(
  document: any,
  aggregate: Aggregate<S>,
  args: Pick<ChangeArgs<S, any, C>, 'command' | 'fromEvent' | 'expectedVersion'>,
): Outcome<S, C> | null {
  const { inbox } = document as TechnicalFields;
  if (args.fromEvent !== undefined && inbox.includes(args.fromEvent)) {
    return { aggregate, rejection: null, repeated: true };
  }
  if (args.command) {
    const known = rememberedHash(document, commandKey(args.command));
    if (known === commandHash(args.command)) return { aggregate, rejection: null, repeated: true };
    if (known !== undefined) return { aggregate, rejection: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  }
  if (args.expectedVersion !== undefined && args.expectedVersion !== aggregate.version) {
    return { aggregate, rejection: { code: 'VERSION_CONFLICT' } };
  }
  return null;
}

/** Nothing to tell and nothing to remember: with an unchanged state there is nothing to write. */
export function isSilent(
  decision: { events: readonly unknown[] },
  args: { command?: unknown; fromEvent?: string },
): boolean {
  return decision.events.length === 0 && !args.command && args.fromEvent === undefined;
}

function recordOf(command: NonNullable<CreateArgs<any, any, any>['command']>, at: Date) {
  return { key: commandKey(command), hash: commandHash(command), at };
}

/** The events of a decision as they will lie in the outbox. */
export function seal<S, E>(
  decision: Pick<Extract<Decision<S, E, never>, { ok: true }>, 'state' | 'events'>,
  toOutbox: ToOutbox<E, S>,
  id: string,
  version: number,
  now: Date,
): StoredEvent[] {
  return decision.events
    .flatMap((event) => toOutbox(event, id, decision.state))
    .map((event, index) => sealEvent(event, now, version + index + 1));
}

/** The one update that sets the state and adds events, command and inbox entry. */
export function updateOf<S>(
  fields: readonly string[],
  state: S,
  args: Pick<ChangeArgs<S, any, any>, 'command' | 'fromEvent'>,
  { events, version, now }: { events: StoredEvent[]; version: number; now: Date },
): Record<string, unknown> {
  const next = withoutUndefined(state) as Record<string, unknown>;
  const gone = fields.filter((field) => !(field in next));
  const push = {
    ...(events.length > 0 ? { outbox: { $each: events } } : {}),
    ...(args.command ? { commands: { $each: [recordOf(args.command, now)], $slice: -COMMANDS_KEPT } } : {}),
    ...(args.fromEvent ? { inbox: { $each: [args.fromEvent], $slice: -INBOX_KEPT } } : {}),
  };
  return {
    $set: { ...next, version, updatedAt: now },
    ...(gone.length > 0 ? { $unset: Object.fromEntries(gone.map((field) => [field, 1])) } : {}),
    ...(Object.keys(push).length > 0 ? { $push: push } : {}),
    // The oldest wait is kept, so an aggregate that changes all the time is not pushed to the end of the queue.
    ...(events.length > 0 ? { $min: { outboxSince: now } } : {}),
  };
}

/** The document of a new aggregate. */
export function documentOf<S>(
  args: Pick<CreateArgs<S, any, any>, 'command' | 'fromEvent'>,
  id: string,
  { state, events, now }: { state: S; events: StoredEvent[]; now: Date },
): TechnicalFields {
  return {
    ...(withoutUndefined(state) as object),
    _id: id,
    version: Math.max(1, events.length),
    ...(args.command ? { creation: commandKey(args.command), creationHash: commandHash(args.command) } : {}),
    commands: [],
    inbox: args.fromEvent ? [args.fromEvent] : [],
    outbox: events,
    ...(events.length > 0 ? { outboxSince: now } : {}),
    createdAt: now,
    updatedAt: now,
  };
}
