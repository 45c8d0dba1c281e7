// A witness: follows the logs of an operator from outside and signs only what is consistent with all it signed before. README.md beside it.
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Follower } from './follow.ts';
import { isHash } from './head.ts';
import { LogClient, Unanswered } from './log-client.ts';
import { Memory } from './memory.ts';

const HELP = `Use: witness --url <address of the platform> [--dir witness-data] [--id name] [--host 127.0.0.1] [--port 4020]
  [--every seconds] [--log-key <64 hex digits>] [--key-file <pem>] [--once]`;

interface Settings {
  url: string;
  dir: string;
  id: string;
  host: string;
  port: number;
  everyMs: number;
  logKey: string | undefined;
  keyFile: string | undefined;
  once: boolean;
}

function settings(): Settings | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      url: { ...text, default: '' },
      dir: { ...text, default: 'witness-data' },
      id: { ...text, default: 'witness' },
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '4020' },
      every: { ...text, default: '2' },
      'log-key': text,
      'key-file': text,
      once: { type: 'boolean', default: false },
    },
  });
  const { url, dir, id, host, port, every, once } = values;
  const [portNumber, seconds, logKey] = [Number(port), Number(every), values['log-key']];
  const right =
    URL.canParse(url) && Number.isInteger(portNumber) && seconds > 0 && (logKey === undefined || isHash(logKey));
  if (!right) return null;
  return {
    url,
    dir: resolve(process.env['VECHE_CALLED_FROM'] ?? '.', dir),
    id,
    host,
    port: portNumber,
    everyMs: seconds * 1000,
    logKey,
    keyFile: values['key-file'],
    once,
  };
}

const say = (what: object): void => void process.stdout.write(`${JSON.stringify({ at: new Date(), ...what })}\n`);

/** One look at every log; gives what kept it from being complete, null when nothing did. */
async function round(memory: Memory, log: LogClient, follower: () => Promise<Follower>): Promise<string | null> {
  try {
    const following = await follower();
    for (const { contest, head } of await log.contests()) {
      if (!head) continue;
      const known = memory.alarm(contest);
      const alarm = await following.look(head);
      if (alarm && !known) say({ alarm: alarm.code, contest, message: alarm.message });
    }
    return null;
  } catch (error) {
    if (error instanceof Unanswered) return error.message;
    throw error;
  }
}

function serve({ id, host, port }: Settings, memory: Memory, last: () => string | null): Promise<Server> {
  const documents: Record<string, () => [number, unknown]> = {
    '/livez': () => [200, 'ok'],
    '/cosignatures': () => {
      const heads = memory.allSigned().map(({ head: { contest, root, size, time, sig: logSig }, sig }) => ({
        contest,
        logSig,
        root,
        sig,
        size,
        time,
      }));
      return [200, { id, key: memory.publicKey, heads }];
    },
    '/alarms': () => [200, memory.alarms()],
    '/status': () => {
      const alarms = memory.alarms().map(({ code, contest, at, message }) => ({ code, contest, at, message }));
      const body = { id, key: memory.publicKey, contests: memory.allSigned().length, unanswered: last(), alarms };
      return [alarms.length > 0 ? 503 : 200, body];
    },
  };
  const server = createServer((request, response) => {
    const [status, body] = documents[request.url ?? '']?.() ?? [404, { error: 'no such document' }];
    response.writeHead(request.method === 'GET' ? status : 405, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const { promise, resolve: listening, reject } = Promise.withResolvers<Server>();
  server.on('error', reject).listen(port, host, () => listening(server));
  return promise;
}

/** 0 in order, 1 an alarm stands, 2 the log could not be asked, 64 wrong usage. */
async function main(): Promise<number> {
  const given = settings();
  if (!given) {
    console.error(HELP);
    return 64;
  }
  const memory = new Memory(given.dir, given.keyFile);
  const log = new LogClient(given.url);
  let made: Follower | null = null;
  const follower = async (): Promise<Follower> => {
    const logKey = memory.pin(given.logKey ?? (await log.keys()).log);
    if (given.logKey && given.logKey !== logKey) throw new Error('another key of the log was pinned here before');
    return (made ??= new Follower({ log, memory, logKey, now: () => new Date() }));
  };
  let unanswered: string | null = null;
  // Listening comes first: a second witness on the same place fails here, before it could sign.
  if (!given.once) await serve(given, memory, () => unanswered);
  say({ witness: given.id, key: memory.publicKey, watches: given.url });
  for (;;) {
    const failure = await round(memory, log, follower);
    if (failure && failure !== unanswered) say({ unanswered: failure });
    unanswered = failure;
    if (given.once) return memory.alarms().length > 0 ? 1 : failure ? 2 : 0;
    await sleep(given.everyMs);
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
process.exitCode = await main();
