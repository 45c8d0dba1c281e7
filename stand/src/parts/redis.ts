import { mkdirSync } from 'node:fs';
import { need } from '../command.ts';
import { HOST, isLoopback } from '../host.ts';
import { given, type Part } from '../part.ts';
import { accepts } from '../probe.ts';
import { launch } from '../process.ts';

/** Redis: a cache and short-lived state only, so nothing is saved. */
export const redis: Part = {
  name: 'redis',
  needs: [],
  prepare: async ({ progress }) => {
    if (!process.env.REDIS_URL) await need('redis-server', 'redis-server', progress);
  },
  start: async ({ directory, ports, logFile }) => {
    if (process.env.REDIS_URL) return given('redis', 'REDIS_URL');
    mkdirSync(directory, { recursive: true });
    const settings = [
      '--bind',
      HOST,
      '--protected-mode',
      isLoopback ? 'yes' : 'no',
      '--save',
      '',
      '--appendonly',
      'no',
      '--daemonize',
      'no',
    ];
    const limits = ['--dir', directory, '--maxmemory', '256mb', '--maxmemory-policy', 'noeviction'];
    const process_ = launch(
      'redis-server',
      ['--port', String(ports.redis), ...settings, ...limits],
      process.env,
      logFile,
    );
    return {
      process: process_,
      urls: { redis: `redis://${HOST}:${ports.redis}` },
      ready: accepts({ host: HOST, port: ports.redis }),
    };
  },
};
