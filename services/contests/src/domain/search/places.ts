import { CHUNK, countBits, positions, type Bits } from './bits.ts';

interface Part {
  chunk: number;
  bits: Bits;
  count: number;
}

/**
 * Places of documents in a fixed order, counted at once and named only where a page asks for them: a common word is held by hundreds of thousands of
 * documents, and twenty are shown. Within a part the newest document is the first.
 */
export class Places {
  readonly #parts: readonly Part[];
  readonly length: number;

  constructor(parts: readonly Omit<Part, 'count'>[]) {
    this.#parts = parts.map(({ chunk, bits }) => ({ chunk, bits, count: countBits(bits) }));
    this.length = this.#parts.reduce((sum, { count }) => sum + count, 0);
  }

  /** The places from one index up to another, its end excluded. */
  slice(from: number, to: number): number[] {
    const found: number[] = [];
    let before = 0;
    for (const { chunk, bits, count } of this.#parts) {
      const [first, end] = [Math.max(0, from - before), Math.min(count, to - before)];
      if (first < end)
        found.push(
          ...positions(bits)
            .slice(first, end)
            .map((at) => chunk * CHUNK + at),
        );
      before += count;
    }
    return found;
  }
}
