import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest } from '@veche/kit/testing/harness';
import { definition } from '../../services/voting/src/definition.ts';
import { listed, OPENS, published, rescheduled, RULE } from '../../services/voting/test/setup.ts';

/** The voting service on the real database, as a process of its own. Arguments: issuer of the tokens, its public keys, `background` to seal the log as well. */
const [issuer, keys, background] = process.argv.slice(2) as [string, string, string];
const jwks = JSON.parse(keys) as JSONWebKeySet;
const service = await startForTest(definition, {
  clock: new ManualClock(OPENS),
  background: background === 'background',
  issuer: {
    issuer,
    jwks,
    keys: createLocalJWKSet(jwks),
    sign: () => Promise.reject(new Error('tokens are signed by the load')),
  },
  env: { VOTING_KEYS_DIR: mkdtempSync(join(tmpdir(), 'veche-load-')) },
});

interface Message {
  open?: { contestId: string; projects: string[]; visibility?: string; closesAt?: string };
  /** What the clock of the service shows from now on. */
  clock?: string;
  /** Contest whose stored ballots are counted. */
  count?: string;
  stop?: true;
}

process.on('message', (message: Message) => void answer(message));

async function answer({ open, clock, count, stop }: Message): Promise<void> {
  if (open) {
    await tell(open);
    await service.runBackground('clock');
    process.send!({ opened: true });
  }
  if (clock) {
    service.clock.set(new Date(clock));
    process.send!({ set: true });
  }
  if (count) {
    const rows = await service.deps.connection.db!.collection('ballots').countDocuments({ contest: count });
    process.send!({ rows });
  }
  if (stop) {
    await service.stop();
    process.exit(0);
  }
}

/** With more than the usual three projects, ten may be chosen, and a third of them has money. */
async function tell(open: NonNullable<Message['open']>): Promise<void> {
  const { visibility, projects, closesAt } = open;
  const many = projects.length > 3;
  const rule = { ...RULE, ballot: { ...RULE.ballot, maxLen: 10 } };
  const options = many ? { rule, budget: BigInt(projects.length) * 20n } : {};
  await service.bus.deliver(published(open, { ...options, ...(visibility ? { visibility } : {}) }));
  await service.bus.deliver(listed(open, many ? projects.map((_, index) => BigInt(40 + (index % 41))) : undefined));
  if (closesAt) await service.bus.deliver(rescheduled(open, new Date(closesAt)));
  await service.settle();
}

process.send!({ port: Number(new URL(service.url).port) });
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
