import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startForTest } from '@veche/kit/testing/harness';
import { ManualClock } from '@veche/kit/testing/clock';
import { definition } from '../../services/voting/src/definition.ts';
import { listed, OPENS, published } from '../../services/voting/test/setup.ts';
import type { TestCaller } from '@veche/kit/testing/tokens';

/** The voting service on the real database, as a process of its own; it signs the tokens that the load asks for. */
const clock = new ManualClock(OPENS);
const service = await startForTest(definition, {
  clock,
  background: false,
  env: { VOTING_KEYS_DIR: mkdtempSync(join(tmpdir(), 'veche-load-')) },
});

process.on(
  'message',
  (message: { tokens?: TestCaller[]; open?: { contestId: string; projects: string[] }; count?: string; stop?: true }) =>
    void answer(message),
);

async function answer({
  tokens,
  open,
  count,
  stop,
}: {
  tokens?: TestCaller[];
  open?: { contestId: string; projects: string[] };
  count?: string;
  stop?: true;
}): Promise<void> {
  if (tokens) process.send!({ tokens: await Promise.all(tokens.map((caller) => service.token(caller))) });
  if (open) {
    await service.bus.deliver(published(open));
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
