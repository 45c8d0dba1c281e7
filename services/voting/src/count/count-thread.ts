import { Worker } from 'node:worker_threads';
import type { Determined } from './counting.ts';
import type { CounterParts } from './counter.ts';
import type { Voting } from '../domain/voting.ts';

/** What a thread is given to count one contest. */
export interface CountOrder {
  mongodbUri: string;
  mongodbDatabase: string;
  contest: string;
  voting: Voting;
  version: number;
}

/** Counts in a thread with a connection of its own: neither reading a million ballots nor counting them delays a request. */
export const inThread =
  (mongodbUri: string, mongodbDatabase: string): CounterParts['determine'] =>
  (contest, voting, version, stopping) => {
    const workerData: CountOrder = { mongodbUri, mongodbDatabase, contest, voting, version };
    const worker = new Worker(new URL('count-worker.ts', import.meta.url), { workerData });
    const { promise, resolve, reject } = Promise.withResolvers<Determined>();
    const stop = (): void => void worker.terminate();
    stopping.addEventListener('abort', stop, { once: true });
    let determined: Determined | null = null;
    worker.once('message', (message: Determined) => (determined = message));
    worker.once('error', reject);
    // Only when the thread is gone, with its connection, is the count over.
    worker.once('exit', (code) =>
      determined ? resolve(determined) : reject(new Error(`the count ended without a result, exit code ${code}`)),
    );
    return promise.finally(() => stopping.removeEventListener('abort', stop));
  };
