import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 60_000;

/** The file of the package of a counted contest, as anybody downloads it: asked for again while it is being made. */
export async function publishedArchive(service: string, contestId: string, query = ''): Promise<string> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const response = await fetch(`${service}/open/contests/${contestId}/package.tar${query}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status === 200) {
      const archive = join(mkdtempSync(join(tmpdir(), 'veche-package-')), 'package.tar');
      writeFileSync(archive, bytes);
      return archive;
    }
    if (response.status !== 503 || performance.now() > until)
      throw new Error(`HTTP ${response.status}: ${String(bytes)}`);
    await sleep(500);
  }
}
