import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ranProcess } from '../src/run-process.ts';

test('what takes too long ends in time with whatever it started', async () => {
  const trace = join(mkdtempSync(join(tmpdir(), 'veche-run-')), 'trace');
  const startedAt = Date.now();
  // The child keeps standard output open and would outlive its parent by far.
  const script = '(sleep 1; echo > "$TRACE"; sleep 20) & wait';
  const { code } = await ranProcess(['sh', '-c', script], { env: { TRACE: trace }, timeoutMs: 300 });
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(code).toBeNull();
  await sleep(1_500);
  expect(existsSync(trace)).toBe(false);
});

test('what ends by itself is left in peace', async () => {
  const { code, output, said } = await ranProcess(['sh', '-c', 'cat; echo done >&2; exit 3'], {
    input: Buffer.from('in'),
    timeoutMs: 20_000,
  });
  expect([code, output.toString(), said]).toEqual([3, 'in', 'done\n']);
});

test('a program that is not there is told', async () => {
  await expect(ranProcess(['/nowhere/program'])).rejects.toMatchObject({ code: 'ENOENT' });
});
