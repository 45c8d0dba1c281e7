import { createReadStream, existsSync, openSync, readSync, statSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BLOCK = 512;

interface Place {
  path: string;
  start: number;
  size: number;
}

/** Files of a published package: a directory, or a tar archive that is read in place. */
export class PackageFiles {
  readonly #places: (name: string) => Place | undefined;

  constructor(path: string) {
    if (statSync(path).isDirectory()) {
      this.#places = (name) => {
        const file = join(path, name);
        return existsSync(file) ? { path: file, start: 0, size: statSync(file).size } : undefined;
      };
    } else {
      const members = membersOf(path);
      this.#places = (name) => members.get(name);
    }
  }

  stream(name: string): AsyncIterable<Buffer> {
    const { path, start, size } = this.#place(name);
    return size === 0 ? empty() : createReadStream(path, { start, end: start + size - 1 });
  }

  async text(name: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream(name)) chunks.push(chunk);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  }

  lines(name: string): AsyncIterable<string> {
    const { path, start, size } = this.#place(name);
    if (size === 0) return empty();
    const input = createReadStream(path, { start, end: start + size - 1 });
    return createInterface({ input, crlfDelay: Infinity });
  }

  #place(name: string): Place {
    const place = this.#places(name);
    if (!place) throw new RangeError(`${name}: is missing`);
    return place;
  }
}

async function* empty(): AsyncGenerator<never> {}

/** Members of an uncompressed tar archive (POSIX ustar) by the last part of their name. */
function membersOf(path: string): Map<string, Place> {
  const members = new Map<string, Place>();
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(BLOCK);
    for (let at = 0; readSync(file, header, 0, BLOCK, at) === BLOCK && header[0] !== 0;) {
      const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
      const size = parseInt(header.toString('ascii', 124, 136), 8);
      if (header.toString('ascii', 257, 262) !== 'ustar' || !Number.isSafeInteger(size))
        throw new RangeError('the file is no tar archive');
      members.set(name.slice(name.lastIndexOf('/') + 1), { path, start: at + BLOCK, size });
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
  } finally {
    closeSync(file);
  }
  return members;
}
