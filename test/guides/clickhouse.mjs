// clickhouse.mjs CHDB DIRECTORY: runs ddl.sql of the directory, waits for the first event, prints the answers to questions.json, a line of JSON each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [chdb, directory] = process.argv.slice(2);
const { Session } = await import(chdb);
const session = new Session(join(directory, 'data'));
const statements = readFileSync(join(directory, 'ddl.sql'), 'utf8').split(/;\n(?=\n|$)/);
for (const statement of statements) if (statement.trim()) session.query(statement);
for (let n = 0; n < 240 && Number(session.query('SELECT count() FROM veche.events', 'TSV')) === 0; n += 1)
  await sleep(500);
for (const question of JSON.parse(readFileSync(join(directory, 'questions.json'), 'utf8'))) {
  const rows = session.query(question, 'JSONEachRow').trim().split('\n');
  console.log(JSON.stringify(rows.filter(Boolean).map((row) => JSON.parse(row))));
}
process.exit(0);
