import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enoughSpace } from './cache.ts';
import { endSteps } from './command.ts';
import type { Part, PartContext, StartedPart } from './part.ts';
import { kafka } from './parts/kafka.ts';
import { keycloak } from './parts/keycloak.ts';
import { mongodb } from './parts/mongodb.ts';
import { redis } from './parts/redis.ts';
import { programs } from './parts/services.ts';
import type { Ports } from './ports.ts';
import { asProblem, Problem } from './problem.ts';
import { identify, residentMiB, runs } from './process.ts';
import { makeSecrets } from './secrets.ts';
import { clean, forget, writeState, type State } from './state.ts';
import { StatusBoard } from './status.ts';

const READY_LIMIT_MS = 600_000;
/** Logs, journals and databases of a young stand. */
const NEEDED_MB = 512;
const RESTARTS_IN_A_ROW = 5;
const CALM_MS = 60_000;
const LAST_LINES = 20;

export const dataParts: Part[] = [mongodb, kafka, redis, keycloak];
export const allParts: Part[] = [...dataParts, ...programs];

/** The running parts of one instance: starts them in the order of their needs, restarts one that dies, stops all. */
export class Stand {
  readonly state: State;
  readonly board: StatusBoard;
  readonly #ports: Ports;
  readonly #parts: Part[];
  readonly #started = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(state: State, ports: Ports, parts: Part[], quiet = false) {
    this.state = state;
    this.#ports = ports;
    this.#parts = parts;
    this.board = new StatusBoard(
      parts.map(({ name }) => name),
      quiet,
    );
  }

  /** Prepares and starts everything, or these of the parts that do not run yet, as parallel as the needs allow; throws the first problem. */
  async start(parts: readonly Part[] = this.#parts): Promise<void> {
    enoughSpace(this.state.directory, NEEDED_MB, 'clone to another disk');
    makeSecrets(this.state.secrets);
    for (const part of parts.filter(({ name }) => !this.#started.has(name))) {
      const needs = part.needs.flatMap((need) => this.#started.get(need) ?? []);
      this.#started.set(
        part.name,
        this.#bringUp(part, () => Promise.all(needs)),
      );
    }
    await Promise.all(this.#started.values());
  }

  async #bringUp(part: Part, needs: () => Promise<unknown>): Promise<void> {
    try {
      await part.prepare?.(this.#context(part));
      await needs();
      this.board.set(part.name, 'starts');
      const begun = performance.now();
      await this.#run(part);
      this.board.set(part.name, `ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    } catch (error) {
      throw asProblem(error);
    }
  }

  async #run(part: Part): Promise<void> {
    if (this.#stopping) throw new Problem('stopped');
    const started = await part.start(this.#context(part));
    if (started.process) this.#adopt(part, started.process);
    await this.#becomesReady(part, started);
    await started.after?.();
    Object.assign(this.state.urls, started.urls);
    writeState(this.state);
  }

  #adopt(part: Part, child: ChildProcess): void {
    child.on('error', (error) => this.board.set(part.name, error.message));
    if (child.pid) this.state.parts[part.name] = { ...identify(child.pid), log: this.#logOf(part.name) };
    writeState(this.state);
  }

  async #becomesReady(part: Part, started: StartedPart): Promise<void> {
    const until = Date.now() + READY_LIMIT_MS;
    while (!(await started.ready())) {
      if (this.#stopping) throw new Problem('stopped');
      const ended = started.process && (started.process.exitCode !== null || started.process.signalCode !== null);
      if (ended || Date.now() > until)
        throw new Problem(
          `${part.name} did not start; its log is ${this.#logOf(part.name)}${this.#endOfLog(part.name)}`,
        );
      await sleep(100);
    }
    started.process?.once('exit', () => void this.#revive(part));
  }

  /** As an orchestrator does: a part that dies is started again, unless it dies again and again. */
  async #revive(part: Part, attempt = 1): Promise<void> {
    if (this.#stopping) return;
    this.board.set(part.name, `ended, starts again (${attempt})`);
    const begun = Date.now();
    try {
      await sleep(300);
      await this.#run(part);
      this.board.set(part.name, 'ready again');
    } catch (error) {
      if (this.#stopping) return;
      const calm = Date.now() - begun > CALM_MS;
      if (attempt >= RESTARTS_IN_A_ROW && !calm) this.board.set(part.name, `gave up: ${(error as Error).message}`);
      else await this.#revive(part, attempt + 1);
    }
  }

  #context(part: Part): PartContext {
    const directory = join(this.state.directory, part.name);
    mkdirSync(directory, { recursive: true });
    return {
      directory,
      ports: this.#ports,
      urls: this.state.urls,
      secrets: this.state.secrets,
      logFile: this.#logOf(part.name),
      progress: (line) => this.board.note(part.name, line),
    };
  }

  #logOf(name: string): string {
    return join(this.state.directory, 'logs', `${name}.log`);
  }

  /** What the part said last: the log of a stand for tests is gone with it. */
  #endOfLog(name: string): string {
    const log = this.#logOf(name);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES) : [];
    return lines.length > 0 ? `, and ends with:\n${lines.join('\n')}` : '.';
  }

  /** Memory of all parts together in MiB. */
  memoryMiB(): number {
    return Object.values(this.state.parts).reduce((sum, part) => sum + (runs(part) ? residentMiB(part.pid) : 0), 0);
  }

  /** Whether the user, or a problem of another part, has asked for the end. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Ends every part, programs before the stores that they write to. */
  async stop(): Promise<void> {
    this.#stopping = true;
    endSteps();
    await clean(this.state);
    forget(this.state.instance);
  }
}
