import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** Ready when an HTTP address answers 200. */
export const answers = (url: string) => async (): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
};

/** Ready when the log of this start has the line; `from` is the log's size before the start. */
export const logged = (file: string, line: RegExp, from: number) => async (): Promise<boolean> =>
  existsSync(file) && line.test(readFileSync(file).subarray(from).toString('utf8'));

/** Where a program listens. */
export interface Place {
  host: string;
  port: number;
}

/** Ready when a connection is taken. */
export const accepts = (place: Place) => async (): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ ...place, timeout: 2000 });
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(false));
  socket.once('error', () => resolve(false));
  const open = await promise;
  socket.destroy();
  return open;
};
