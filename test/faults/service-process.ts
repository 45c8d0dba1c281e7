import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { KafkaBus, makeLog, startService, tokenVerifier, type BusMessage, type EventBus } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import { definition as analytics } from '../../services/analytics/src/definition.ts';
import { definition as voting } from '../../services/voting/src/definition.ts';
import { OPENS } from '../../services/voting/test/setup.ts';
import { RunningClock } from './running-clock.ts';
import { ShuffledBus } from './shuffled-bus.ts';

/**
 * A service as a process that can be killed, stopped and started again on the same database, its background work by its own timers. Settings are in the
 * environment; arguments: name, issuer of the tokens, its public keys. KAFKA_BROKERS=memory:0 gives it an event log of its own, so that nothing else has to run.
 */
const [name, issuer, keys] = process.argv.slice(2) as [string, string, string];
const log = makeLog(name, (process.env['TEST_LOG_LEVEL'] ?? 'silent') as 'silent');
const { KAFKA_BROKERS: brokers = '', FAULT_CLOCK_MS: distance, FAULT_SHUFFLE: shuffle } = process.env;
const running = distance ? new RunningClock(Number(distance)) : null;
const end = (): void => process.exit(0);

const kafka = (): KafkaBus =>
  new KafkaBus({ brokers: brokers.split(','), clientId: name, log, onFatal: () => process.exit(1) });
const own = brokers === 'memory:0' ? new MemoryBus() : kafka();
const bus: EventBus = shuffle ? new ShuffledBus(own) : own;
const service = await startService(name === 'voting' ? (voting as never) : (analytics as never), {
  bus,
  clock: running ?? new ManualClock(OPENS),
  verifier: tokenVerifier({ issuer, audience: 'gateway', keys: createLocalJWKSet(JSON.parse(keys) as JSONWebKeySet) }),
  log,
  leaseTtlMs: 1_500,
});

interface Message {
  publish?: BusMessage[];
  /** New distance of the clock from that of the machine, milliseconds. */
  clock?: number;
  end?: true;
}

process.on('message', ({ publish, clock, end: asked }: Message) => {
  if (publish) void bus.publish(publish);
  if (clock !== undefined) running!.set(clock);
  if (asked) void service.stop().then(end);
});
process.on('disconnect', end);
process.send!({ port: Number(new URL(service.url).port) });
