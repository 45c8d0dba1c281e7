import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { makeIssuer } from '@veche/kit/testing/tokens';

type Issuer = Awaited<ReturnType<typeof makeIssuer>>;

/** A service in a process of its own. */
export class ServiceChild {
  readonly #name: string;
  readonly #issuer: Issuer;
  readonly #env: Record<string, string>;
  #child: ChildProcess | null = null;
  #wanted = false;
  url = '';
  /** How often it ended by itself and was started again, as an orchestrator does. */
  revived = 0;

  constructor(name: string, issuer: Issuer, env: Record<string, string>) {
    this.#name = name;
    this.#issuer = issuer;
    this.#env = env;
  }

  async start(more: Record<string, string> = {}): Promise<void> {
    const { issuer, jwks } = this.#issuer;
    const child = fork(new URL('service-process.ts', import.meta.url), [this.#name, issuer, JSON.stringify(jwks)], {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: '0',
        TOKEN_ISSUER: issuer,
        TOKEN_JWKS_URL: `${issuer}/certs`,
        ...this.#env,
        ...more,
      },
    });
    this.#child = child;
    this.#wanted = more['VECHE_FAIL_POINT'] === undefined;
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${this.#name} ended with ${code}`)));
    ended.catch(() => void (this.#wanted && this.#child === child && this.#revive()));
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
    this.url = `http://127.0.0.1:${port}`;
  }

  async #revive(): Promise<void> {
    this.revived += 1;
    await this.start().catch(() => {});
  }

  get hasEnded(): boolean {
    const { exitCode, signalCode } = this.#child!;
    return exitCode !== null || signalCode !== null;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  send(message: object): void {
    this.#child!.send(message);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child!.kill(signal);
  }

  kill(): Promise<unknown> {
    this.#wanted = false;
    const gone = this.whenGone();
    this.#child!.kill('SIGKILL');
    return gone;
  }

  async end(): Promise<void> {
    this.#wanted = false;
    if (this.#child?.connected) this.#child.send({ end: true });
    const limit = setTimeout(() => this.#child!.kill('SIGKILL'), 20_000);
    await this.whenGone();
    clearTimeout(limit);
  }

  whenGone(): Promise<unknown> {
    const child = this.#child!;
    return child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  }
}
