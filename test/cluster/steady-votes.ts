import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, openVote, Voters } from '../faults/whole-platform.ts';
import type { State } from '../../stand/src/state.ts';
import type { Session } from '../login/driver.ts';
import type { Outside } from './outside.ts';
import type { Steps } from './steps.ts';

const PAUSE_MS = 100;
const CALM_MS = 3_000;

/** Residents who vote through the cluster's gateway all the time, whatever is done to the pods; a request that fails is repeated with its key and told. */
export class SteadyVotes {
  readonly #voters: Voters;
  readonly #state: Pick<State, 'urls' | 'secrets'>;
  readonly contestId: string;
  readonly #sessions: readonly Session[];
  readonly #end = new AbortController();
  #clients: Promise<unknown> = Promise.resolve();

  private constructor(
    voters: Voters,
    state: Pick<State, 'urls' | 'secrets'>,
    contestId: string,
    sessions: readonly Session[],
  ) {
    this.#voters = voters;
    this.#state = state;
    this.contestId = contestId;
    this.#sessions = sessions;
  }

  static async start({ place }: Outside): Promise<SteadyVotes> {
    const contest = { contestId: randomUUID(), projects: [randomUUID(), randomUUID(), randomUUID()].sort() };
    const sessions = await openVote(place, contest);
    const votes = new SteadyVotes(new Voters(place.urls['gateway']!, contest), place, contest.contestId, sessions);
    votes.#clients = Promise.all(sessions.map((session, n) => votes.#client(session, n)));
    return votes;
  }

  async #client(session: Session, n: number): Promise<void> {
    for (let vote = 0; !this.#end.signal.aborted; vote += 1) {
      await this.#voters.vote(session, randomUUID(), n + vote);
      await sleep(PAUSE_MS);
    }
  }

  /** A step, with what the voters saw of it. */
  async during(steps: Steps, what: string, step: () => unknown): Promise<void> {
    const { held, refused, unknown, repeated } = this.#voters;
    const [before, refusedBefore, repeatedBefore] = [held.length, refused.length, new Map(repeated)];
    await steps.run(what, step);
    await sleep(CALM_MS);
    const again = new Map([...repeated].map(([reason, count]) => [reason, count - (repeatedBefore.get(reason) ?? 0)]));
    steps.tell(
      `  votes meanwhile: ${held.length - before} receipts, ${refused.length - refusedBefore} refused, ${this.#voters.unknown - unknown} without an answer; requests repeated: ${told(again)}`,
    );
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#clients;
  }

  /** Once more by everybody. */
  async more(): Promise<void> {
    await Promise.all(this.#sessions.map((session, n) => this.#voters.vote(session, randomUUID(), n)));
  }

  /** As the voter was given it. */
  get lastReceipt(): string {
    return this.#voters.held.at(-1)!.signed;
  }

  async compare(): Promise<void> {
    const broken = await compare(this.#state, this.contestId, this.#voters);
    if (broken.length > 0) throw new Error(broken.join('; '));
  }

  summary(): string {
    const { held, refused, unknown, repeated, slowestMs } = this.#voters;
    const figures = `accepted ${held.length}, refused ${refused.length}, without an answer ${unknown}`;
    return `votes: ${figures}; requests repeated: ${told(repeated)}; the slowest ${(slowestMs / 1000).toFixed(1)} s`;
  }
}

const told = (reasons: ReadonlyMap<string, number>): string =>
  [...reasons]
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ') || 'none';
