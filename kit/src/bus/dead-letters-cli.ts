#!/usr/bin/env node
// dead-letters-cli.ts list TOPIC | replay TOPIC [ID...] | discard TOPIC ID...       KAFKA_BROKERS=host:port,...
import { parseArgs } from 'node:util';
import { ConfigError, kafkaAccess, list, readConfig } from '../config.ts';
import { makeLog } from '../log.ts';
import type { EventLog } from './dead-letters.ts';
import { discardDeadLetters, listDeadLetters, replayDeadLetters } from './dead-letters.ts';
import { KafkaBus } from './kafka-bus.ts';

const USAGE = 'usage: dead-letters list TOPIC | replay TOPIC [ID...] | discard TOPIC ID...';

async function run(log: EventLog, [command, topic, ...ids]: string[]): Promise<string> {
  if (!topic) throw new RangeError(USAGE);
  if (command === 'list') return (await listDeadLetters(log, topic)).map(describe).join('\n');
  if (command === 'replay') {
    return `${await replayDeadLetters(log, topic, ids.length > 0 ? ids : undefined)} replayed`;
  }
  if (command === 'discard' && ids.length > 0) {
    return `${await discardDeadLetters(log, topic, ids)} discarded`;
  }
  throw new RangeError(USAGE);
}

function describe(letter: Awaited<ReturnType<typeof listDeadLetters>>[number]): string {
  const { message, ...rest } = letter;
  return JSON.stringify({ ...rest, time: message.headers['ce_time'] });
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  let bus: KafkaBus | null = null;
  try {
    const place = readConfig({ brokers: list('KAFKA_BROKERS'), access: kafkaAccess }, process.env);
    bus = new KafkaBus({
      ...place,
      clientId: 'dead-letters',
      log: makeLog('dead-letters', 'silent'),
      onFatal: (error) => {
        throw error;
      },
    });
    process.stdout.write(`${await run(bus, positionals)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return error instanceof ConfigError ? 78 : error instanceof RangeError ? 64 : 1;
  } finally {
    await bus?.close();
  }
}

process.exitCode = await main();
