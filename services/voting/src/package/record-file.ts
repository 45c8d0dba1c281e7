import { once } from 'node:events';
import { createWriteStream, type PathLike } from 'node:fs';
import { open } from 'node:fs/promises';

const HASH_BYTES = 32;

/** A text file that grows line by line, no faster than the disk takes it. */
export async function writeLines(path: PathLike, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const failed = once(file, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  for await (const line of lines) if (!file.write(`${line}\n`)) await Promise.race([once(file, 'drain'), failed]);
  file.end();
  await Promise.race([once(file, 'finish'), failed]);
}

/** Leaves of a log in order, 32 bytes each, and the way from a leaf to its index without a million strings in memory. */
export class LeafIndex {
  readonly #leaves: Buffer;
  readonly #sorted: Uint32Array;
  readonly size: number;

  constructor(leaves: Buffer) {
    this.#leaves = leaves;
    this.size = leaves.length / HASH_BYTES;
    this.#sorted = Uint32Array.from({ length: this.size }, (_, index) => index).sort((a, b) => this.#compare(a, b));
  }

  /** Index of a leaf in the log; -1 when it is not there. */
  indexOf(leaf: Buffer): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(this.#sorted[middle]!).compare(leaf) < 0) low = middle + 1;
      else high = middle;
    }
    const found = this.#sorted[low];
    return found !== undefined && this.#at(found).equals(leaf) ? found : -1;
  }

  #at(index: number): Buffer {
    return this.#leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  #compare(a: number, b: number): number {
    return this.#leaves.compare(
      this.#leaves,
      b * HASH_BYTES,
      (b + 1) * HASH_BYTES,
      a * HASH_BYTES,
      (a + 1) * HASH_BYTES,
    );
  }
}

/** Where the line of each entry lies in a file that holds the lines in another order. */
export class LinePlaces {
  readonly #offsets: Float64Array;
  readonly #lengths: Uint32Array;
  #end = 0;
  /** Entries that have their line. */
  placed = 0;

  constructor(size: number) {
    this.#offsets = new Float64Array(size);
    this.#lengths = new Uint32Array(size);
  }

  /** Notes that the next line of the file is that of `index`. */
  add(index: number, line: string): void {
    const length = Buffer.byteLength(line);
    if (this.#lengths[index] === 0) this.placed += 1;
    this.#offsets[index] = this.#end;
    this.#lengths[index] = length;
    this.#end += length + 1;
  }

  /** The lines in the order of their indexes. */
  async *inOrder(path: string): AsyncGenerator<string> {
    const file = await open(path);
    try {
      for (const [index, length] of this.#lengths.entries()) {
        const line = Buffer.alloc(length);
        await file.read(line, 0, length, this.#offsets[index]);
        yield line.toString();
      }
    } finally {
      await file.close();
    }
  }
}
