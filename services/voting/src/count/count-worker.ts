import { parentPort, workerData } from 'node:worker_threads';
import { connectMongo } from '@veche/kit';
import type { CountOrder } from './count-thread.ts';
import { determine } from './counting.ts';
import { makeStores } from '../store.ts';

/** Entry of the thread that counts one contest. */
const { mongodbUri, mongodbDatabase, contest, voting, version } = workerData as CountOrder;
const connection = await connectMongo(mongodbUri, mongodbDatabase, { maxPoolSize: 2 });
try {
  parentPort!.postMessage(await determine(makeStores(connection), contest, voting, version));
} finally {
  await connection.close();
}
