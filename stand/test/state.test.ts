import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { artefact } from '../src/cache.ts';
import { fixedPorts, freePorts } from '../src/ports.ts';
import { identify, isAlive, runs } from '../src/process.ts';
import { directoryOf, forget, readState, takeInstance, writeState } from '../src/state.ts';

const INSTANCE = `unit-${process.pid}`;
afterEach(() => rmSync(directoryOf(INSTANCE), { recursive: true, force: true }));

const sleeper = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });

describe('an instance', () => {
  test('a second launcher is told that the stand is running', async () => {
    const other = sleeper();
    const state = await takeInstance(INSTANCE);
    writeState({ ...state, launcher: identify(other.pid!) });
    await expect(takeInstance(INSTANCE)).rejects.toThrow(/running already \(process \d+\)/);
    other.kill('SIGKILL');
  });

  test('what a killed launcher left behind is ended by the next start', async () => {
    const orphan = sleeper();
    const state = await takeInstance(INSTANCE);
    writeState({
      ...state,
      launcher: { pid: 1, birth: 'long ago' },
      parts: { redis: { ...identify(orphan.pid!), log: '' } },
    });
    await takeInstance(INSTANCE);
    expect(runs(identify(orphan.pid!)) && orphan.exitCode === null && orphan.signalCode === null).toBe(false);
  });

  test('a process that only has the number of a recorded one is left alone', async () => {
    const stranger = sleeper();
    const state = await takeInstance(INSTANCE);
    writeState({
      ...state,
      launcher: { pid: 1, birth: 'long ago' },
      parts: { redis: { pid: stranger.pid!, birth: 'another time', log: '' } },
    });
    await takeInstance(INSTANCE);
    expect(isAlive(stranger.pid!)).toBe(true);
    stranger.kill('SIGKILL');
    forget(INSTANCE);
    expect(readState(INSTANCE)).toBeNull();
  });
});

test('a port in use is named with the variable that changes it', async () => {
  const server = createServer();
  const { gateway } = await freePorts();
  await new Promise<void>((resolve) => server.listen(gateway, '127.0.0.1', () => resolve()));
  process.env.GATEWAY_PORT = String(gateway);
  await expect(fixedPorts()).rejects.toThrow(
    `Port ${gateway} (gateway) is in use; end what uses it or set GATEWAY_PORT to another port.`,
  );
  delete process.env.GATEWAY_PORT;
  server.close();
});

describe('the cache', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'veche-cache-'));
    process.env.VECHE_CACHE = cache;
  });
  afterEach(() => {
    delete process.env.VECHE_CACHE;
    rmSync(cache, { recursive: true, force: true });
  });

  test('a broken download keeps what it has, and the next start goes on with it', async () => {
    const seen: string[] = [];
    const build = (fail: boolean) => async (part: string) => {
      seen.push(part);
      if (fail) throw new Error('the line broke');
    };
    await expect(artefact('thing-1', build(true))).rejects.toThrow('the line broke');
    expect(existsSync(join(cache, 'thing-1.part'))).toBe(true);
    expect(existsSync(join(cache, 'thing-1'))).toBe(false);
    expect(await artefact('thing-1', build(false))).toBe(join(cache, 'thing-1'));
    expect(seen[0]).toBe(seen[1]);
  });

  test('two set-ups at once build it once', async () => {
    let builds = 0;
    const build = async (): Promise<void> => {
      builds += 1;
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    await Promise.all([artefact('thing-2', build), artefact('thing-2', build)]);
    expect(builds).toBe(1);
  });
});
