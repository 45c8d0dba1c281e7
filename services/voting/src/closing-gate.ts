import { listDeadLetters, type DeadLetter, type EventBus } from '@veche/kit';
import { CONSUMED } from './consumers.ts';

/** How long an answer is waited for: one contest must not hold the clock of the others. */
const WAIT_MS = 2_000;
const FRESH_MS = 1_000;

/**
 * What keeps a contest from its close: messages about it that voting could not take and that wait parked for a person (voting.md 6). A result that lacks
 * a reschedule, a ballot list or a ranking would be no result. While the event log does not answer, nothing is closed; ballots are taken by the window alone.
 */
export class ClosingGate {
  readonly #bus: Pick<EventBus, 'readAll' | 'publish'>;
  #asked: { letters: Promise<DeadLetter[]>; at: number } | null = null;

  constructor(bus: Pick<EventBus, 'readAll' | 'publish'>) {
    this.#bus = bus;
  }

  /** Ids of the parked messages that speak of a contest; `unknown` while the event log does not tell. */
  async parked(contestId: string): Promise<readonly string[] | 'unknown'> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), WAIT_MS);
    const letters = await Promise.race([this.#letters(), late]).catch(() => null);
    clearTimeout(timer);
    if (!letters) return 'unknown';
    return letters.filter(({ message }) => speaksOf(message, contestId)).map(({ id }) => id);
  }

  #letters(): Promise<DeadLetter[]> {
    const now = performance.now();
    if (this.#asked && now - this.#asked.at < FRESH_MS) return this.#asked.letters;
    const letters = this.#read();
    const asked = { letters, at: Infinity };
    this.#asked = asked;
    letters.then(
      () => (asked.at = performance.now()),
      () => (this.#asked = null),
    );
    return letters;
  }

  async #read(): Promise<DeadLetter[]> {
    const found = await Promise.all(CONSUMED.map((topic) => listDeadLetters(this.#bus, topic)));
    return found.flat().filter(({ group }) => group === 'voting');
  }
}

/** Also a message that is no JSON any more may carry the id. */
const speaksOf = ({ key, value }: DeadLetter['message'], contestId: string): boolean =>
  key === contestId || value.includes(contestId);
