import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { mongodb } from '../src/parts/mongodb.ts';
import type { PartContext } from '../src/part.ts';
import { freePorts } from '../src/ports.ts';

/** Starts the stand's database as `npm start` does; gives its process and a connection. */
async function start(directory: string): Promise<{ kill: () => Promise<void>; connection: mongoose.Connection }> {
  const context = {
    directory: join(directory, 'data'),
    ports: await freePorts(),
    urls: {},
    secrets: '',
    logFile: join(directory, 'log'),
    progress: () => {},
  } satisfies PartContext;
  const started = await mongodb.start(context);
  while (!(await started.ready())) await sleep(50);
  await started.after?.();
  const connection = await mongoose.createConnection(started.urls.mongodb!, { dbName: 'durability' }).asPromise();
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => started.process!.once('exit', resolve));
    started.process!.kill('SIGKILL');
    await ended;
  };
  return { kill, connection };
}

test('kill -9 while writing loses no acknowledged write', async () => {
  if (process.env.MONGODB_URI) return;
  const directory = mkdtempSync(join(tmpdir(), 'veche-durability-'));
  try {
    const first = await start(directory);
    const acknowledged: number[] = [];
    let next = 0;
    const writer = async (): Promise<void> => {
      for (;;) {
        const n = next++;
        try {
          await first.connection
            .collection<{ _id: number }>('writes')
            .insertOne({ _id: n }, { writeConcern: { w: 'majority', journal: true } });
        } catch {
          return;
        }
        acknowledged.push(n);
      }
    };
    const writers = Promise.all(Array.from({ length: 16 }, writer));
    // By number and not by time, so that a slow machine writes as many.
    while (acknowledged.length < 100) await sleep(50);
    await first.kill();
    await first.connection.close(true);
    await writers;
    const second = await start(directory);
    const found = new Set(
      (await second.connection.collection<{ _id: number }>('writes').find().toArray()).map(({ _id }) => Number(_id)),
    );
    const lost = acknowledged.filter((n) => !found.has(n));
    process.stdout.write(`kill -9 while writing: ${lost.length} of ${acknowledged.length} acknowledged writes lost\n`);
    expect(lost).toEqual([]);
    await second.connection.close(true);
    await second.kill();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 180_000);
