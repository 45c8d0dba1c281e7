import { newId } from '../id.ts';
import type { BusMessage, EventBus } from './event-bus.ts';
import { deadLetterTopic } from './event-bus.ts';

/** What the functions below need of a bus. */
export type EventLog = Pick<EventBus, 'readAll' | 'publish'>;

/** A message that a group could not handle. `id` names this parking, `event` the event. */
export interface DeadLetter {
  id: string;
  event: string;
  type: string;
  group: string;
  subject: string;
  reason: string;
  attempts: number;
  message: BusMessage;
}

/** Only the group that parked a replayed message takes it again; the others have handled it. */
export const REPLAY_GROUP = 'x-replay-group';
const SETTLED = 'x-dlq-settled';

/** The headers of a parked message, beside its own. */
export function parkingHeaders(group: string, reason: string, attempts: number): Record<string, string> {
  return {
    'x-dlq-id': newId(),
    'x-dlq-group': group,
    'x-dlq-reason': reason,
    'x-dlq-attempts': String(attempts),
  };
}

/** The messages of `topic` that wait for a person, oldest first. A log forgets nothing: settled ones are marked by a later record. */
export async function listDeadLetters(log: Pick<EventLog, 'readAll'>, topic: string): Promise<DeadLetter[]> {
  const records = await log.readAll(deadLetterTopic(topic));
  const settled = new Set(records.filter(({ headers }) => headers[SETTLED]).map(({ headers }) => headers['x-dlq-id']));
  return records.filter(({ headers }) => !headers[SETTLED] && !settled.has(headers['x-dlq-id'])).map(asDeadLetter);
}

/** Publishes parked messages again under their own ids, for the group that failed; gives how many. Without `ids`, all. */
export async function replayDeadLetters(log: EventLog, topic: string, ids?: readonly string[]): Promise<number> {
  const chosen = await choose(log, topic, ids);
  for (const letter of chosen) {
    await log.publish([{ ...letter.message, topic, headers: replayHeaders(letter) }]);
    // After the replay: a crash in between repeats it, which consumers bear; the other order would lose it.
    await log.publish([settlement(letter, topic, 'replayed')]);
  }
  return chosen.length;
}

/** Marks parked messages as dealt with, without delivering them; gives how many. */
export async function discardDeadLetters(log: EventLog, topic: string, ids: readonly string[]): Promise<number> {
  const chosen = await choose(log, topic, ids);
  await log.publish(chosen.map((letter) => settlement(letter, topic, 'discarded')));
  return chosen.length;
}

async function choose(log: EventLog, topic: string, ids?: readonly string[]): Promise<DeadLetter[]> {
  const waiting = await listDeadLetters(log, topic);
  return ids ? waiting.filter(({ id }) => ids.includes(id)) : waiting;
}

function asDeadLetter(message: BusMessage): DeadLetter {
  const { headers } = message;
  return {
    id: headers['x-dlq-id'] ?? '',
    event: headers['ce_id'] ?? '',
    type: headers['ce_type'] ?? '',
    group: headers['x-dlq-group'] ?? '',
    subject: headers['ce_subject'] ?? message.key,
    reason: headers['x-dlq-reason'] ?? '',
    attempts: Number(headers['x-dlq-attempts'] ?? 0),
    message,
  };
}

function replayHeaders({ message, group }: DeadLetter): Record<string, string> {
  const own = Object.entries(message.headers).filter(([name]) => !name.startsWith('x-dlq-'));
  return { ...Object.fromEntries(own), [REPLAY_GROUP]: group };
}

function settlement(letter: DeadLetter, topic: string, how: 'replayed' | 'discarded'): BusMessage {
  return {
    topic: deadLetterTopic(topic),
    key: letter.message.key,
    value: 'null',
    headers: {
      'x-dlq-id': letter.id,
      'x-dlq-group': letter.group,
      ce_id: letter.event,
      [SETTLED]: how,
    },
  };
}
