import type mongoose from 'mongoose';
import { KafkaBus } from '../bus/kafka-bus.ts';
import { ConfigError, kafkaAccess, list, readConfig, type BaseConfig, type ConfigSpec } from '../config.ts';
import { makeLog } from '../log.ts';
import type { AggregateStore } from '../mongo/aggregate.ts';
import { connectMongo } from '../mongo/connection.ts';
import { summaryOf, together, type Audit, type Violation } from './audit.ts';
import { busAudit } from './bus-audit.ts';
import { outboxAudit } from './outbox-audit.ts';

type StoreSettings = Pick<BaseConfig, 'mongodbUri' | 'mongodbDatabase'>;

export interface AuditedService<S extends StoreSettings> {
  service: string;
  /** What it needs of the settings of the service. */
  settings: ConfigSpec<S>;
  produces: readonly string[];
  open(connection: mongoose.Connection, settings: S): OpenedAudit | Promise<OpenedAudit>;
}

export interface OpenedAudit {
  /** Those with an outbox. */
  stores: readonly AggregateStore<any>[];
  consumes: readonly string[];
  audit: Audit;
}

/**
 * The audit of a service as a command: a line of JSON for each violation and figure, then one for each invariant. Exit code 0 nothing found, 1 something
 * (or a failure), 78 wrong settings. With KAFKA_BROKERS the event log is asked too. Arguments are contests; none for all.
 */
export async function auditCommand<S extends StoreSettings>(audited: AuditedService<S>): Promise<void> {
  try {
    const settings = readConfig(audited.settings, process.env);
    const connection = await connectMongo(settings.mongodbUri, settings.mongodbDatabase);
    try {
      process.exitCode = (await run(audited, connection, settings)) === 0 ? 0 : 1;
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
  }
}

async function run<S extends StoreSettings>(
  { service, open, produces }: AuditedService<S>,
  connection: mongoose.Connection,
  settings: S,
): Promise<number> {
  const { stores, consumes, audit } = await open(connection, settings);
  const bus = process.env['KAFKA_BROKERS'] ? kafka(service) : null;
  const print = (line: object): void => console.log(JSON.stringify({ service, ...line }));
  const contests = process.argv.slice(2);
  const own = contests.length > 0 ? audit : together(audit, outboxAudit(stores));
  const whole =
    bus && contests.length === 0 ? together(own, busAudit({ bus, group: service, consumes, produces })) : own;
  const found: Violation[] = [];
  try {
    const stopping = new AbortController().signal;
    for await (const violation of whole.look({ now: new Date(), contests, stopping, tell: print })) {
      print(violation);
      found.push(violation);
    }
  } finally {
    await bus?.close();
  }
  for (const summary of summaryOf(whole, found)) print(summary);
  if (!bus && contests.length === 0) print({ unchecked: 'event log', reason: 'KAFKA_BROKERS is not set' });
  return found.length;
}

function kafka(service: string): KafkaBus {
  const place = readConfig({ brokers: list('KAFKA_BROKERS'), access: kafkaAccess }, process.env);
  const onFatal = (error: Error): never => {
    throw error;
  };
  return new KafkaBus({ ...place, clientId: `${service}-audit`, log: makeLog(service, 'silent'), onFatal });
}
