import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { artefact } from '../src/cache.ts';
import { given, placesOf } from '../src/part.ts';
import { fixedPorts, freePorts } from '../src/ports.ts';
import { identify, isAlive, runs } from '../src/process.ts';
import { directoryOf, forget, readState, takeInstance, writeState } from '../src/state.ts';

const INSTANCE = `unit-${process.pid}`;
const launched: ChildProcess[] = [];
afterEach(() => {
  for (const child of launched.splice(0)) child.kill('SIGKILL');
  rmSync(directoryOf(INSTANCE), { recursive: true, force: true });
});

const sleeper = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });

/** Another process that takes the instance and says how it went. */
function launcher(): { process: ChildProcess; line: Promise<string> } {
  const state = JSON.stringify(import.meta.resolve('../src/state.ts'));
  const script = `const { takeInstance } = await import(${state});
    await takeInstance('${INSTANCE}').then(() => console.log('mine'), (error) => console.log(error.message));
    setTimeout(() => {}, 60000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  launched.push(child);
  return {
    process: child,
    line: once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)),
  };
}

describe('an instance', () => {
  test('of launchers at once one gets it, the others are told which process has it', async () => {
    const launchers = Array.from({ length: 6 }, launcher);
    const said = await Promise.all(launchers.map(({ line }) => line));
    const winner = launchers[said.indexOf('mine')]!.process;
    const told = `The stand is running already (process ${winner.pid}); use it, or end it with \`npm run stop\`.`;
    expect(said.sort()).toEqual([...Array.from({ length: 5 }, () => told), 'mine']);
    await expect(takeInstance(INSTANCE)).rejects.toThrow(told);
    const ended = once(winner, 'exit');
    winner.kill('SIGKILL');
    await ended;
    expect((await takeInstance(INSTANCE)).launcher.pid).toBe(process.pid);
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

test('the port of a part that is given by its address may be in use, a port that is no number is refused', async () => {
  const server = createServer();
  const { redis } = await freePorts();
  await new Promise<void>((resolve) => server.listen(redis, '127.0.0.1', () => resolve()));
  const before = { ...process.env };
  try {
    const free = Object.entries(await freePorts()).map(([name, port]) => [
      `${name.toUpperCase().replaceAll('-', '_')}_PORT`,
      String(port),
    ]);
    Object.assign(process.env, Object.fromEntries(free), { REDIS_PORT: String(redis) });
    delete process.env.REDIS_URL;
    await expect(fixedPorts()).rejects.toThrow(`Port ${redis} (redis) is in use`);
    process.env.REDIS_URL = `redis://127.0.0.1:${redis}`;
    expect((await fixedPorts()).redis).toBe(redis);
    process.env.REDIS_PORT = 'many';
    await expect(fixedPorts()).rejects.toThrow('REDIS_PORT must be a number from 1 to 65535, it is "many".');
  } finally {
    process.env = before;
    server.close();
  }
});

test.each([
  ['127.0.0.1:19092,kafka-2', ['127.0.0.1:19092', 'kafka-2:9092']],
  ['mongodb://user:p%40ss@db1:27018,db2/veche?replicaSet=rs0', ['db1:27018', 'db2:27017']],
  ['mongodb+srv://cluster.example.ru/veche', []],
  ['redis://:secret@[::1]:6380/2', ['::1:6380']],
  ['https://id.example.ru', ['id.example.ru:443']],
])('%s is listened at by %j', (address, places) => {
  expect(placesOf(address).map(({ host, port }) => `${host}:${port}`)).toEqual(places);
});

test('an address given by the user where nobody listens is a sentence', async () => {
  const { redis } = await freePorts();
  const before = process.env.REDIS_URL;
  process.env.REDIS_URL = `redis://127.0.0.1:${redis}`;
  const told = `Nobody answers at 127.0.0.1:${redis}; correct REDIS_URL, or unset it so that the stand starts its own redis.`;
  await expect(given('redis', 'REDIS_URL')).rejects.toThrow(told);
  process.env.REDIS_URL = before;
  if (before === undefined) delete process.env.REDIS_URL;
}, 20_000);

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

  test('a file that was changed or cut short is found by its hash and made anew', async () => {
    let builds = 0;
    const build = async (part: string): Promise<void> => {
      builds += 1;
      writeFileSync(join(part, 'file'), 'whole content');
    };
    const directory = await artefact('thing-3', build);
    writeFileSync(join(directory, 'file'), 'whole con');
    expect(readFileSync(join(await artefact('thing-3', build), 'file'), 'utf8')).toBe('whole content');
    await artefact('thing-3', build);
    expect(builds).toBe(2);
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
