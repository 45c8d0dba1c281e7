import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artefact } from '../cache.ts';
import { java, tied } from '../command.ts';
import { treeDigest } from '../digest.ts';
import { HOST } from '../host.ts';
import { given, type Part, type PartContext } from '../part.ts';
import { freePorts } from '../ports.ts';
import { logged } from '../probe.ts';
import { end, identify, launch } from '../process.ts';
import { Problem } from '../problem.ts';
import { maven, mavenRepository } from './maven.ts';

const VERSION = '4.3.1';
/** Digest of all jars together (`treeDigest`): the broker's code is exactly the one that was tried. */
const JARS = '784cd34e7b34743c12a789e6d5ed47e6e1b6cdb46633f0647cef98cf11690351';
const HOME = join(import.meta.dirname, '../../kafka');
export const CLUSTER_ID = 'dmVjaGUtc3RhbmQta2Fma2E';
export const JVM = ['-Xms96m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
export const STARTED = /Kafka Server started/;

/** Broker and controller in one process (KRaft). */
export const kafka: Part = {
  name: 'kafka',
  needs: [],
  prepare: async (context) => {
    if (!process.env.KAFKA_BROKERS) await distribution(context);
  },
  start: async (context) => {
    if (process.env.KAFKA_BROKERS) return given('kafka', 'KAFKA_BROKERS');
    const { classPath, made } = await distribution(context);
    const { kafka: port, 'kafka-controller': controller } = context.ports;
    const data = join(context.directory, 'data');
    if (!existsSync(data)) cpSync(join(made, 'formatted'), data, { recursive: true });
    const properties = join(context.directory, 'server.properties');
    writeFileSync(properties, settings(port, controller, data, HOST));
    const from = existsSync(context.logFile) ? statSync(context.logFile).size : 0;
    const archive = `-XX:SharedArchiveFile=${join(made, 'kafka.jsa')}`;
    const broker = launch(
      await java(context.progress),
      [...JVM, archive, ...main(classPath), properties],
      process.env,
      context.logFile,
    );
    return { process: broker, urls: { kafka: `${HOST}:${port}` }, ready: logged(context.logFile, STARTED, from) };
  },
};

interface Distribution {
  /** Java's class path of the broker. */
  classPath: string;
  /** Formatted data directory to copy, and class-data archive. */
  made: string;
}

export const main = (classPath: string): string[] => [
  '-Djava.awt.headless=true',
  `-Dlog4j2.configurationFile=${join(HOME, 'log4j2.xml')}`,
  '-cp',
  classPath,
  'kafka.Kafka',
];

/** Jars, a formatted data directory to copy, and a class-data archive that halves the start; the archive is bound to the JVM's build and the jars' paths. */
export async function distribution({
  progress,
  logFile,
}: Pick<PartContext, 'progress' | 'logFile'>): Promise<Distribution> {
  const pom = join(HOME, 'pom.xml');
  const jars = await artefact(`kafka-jars-${VERSION}-${JARS.slice(0, 12)}`, async (part) => {
    const lib = join(part, 'lib');
    // A copy that was broken off is no base to go on from; what was downloaded is in Maven's repository.
    rmSync(lib, { recursive: true, force: true });
    await maven(
      'copy-dependencies',
      ['-f', pom, '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
      'Kafka',
      progress,
    );
    if ((await treeDigest(lib)) === JARS) return;
    rmSync(mavenRepository(), { recursive: true, force: true });
    throw new Problem("Kafka's files are not the pinned ones; they are removed, start again to download them anew.");
  });
  const classPath = classPathOf(join(jars, 'lib'));
  const program = await java(progress);
  const build = execFileSync(program, ['-Xinternalversion'], { encoding: 'utf8' });
  const made = await artefact(
    `kafka-ready-${VERSION}-${hash(Buffer.from(build + classPath + settings(1, 2, '')))}`,
    async (part) => {
      progress('formatting and archiving classes, once');
      await format(program, classPath, part);
      await archive(program, classPath, part, `${logFile}.archive`);
    },
  );
  return { classPath, made };
}

const classPathOf = (lib: string): string =>
  readdirSync(lib)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(lib, name))
    .join(':');

const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex').slice(0, 12);

async function format(program: string, classPath: string, part: string): Promise<void> {
  const data = join(part, 'formatted');
  rmSync(data, { recursive: true, force: true });
  const ports = await freePorts();
  const properties = join(part, 'format.properties');
  writeFileSync(properties, settings(ports.kafka, ports['kafka-controller'], data));
  const tool = [...JVM, ...main(classPath).slice(0, -1), 'kafka.tools.StorageTool', 'format'];
  execFileSync(
    program,
    [...tool, '--standalone', '--ignore-formatted', '--cluster-id', CLUSTER_ID, '--config', properties],
    { stdio: 'pipe' },
  );
}

/** A trial run that leaves the archive of loaded classes when it ends. */
async function archive(program: string, classPath: string, part: string, log: string): Promise<void> {
  const trial = join(part, 'trial');
  rmSync(trial, { recursive: true, force: true });
  cpSync(join(part, 'formatted'), trial, { recursive: true });
  const ports = await freePorts();
  const properties = join(part, 'trial.properties');
  writeFileSync(properties, settings(ports.kafka, ports['kafka-controller'], trial));
  const jsa = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off', `-XX:ArchiveClassesAtExit=${join(part, 'kafka.jsa')}`];
  const broker = launch(...tied(program, [...JVM, ...jsa, ...main(classPath), properties]), process.env, log);
  const ready = logged(log, STARTED, 0);
  for (let n = 0; n < 600 && !(await ready()); n++) await sleep(200);
  await end(identify(broker.pid!), 60_000);
  rmSync(trial, { recursive: true, force: true });
}

export function settings(port: number, controller: number, data: string, host = '127.0.0.1'): string {
  const listeners = `PLAINTEXT://${host}:${port},CONTROLLER://127.0.0.1:${controller}`;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners,
    'advertised.listeners': `PLAINTEXT://${host}:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'num.partitions': 3,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.recovery.threads.per.data.dir': 1,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 8388608,
    'log.cleaner.threads': 1,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
