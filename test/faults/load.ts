import { setTimeout as sleep } from 'node:timers/promises';
import type { Intake, Outcome } from './intake.ts';

const CLIENTS = 16;
/** So long a client repeats a request; longer than any fault of the runner. */
const PATIENCE_S = 150;

/** A steady load: people who vote, some of them anew, each holding on to its key; one request in ten is sent once more after its answer. */
export class Load {
  readonly outcomes: Outcome[] = [];
  /** Requests sent, repetitions included. */
  sent = 0;
  /** Repetitions that were answered otherwise than the first time. */
  differing = 0;
  readonly #intakes: readonly Intake[];
  readonly #pauseMs: number;
  #going = true;
  #clients: Promise<unknown>;

  constructor(intakes: readonly Intake[], { clients = CLIENTS, pauseMs = 0 } = {}) {
    this.#intakes = intakes;
    this.#pauseMs = pauseMs;
    this.#clients = Promise.all(Array.from({ length: clients }, (_, n) => this.#client(n)));
  }

  async #client(n: number): Promise<void> {
    while (this.#going) {
      const intake = this.#intakes[n % this.#intakes.length]!;
      const token = await intake.voter();
      const first = this.#take(await intake.vote(token, { seconds: PATIENCE_S, project: n % 3 }));
      if (Math.random() < 0.25) this.#take(await intake.vote(token, { project: (n + 1) % 3, seconds: PATIENCE_S }));
      if (Math.random() < 0.1) await this.#repeat(intake, token, first, n % 3);
      if (this.#pauseMs > 0) await sleep(this.#pauseMs);
    }
  }

  async #repeat(intake: Intake, token: string, first: Outcome, project: number): Promise<void> {
    const again = await intake.vote(token, { key: first.key, project, seconds: PATIENCE_S });
    this.sent += again.attempts;
    if (first.signed !== null && again.signed !== first.signed) this.differing += 1;
  }

  #take(outcome: Outcome): Outcome {
    this.outcomes.push(outcome);
    this.sent += outcome.attempts;
    return outcome;
  }

  /** A vote beside the load, counted with it. */
  async probe(intake: Intake): Promise<Outcome> {
    return this.#take(await intake.vote(await intake.voter(), { seconds: PATIENCE_S }));
  }

  async stop(): Promise<void> {
    this.#going = false;
    await this.#clients;
  }

  /** Signed receipts, each once. */
  receipts(): Map<string, string> {
    return new Map(this.outcomes.flatMap(({ receipt, signed }) => (receipt ? [[receipt, signed!] as const] : [])));
  }

  /** Votes that were asked for between two moments. */
  between(from: number, to: number): Outcome[] {
    return this.outcomes.filter(({ at }) => at >= from && at < to);
  }
}
