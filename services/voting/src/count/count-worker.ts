import { parentPort, workerData } from 'node:worker_threads';
import { connectMongo } from '@veche/kit';
import { exportedNumbers } from '../audit/export.ts';
import type { CountOrder } from './count-thread.ts';
import { determine } from './counting.ts';
import { writeFiles } from '../package/assemble.ts';
import { makeStores } from '../store.ts';

/** Entry of the thread that counts one contest, writes the files of its package, or reads its export in again. */
const { task, mongodbUri, mongodbDatabase, contest, voting, version, directory } = workerData as CountOrder;
const connection = await connectMongo(mongodbUri, mongodbDatabase, { maxPoolSize: 2 });
try {
  const work = { count: determine, export: exportedNumbers, package: writeFiles }[task];
  parentPort!.postMessage(await work(makeStores(connection), contest, voting, version, directory!));
} finally {
  await connection.close();
}
