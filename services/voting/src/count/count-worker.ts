import { parentPort, workerData } from 'node:worker_threads';
import { connectMongo } from '@veche/kit';
import { exportedNumbers } from '../audit/export.ts';
import type { CountOrder } from './count-thread.ts';
import { determine } from './counting.ts';
import { makeStores } from '../store.ts';

/** Entry of the thread that counts one contest, or reads its export in again. */
const { task, mongodbUri, mongodbDatabase, contest, voting, version } = workerData as CountOrder;
const connection = await connectMongo(mongodbUri, mongodbDatabase, { maxPoolSize: 2 });
try {
  const work = task === 'count' ? determine : exportedNumbers;
  parentPort!.postMessage(await work(makeStores(connection), contest, voting, version));
} finally {
  await connection.close();
}
