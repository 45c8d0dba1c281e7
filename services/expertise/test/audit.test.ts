import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo, type Violation } from '@veche/kit';
import type mongoose from 'mongoose';
import { expertiseAudit } from '../src/audit.ts';
import { makeStores, type Stores } from '../src/store.ts';
import { barred, DETERMINE, organiser, scored, setUp, story, withdrawn, type Setup } from './setup.ts';

let setup: Setup;
let connection: mongoose.Connection;
let stores: Stores;
beforeAll(async () => {
  setup = await setUp();
  const { mongodbUri, mongodbDatabase } = setup.deps.config;
  connection = await connectMongo(mongodbUri, mongodbDatabase);
  stores = makeStores(connection);
});
afterAll(async () => {
  await connection.close();
  await setup.stop();
});

async function audit(contestId: string): Promise<string[]> {
  const found: Violation[] = [];
  const look = { now: setup.clock.now(), contests: [contestId], stopping: new AbortController().signal };
  for await (const one of expertiseAudit(stores).look({ ...look, tell: () => undefined })) found.push(one);
  return [...new Set(found.map(({ invariant, fault }) => `${invariant} ${fault}`))].sort();
}

/** Two applications, two experts; one sheet barred, three final, the ranking determined. */
async function assessed() {
  const told = await story(setup, { applications: 2, experts: 2 });
  const { sheets, experts, contestId } = told;
  await scored(setup, sheets[0]![0], [8, 7, 9], experts[0]!);
  await scored(setup, sheets[0]![1], [6, 9, 8], experts[1]!);
  await scored(setup, sheets[1]![0], [9, 8, 10], experts[0]!);
  await barred(setup, sheets[1]![1], experts[1]!);
  await setup.ask(DETERMINE, { contestId }, organiser);
  return told;
}
type Told = Awaited<ReturnType<typeof assessed>>;

test('a good assessment breaks nothing, also when an application has gone since', async () => {
  const { contestId, applicationIds } = await assessed();
  expect(await audit(contestId)).toEqual([]);
  await setup.bus.deliver(withdrawn(contestId, applicationIds[1]!));
  expect(await audit(contestId)).toEqual([]);
});

describe('a hand in the database is found and named', () => {
  const sheetOf = ({ sheets }: Told, application: number, expert: number) => ({
    _id: sheets[application]![expert].id as string,
  });
  test.each<[string, (told: Told) => Promise<unknown>, string[]]>([
    [
      'a mark changed',
      (told) => stores.sheets.model.updateOne(sheetOf(told, 0, 0), { $set: { 'marks.0.points': 10 } }),
      ['I8 MEAN_DIFFERS', 'I8 SHEET_CHANGED'],
    ],
    [
      'a hash changed',
      (told) => stores.sheets.model.updateOne(sheetOf(told, 0, 0), { $set: { hash: 'f'.repeat(64) } }),
      ['I8 SHEET_CHANGED'],
    ],
    ['a final sheet deleted', (told) => stores.sheets.model.deleteOne(sheetOf(told, 0, 1)), ['I8 MEAN_DIFFERS']],
    [
      'the only sheet of an application deleted',
      (told) => stores.sheets.model.deleteOne(sheetOf(told, 1, 0)),
      ['I8 NOT_SCORED'],
    ],
    [
      'a score changed in the ranking',
      ({ contestId }) =>
        stores.rankings.model.updateOne({ _id: contestId }, { $set: { 'lines.1.exactScore': '99/1' } }),
      ['I8 MEAN_DIFFERS', 'I8 PLACE_DIFFERS'],
    ],
    [
      'places changed',
      ({ contestId }) => stores.rankings.model.updateOne({ _id: contestId }, { $set: { 'lines.0.place': 2 } }),
      ['I8 PLACE_DIFFERS'],
    ],
    [
      'a barred expert with marks',
      (told) =>
        stores.sheets.model.updateOne(sheetOf(told, 1, 1), { $set: { marks: [{ criterion: 'need', points: 1 }] } }),
      ['I8 BARRED_SCORED'],
    ],
    [
      'an expert who is of the initiative group',
      ({ applicationIds, experts }) =>
        stores.applications.model.updateOne({ _id: applicationIds[0] }, { $set: { memberIds: [experts[0]!.sub] } }),
      ['I8 BARRED_SCORED'],
    ],
  ])('%s', async (_name, tamper, expected) => {
    const told = await assessed();
    await tamper(told);
    expect(await audit(told.contestId)).toEqual(expected);
  });
});

test('as a command', async () => {
  const told = await assessed();
  await stores.sheets.model.updateOne({ _id: told.sheets[0]![0].id }, { $set: { hash: 'f'.repeat(64) } });
  const { mongodbUri, mongodbDatabase } = setup.deps.config;
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../src/cli/audit.ts'), told.contestId],
    { env: { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase }, encoding: 'utf8' },
  );
  expect(status).toBe(1);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual([
    expect.objectContaining({ service: 'expertise', invariant: 'I8', fault: 'SHEET_CHANGED' }),
    { service: 'expertise', invariant: 'I8', violations: 1 },
  ]);
});
