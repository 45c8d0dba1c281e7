import { Worker } from 'node:worker_threads';
import type { Exported } from '../domain/audit.ts';
import type { PackageParts, Written } from '../package/assemble.ts';
import type { Voting } from '../domain/voting.ts';
import type { CounterParts } from './counter.ts';
import type { Determined } from './counting.ts';

/** What a thread is given to count one contest, to write the files of its package, or to read its export in again. */
export interface CountOrder {
  task: 'count' | 'export' | 'package';
  mongodbUri: string;
  mongodbDatabase: string;
  contest: string;
  voting: Voting;
  version: number;
  /** Of a package: where to write. */
  directory?: string;
}

export interface Threads {
  determine: CounterParts['determine'];
  /** Numbers of the exported file of a version, read in again. */
  exported: (contest: string, voting: Voting, version: number, stopping: AbortSignal) => Promise<Exported>;
  write: PackageParts['write'];
}

/** Counts in a thread with a connection of its own: neither reading a million ballots nor counting them delays a request. */
export function inThread(mongodbUri: string, mongodbDatabase: string): Threads {
  const order =
    <T>(task: CountOrder['task']) =>
    (contest: string, voting: Voting, version: number, stopping: AbortSignal): Promise<T> =>
      run<T>({ task, mongodbUri, mongodbDatabase, contest, voting, version }, stopping);
  return {
    determine: order<Determined>('count'),
    exported: order<Exported>('export'),
    write: (contest, voting, version, directory) =>
      run<Written>({ task: 'package', mongodbUri, mongodbDatabase, contest, voting, version, directory }),
  };
}

function run<T>(workerData: CountOrder, stopping?: AbortSignal): Promise<T> {
  const worker = new Worker(new URL('count-worker.ts', import.meta.url), { workerData });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = (): void => void worker.terminate();
  stopping?.addEventListener('abort', stop, { once: true });
  let answer: T | null = null;
  worker.once('message', (message: T) => (answer = message));
  worker.once('error', reject);
  // Only when the thread is gone, with its connection, is the count over.
  worker.once('exit', (code) =>
    answer ? resolve(answer) : reject(new Error(`the count ended without a result, exit code ${code}`)),
  );
  return promise.finally(() => stopping?.removeEventListener('abort', stop));
}
