import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Content of a file that is written once and durably: of several replicas that try, the first wins and the others get what it wrote. It is
 * written aside and linked into place, so that nobody reads a half.
 */
export function writeOnce(file: string, text: string): string {
  const aside = `${file}.${randomUUID()}.part`;
  writeFileSync(aside, text, { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(aside, file);
    syncDirectory(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
  return readFileSync(file, 'utf8');
}

/** Makes names that came or went in a directory durable. */
export function syncDirectory(directory: string): void {
  const open = openSync(directory, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
