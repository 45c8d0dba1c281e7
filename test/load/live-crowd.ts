import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Many listeners of one running vote, each a bare connection. Arguments: port, path, number. Tells its parent when all have their first snapshot, and on
 * any message what arrived since the last one.
 */
const [port, path, count] = [Number(process.argv[2]), process.argv[3]!, Number(process.argv[4])];
const REQUEST = `GET ${path} HTTP/1.1\r\nhost: load\r\naccept: text/event-stream\r\n\r\n`;
const AT_ONCE = 200;

let begun = 0;
let lost = 0;
/** By snapshot: when the first and the latest listener got it, and how many did. */
let arrivals = new Map<string, { first: number; last: number; got: number }>();

function join(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(REQUEST));
  let seen = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    const id = /^id: (.*)$/m.exec(chunk)?.[1];
    if (!id || id === seen) return;
    if (seen === '') begun += 1;
    seen = id;
    resolve();
    const now = performance.now();
    const arrival = arrivals.get(id);
    if (!arrival) arrivals.set(id, { first: now, last: now, got: 1 });
    else Object.assign(arrival, { last: now, got: arrival.got + 1 });
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    lost += 1;
    resolve();
  });
  return promise;
}

for (let joined = 0; joined < count; joined += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - joined) }, join));
  await sleep(10);
}
process.on('message', () => {
  const whole = [...arrivals.values()].filter(({ got }) => got === count);
  const spread = whole.map(({ first, last }) => last - first).sort((a, b) => a - b);
  process.send!({
    connected: begun,
    lost,
    snapshots: arrivals.size,
    toAll: whole.length,
    medianSpreadMs: Math.round(spread[Math.floor(spread.length / 2)] ?? 0),
    worstSpreadMs: Math.round(spread.at(-1) ?? 0),
  });
  arrivals = new Map();
});
process.send!({ ready: begun });
