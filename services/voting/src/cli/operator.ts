import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, connectMongo, readConfig } from '@veche/kit';
import { config } from '../config.ts';
import { operatorKeys, type OperatorKeys } from '../keys/open-keys.ts';
import { makeStores, type Stores } from '../store.ts';

export interface Opened {
  stores: Stores;
  logKey: KeyObject;
  /** Contests that were named; empty for all. */
  contests: readonly string[];
}

/** Runs a program of the operator: the exit code is what `work` gives, 78 for wrong settings, 1 for a failure. */
export async function program(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
  }
}

/** The stores by the settings of the service, as long as `work` runs. */
export async function withStores<T>(work: (stores: Stores) => Promise<T>, env = process.env): Promise<T> {
  const { mongodbUri, mongodbDatabase } = config;
  const settings = readConfig({ mongodbUri, mongodbDatabase }, env);
  const connection = await connectMongo(settings.mongodbUri, settings.mongodbDatabase);
  try {
    return await work(makeStores(connection));
  } finally {
    await connection.close();
  }
}

/** The keys by the settings of the service. */
export function keysOfService(env = process.env): OperatorKeys {
  const { keysDir, vault } = config;
  return operatorKeys(readConfig({ keysDir, vault }, env));
}

/** A file that was named by who called; paths are meant from where they stand. */
export const named = (file: string): string => resolve(process.env['VECHE_CALLED_FROM'] ?? '.', file);
export const textOfNamed = (file: string): string => readFileSync(named(file), 'utf8');

/** The frame of an operator's check: 0 nothing found, 1 something. `look` gives how much it found. */
export const check = (look: (opened: Opened) => Promise<number>): Promise<void> =>
  program(async () => {
    const logKey = createPublicKey(await keysOfService().logKey());
    const found = await withStores((stores) => look({ stores, logKey, contests: process.argv.slice(2) }));
    return found === 0 ? 0 : 1;
  });
