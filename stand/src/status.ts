/** One line of live status for each part: repainted on a terminal, one line for each change elsewhere. */
export class StatusBoard {
  readonly #lines = new Map<string, string>();
  readonly #born = performance.now();
  readonly #tty = process.stdout.isTTY === true;
  readonly #quiet: boolean;
  #painted = 0;
  #shown = new Map<string, string>();

  constructor(names: string[], quiet = false) {
    for (const name of names) this.#lines.set(name, 'waits');
    this.#quiet = quiet;
  }

  seconds(): string {
    return ((performance.now() - this.#born) / 1000).toFixed(1);
  }

  /** A lasting change of a part's state. */
  set(name: string, text: string): void {
    const line = `${text} (${this.seconds()} s)`;
    this.#lines.set(name, line);
    if (this.#quiet) return;
    if (this.#tty) this.#paint();
    else process.stdout.write(`${name.padEnd(13)} ${line}\n`);
  }

  /** A passing note, for example the progress of a download; shown at most each five seconds where lines cannot be repainted. */
  note(name: string, text: string): void {
    this.#lines.set(name, text.slice(0, 90));
    if (this.#quiet) return;
    if (this.#tty) return this.#paint();
    const window = String(Math.floor(performance.now() / 5000));
    if (this.#shown.get(name) === window) return;
    this.#shown.set(name, window);
    process.stdout.write(`${name.padEnd(13)} ${text.slice(0, 90)}\n`);
  }

  #paint(): void {
    if (this.#painted > 0) process.stdout.write(`\u001b[${this.#painted}A`);
    for (const [name, line] of this.#lines) process.stdout.write(`\u001b[2K${name.padEnd(13)} ${line}\n`);
    this.#painted = this.#lines.size;
  }
}
