import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** For how long a process that ends waits for the connections that its clients keep. */
export const LAST_ANSWERS_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Tells clients, by each answer from now on, that its connection ends with it, and takes what comes meanwhile. Resolves when no connection is left, or
 * after `limitMs`: one that was silent for so long is hardly about to be used in the moment when the server closes it.
 */
export async function lastAnswers(server: Server, limitMs: number): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  const until = performance.now() + limitMs;
  while (performance.now() < until && (await connectionsOf(server)) > 0) await sleep(LOOK_EVERY_MS);
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
