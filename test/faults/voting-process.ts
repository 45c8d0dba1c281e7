import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { makeLog, startService, tokenVerifier } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import { definition } from '../../services/voting/src/definition.ts';
import { listed, OPENS, published } from '../../services/voting/test/setup.ts';

/**
 * The voting service as a process that can be killed and started again on the same database, its log sealed by its own timers. Settings are in the
 * environment; arguments: issuer of the tokens and its public keys. Its event log is its own, so nothing else has to run.
 */
const [issuer, keys] = process.argv.slice(2) as [string, string];
const bus = new MemoryBus();
const service = await startService(definition, {
  bus,
  clock: new ManualClock(OPENS),
  verifier: tokenVerifier({ issuer, audience: 'gateway', keys: createLocalJWKSet(JSON.parse(keys) as JSONWebKeySet) }),
  log: makeLog('voting', (process.env['TEST_LOG_LEVEL'] ?? 'silent') as 'silent'),
  leaseTtlMs: 1_500,
});
process.on('message', ({ open }: { open?: { contestId: string; projects: string[] } }) => {
  if (!open) return void service.stop().then(() => process.exit(0));
  void bus
    .deliver(published(open, { visibility: 'LIVE' }))
    .then(() => bus.deliver(listed(open)))
    .then(() => bus.settle())
    .then(() => process.send!({ opened: true }));
});
process.send!({ port: Number(new URL(service.url).port) });
