import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest } from '@veche/kit/testing/harness';
import { definition } from '../../services/voting/src/definition.ts';
import { listed, OPENS, published } from '../../services/voting/test/setup.ts';

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
  open?: { contestId: string; projects: string[]; visibility?: string };
  /** Contest whose stored ballots are counted. */
  count?: string;
  stop?: true;
}

process.on('message', (message: Message) => void answer(message));

async function answer({ open, count, stop }: Message): Promise<void> {
  if (open) {
    await service.bus.deliver(published(open, open.visibility ? { visibility: open.visibility } : {}));
    await service.bus.deliver(listed(open));
    await service.settle();
    process.send!({ opened: true });
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

process.send!({ port: Number(new URL(service.url).port) });
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
