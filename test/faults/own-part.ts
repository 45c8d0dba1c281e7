import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, PartContext, StartedPart } from '../../stand/src/part.ts';
import type { Ports } from '../../stand/src/ports.ts';

const READY_MS = 180_000;

export interface Place {
  directory: string;
  ports: Ports;
  /** Addresses of the parts that run. */
  urls: Record<string, string>;
  secrets: string;
}

/** What runs, so that nothing is left behind when the run is broken off. */
export const running = new Set<{ kill(): Promise<void> }>();

/** A part of the stand in the hands of one fault case: nobody else starts it again when it dies. */
export class OwnPart {
  readonly #part: Part;
  readonly #context: PartContext;
  readonly #place: Place;
  #started: StartedPart | null = null;

  private constructor(part: Part, place: Place) {
    this.#part = part;
    this.#place = place;
    this.#context = {
      ...place,
      directory: join(place.directory, part.name),
      logFile: join(place.directory, 'logs', `${part.name}.log`),
      progress: () => {},
    };
  }

  static async start(part: Part, place: Place): Promise<OwnPart> {
    const own = new OwnPart(part, place);
    await part.prepare?.(own.#context);
    await own.start().catch(async (error: unknown) => {
      await own.kill();
      throw error;
    });
    return own;
  }

  get name(): string {
    return this.#part.name;
  }

  /** Data directory. */
  get directory(): string {
    return this.#context.directory;
  }

  /** Seconds until it is ready, on the data that is there. */
  async start(): Promise<number> {
    const begun = performance.now();
    mkdirSync(this.directory, { recursive: true });
    const started = await this.#part.start(this.#context);
    this.#started = started;
    running.add(this);
    while (!(await started.ready())) {
      if (started.process!.exitCode !== null || performance.now() - begun > READY_MS)
        throw new Error(`${this.name} did not start; its log is ${this.#context.logFile}`);
      await sleep(100);
    }
    await started.after?.();
    Object.assign(this.#place.urls, started.urls);
    return (performance.now() - begun) / 1000;
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Asks for the end, and insists when it is not heard. */
  async stop(): Promise<void> {
    await Promise.race([this.#end('SIGTERM'), sleep(10_000, undefined, { ref: false })]);
    await this.kill();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    running.delete(this);
    const { process } = this.#started!;
    if (process!.exitCode !== null || process!.signalCode !== null) return;
    const gone = once(process!, 'exit');
    process!.kill(signal);
    await gone;
  }
}
