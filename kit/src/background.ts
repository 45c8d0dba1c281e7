import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import type { Fence } from './mongo/lease.ts';
import { Lease, LeaseLost } from './mongo/lease.ts';
import type { Logger } from './log.ts';

/** Work that one replica does for all, e.g. closing contests whose time has come. */
export interface Background {
  name: string;
  everyMs: number;
  /**
   * Must be safe to repeat. Long work asks `lease.check()` before an effect that cannot be undone, and gives up, throwing, when `lease.signal`
   * is aborted: the right is lost or the service stops.
   */
  run(lease: Fence): Promise<void>;
}

export interface BackgroundOptions {
  service: string;
  connection: mongoose.Connection;
  log: Logger;
  leaseTtlMs?: number;
  holder?: string;
  observer?: TaskObserver;
}

/** Hears how background tasks fare. */
export interface TaskObserver {
  known(task: string): void;
  /** A run came to its end. */
  ended(task: string): void;
  failed(task: string): void;
}

/** Runs a task every so often on the replica that holds its lease; another takes over within about the lease time. */
export class BackgroundRunner {
  readonly name: string;
  readonly #task: Background;
  readonly #lease: Lease;
  readonly #log: Logger;
  readonly #told: TaskObserver | undefined;
  readonly #stop = new AbortController();
  #loop: Promise<void> | null = null;
  #renewal: NodeJS.Timeout | null = null;
  #renewing: Promise<unknown> = Promise.resolve();

  constructor(task: Background, options: BackgroundOptions) {
    this.name = task.name;
    this.#task = task;
    this.#log = options.log;
    this.#told = options.observer;
    this.#told?.known(task.name);
    this.#lease = new Lease(options.connection, {
      name: `${options.service}:${task.name}`,
      ttlMs: options.leaseTtlMs,
      holder: options.holder,
    });
  }

  start(): void {
    // Renewed beside the work, so that a long run keeps its right; standbys watch the lease by the same beat.
    this.#renewal = setInterval(() => {
      this.#renewing = this.#lease.acquire().catch(() => undefined);
    }, this.#lease.ttlMs / 3);
    this.#loop = this.#run();
  }

  /** One run now if this replica holds or gets the lease; says whether it ran. Throws what the task throws. */
  async runOnce(): Promise<boolean> {
    const fence = await this.#lease.acquire();
    if (!fence) return false;
    await this.#task.run({ ...fence, signal: AbortSignal.any([fence.signal, this.#stop.signal]) });
    this.#told?.ended(this.name);
    return true;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    if (this.#renewal) clearInterval(this.#renewal);
    await this.#renewing;
    await this.#lease.release().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.runOnce();
      } catch (error) {
        const expected = error instanceof LeaseLost || signal.aborted;
        if (!expected) this.#told?.failed(this.name);
        this.#log[expected ? 'info' : 'error']({ err: error, task: this.name }, 'background task failed');
      }
      await sleep(this.#task.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
