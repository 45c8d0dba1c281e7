// faults [F1 F2 ... | all] [--seconds 15]; without a name it lists the cases. Starts the parts of the stand that it needs, none of a running stand is touched.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mongodb } from '../../stand/src/parts/mongodb.ts';
import { freePorts } from '../../stand/src/ports.ts';
import { OwnPart, running, type Place } from './own-part.ts';
import type { Case, Row } from './case.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '15' } },
});

const directory = mkdtempSync(join(tmpdir(), 'veche-faults-'));
const place: Place = { directory, ports: await freePorts(), urls: {}, secrets: join(directory, 'secrets') };
const order = (name: string): number => Number(name.slice(1)) || 99;

async function knownCases(): Promise<Map<string, Case>> {
  // Their parts read the address of the database when they are loaded.
  const found = await Promise.all([
    import('./cases/processes.ts').then(({ processes }) => processes),
    import('./cases/database.ts').then(({ database }) => database),
    import('./cases/events.ts').then(({ events }) => events),
    import('./cases/clock.ts').then(({ clock }) => clock),
    import('./cases/redis.ts').then(({ redis }) => redis),
  ]);
  const all = found.flatMap((group) => Object.entries(group));
  return new Map(all.toSorted(([a], [b]) => order(a) - order(b)));
}

const RESTARTS = 'restarts';
const RESTARTS_TITLE = 'kill -9 of every process of the whole platform, one after the other, under votes';

function list(cases: Map<string, Case>): void {
  for (const [name, { title }] of cases) console.log(`${name.padEnd(9)}${title}`);
  console.log(`${RESTARTS.padEnd(9)}${RESTARTS_TITLE}`);
  console.log('all      every one of them');
}

const COLUMNS = ['case', 'seconds', 'sent', 'accepted', 'refused', 'unknown', 'recovery ms', 'slowest ms', 'verdict'];

function table(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.name,
    row.seconds.toFixed(0),
    ...[row.sent, row.accepted, row.refused, row.unknown].map(String),
    row.recoveryMs.toFixed(0),
    row.slowestMs.toFixed(0),
    row.broken.length === 0 ? 'holds' : `DOES NOT HOLD (${row.broken.length})`,
  ]);
  const all = [COLUMNS, ...cells];
  const widths = COLUMNS.map((_, n) => Math.max(...all.map((line) => line[n]!.length)));
  console.log('');
  for (const line of all)
    console.log(
      line
        .map((cell, n) => cell.padEnd(widths[n]!))
        .join('  ')
        .trimEnd(),
    );
  for (const { name, broken } of rows) for (const line of broken) console.log(`${name}: ${line}`);
}

async function playOne(name: string, one: Case | undefined, store: OwnPart): Promise<Row> {
  const seconds = Number(values.seconds);
  if (!one) return (await import('./restarts.ts')).restarts(seconds);
  return (await import('./case.ts')).play(name, one, { mongodb: store, place, seconds });
}

const NOTHING = { seconds: 0, sent: 0, accepted: 0, refused: 0, unknown: 0, recoveryMs: 0, slowestMs: 0 };

/** A case that could not come to its end. */
const failed = (name: string, { message }: Error): Row => ({ ...NOTHING, name, title: '', broken: [message] });

async function playAll(names: readonly string[], cases: Map<string, Case>, store: OwnPart): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of names) {
    console.log(`${name} ${cases.get(name)?.title ?? RESTARTS_TITLE} ...`);
    const row = await playOne(name, cases.get(name), store).catch((error: Error) => failed(name, error));
    console.log(`${name} ${row.broken.length === 0 ? 'holds' : 'DOES NOT HOLD'}`);
    rows.push(row);
  }
  return rows;
}

async function main(): Promise<number> {
  const store = await OwnPart.start(mongodb, place);
  process.env['TEST_MONGODB_URI'] = place.urls['mongodb'];
  try {
    const cases = await knownCases();
    const wanted = positionals.includes('all') ? [...cases.keys(), RESTARTS] : positionals;
    const unknown = wanted.filter((name) => name !== RESTARTS && !cases.has(name));
    if (wanted.length === 0 || unknown.length > 0) {
      list(cases);
      return unknown.length > 0 ? 2 : 0;
    }
    const rows = await playAll(wanted, cases, store);
    table(rows);
    return rows.every(({ broken }) => broken.length === 0) ? 0 : 1;
  } finally {
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Ends what runs when the run is broken off; services end by themselves when this process is gone. */
async function breakOff(): Promise<void> {
  await Promise.all([...running].map((part) => part.kill()));
  rmSync(directory, { recursive: true, force: true });
  process.exit(130);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void breakOff());

process.exit(await main());
