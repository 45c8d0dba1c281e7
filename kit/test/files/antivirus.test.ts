import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clamd } from '../../src/files/antivirus.ts';
import { diskStorage } from '../../src/files/disk.ts';
import { takeFile } from '../../src/files/intake.ts';
import { freePort } from '../../src/testing/free-port.ts';

const present = !spawnSync('clamd', ['--version']).error;
/** The harmless file that every antivirus is to find (eicar.org); in two parts, so that none finds this one. */
const EICAR = Buffer.from(`X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE'}!$H+H*`);

(present ? describe : describe.skip)('with clamd', () => {
  let directory: string;
  let server: ChildProcess;
  let port: number;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'veche-clamd-'));
    port = await freePort();
    mkdirSync(join(directory, 'database'));
    writeFileSync(
      join(directory, 'database', 'test.hdb'),
      '44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n',
    );
    const config = join(directory, 'clamd.conf');
    const lines = [
      `DatabaseDirectory ${join(directory, 'database')}`,
      `TCPSocket ${port}`,
      'TCPAddr 127.0.0.1',
      'Foreground yes',
      'StreamMaxLength 3M',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    server = spawn('clamd', ['-c', config], { stdio: 'ignore' });
    for (let left = 60; left > 0 && !(await clean().catch(() => null)); left -= 1) await sleep(250);
  }, 30_000);
  afterAll(() => {
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  const clean = () => clamd({ host: '127.0.0.1', port })(Buffer.from('Смета'));

  test('a clean file passes, an infected one is named, in one chunk or several', async () => {
    const look = clamd({ host: '127.0.0.1', port });
    expect(await look(Buffer.from('Смета'))).toBe('CLEAN');
    expect(await look(Buffer.alloc(2_500_000, 'смета'))).toBe('CLEAN');
    expect(await look(EICAR)).toBe('INFECTED');
  });

  test('an infected file is not kept', async () => {
    const kept = join(directory, 'kept');
    mkdirSync(kept);
    const parts = { storage: diskStorage(kept), antivirus: clamd({ host: '127.0.0.1', port }) };
    const rules = { maxBytes: 1000, mediaTypes: ['text/plain'] };
    const answer = await takeFile({ name: 'a.txt', mediaType: 'text/plain', bytes: EICAR }, rules, parts);
    expect(answer.refusal?.code).toBe('FILE_INFECTED');
    expect(readdirSync(kept)).toEqual([]);
  });

  test('what is too long for it to look at is no verdict', async () => {
    await expect(clamd({ host: '127.0.0.1', port })(Buffer.alloc(4_000_000, 'a'))).rejects.toThrow();
  });
});

test('while it is away there is no verdict, so no file is taken', async () => {
  const look = clamd({ host: '127.0.0.1', port: await freePort() });
  await expect(look(EICAR)).rejects.toThrow();
});

test.each(['', 'stream: OK but not quite\0', 'INSTREAM size limit exceeded. ERROR\0', 'UNKNOWN COMMAND\0'])(
  'an answer that is no verdict is none: %j',
  async (answer) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await expect(clamd({ host: '127.0.0.1', port })(Buffer.from('a'))).rejects.toThrow();
    server.close();
    for (const socket of sockets) socket.destroy();
  },
);
