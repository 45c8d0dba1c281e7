import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, connectMongo, readConfig } from '@veche/kit';
import { config } from '../config.ts';
import { makeStores, type Stores } from '../store.ts';

export interface Opened {
  stores: Stores;
  logKey: KeyObject;
  /** Contests that were named; empty for all. */
  contests: readonly string[];
}

/**
 * The frame of an operator's check: the stores by the settings of the service, and the exit code: 0 nothing found, 1 something (or a failure), 78
 * wrong settings. `look` gives how much it found.
 */
export async function check(look: (opened: Opened) => Promise<number>): Promise<void> {
  try {
    const { mongodbUri, mongodbDatabase, keysDir } = config;
    const settings = readConfig({ mongodbUri, mongodbDatabase, keysDir }, process.env);
    const logKey = createPublicKey(readFileSync(join(settings.keysDir, 'log-key.pem')));
    const connection = await connectMongo(settings.mongodbUri, settings.mongodbDatabase);
    try {
      const found = await look({ stores: makeStores(connection), logKey, contests: process.argv.slice(2) });
      process.exitCode = found === 0 ? 0 : 1;
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
  }
}
