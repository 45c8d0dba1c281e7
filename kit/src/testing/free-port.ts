import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems lend to connections (from 32768 on), and clear of the usual ports of databases and of a stand. */
const [FIRST, END] = [20_000, 27_000];
const given = new Set<number>();

/**
 * A port of the loopback that nobody listens at, never the same twice. It is none that the system lends to the clients
 * of others, for one of those may be lent between this answer and the start of the program that is to listen there.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < END - FIRST; tries++) {
    const port = randomInt(FIRST, END);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No port from ${FIRST} to ${END - 1} is free.`);
}

/** Whether one could listen at this port of the loopback now. */
export function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}
