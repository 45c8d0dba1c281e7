/** What may be played without the rest. */
export const PARTS = ['bad-installs', 'votes', 'guide', 'restore'];

/** Tells each step with its time, as it ends. */
export class Steps {
  readonly #begun = performance.now();

  async run<T>(what: string, step: () => T | Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      const result = await step();
      this.tell(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      this.tell(`${what}: FAILED after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      throw error;
    }
  }

  tell(line: string): void {
    console.log(`[${((performance.now() - this.#begun) / 1000).toFixed(0).padStart(4)} s] ${line}`);
  }
}
