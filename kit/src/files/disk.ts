import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { sha256Hex } from '../hash.ts';
import { syncDirectory } from '../write-once.ts';
import { keyOf, type FileStorage } from './storage.ts';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Files in a directory, for one machine or a shared volume. Each is written aside and renamed, so that nobody reads a half. */
export function diskStorage(directory: string): FileStorage {
  const placeOf = (sha256: string) => join(directory, keyOf(sha256));
  const has = (place: string) =>
    stat(place).then(
      () => true,
      () => false,
    );
  return {
    adapter: 'disk',
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      const place = placeOf(sha256);
      if (await has(place)) return sha256;
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      const aside = `${place}.${randomUUID()}.part`;
      const file = await open(aside, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, place);
      syncDirectory(dirname(place));
      return sha256;
    },
    async open(sha256): Promise<Readable | null> {
      try {
        return (await open(placeOf(sha256), 'r')).createReadStream();
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
  };
}
