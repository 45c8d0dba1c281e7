import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 60_000;

/** A file of a counted contest, as anybody downloads it: asked for again while the package is being made. */
export async function publishedFile(service: string, contestId: string, path: string): Promise<Response> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const response = await fetch(`${service}/open/contests/${contestId}/${path}`);
    if (response.status === 200) return response;
    const said = await response.text();
    if (response.status !== 503 || performance.now() > until) throw new Error(`HTTP ${response.status}: ${said}`);
    await sleep(500);
  }
}

/** The package of a counted contest as a file. */
export async function publishedArchive(service: string, contestId: string, query = ''): Promise<string> {
  const response = await publishedFile(service, contestId, `package.tar${query}`);
  const archive = join(mkdtempSync(join(tmpdir(), 'veche-package-')), 'package.tar');
  writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
  return archive;
}
