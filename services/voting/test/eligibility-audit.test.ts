import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectMongo, type Figure } from '@veche/kit';
import type mongoose from 'mongoose';
import { auditEligibility } from '../src/audit/eligibility.ts';
import { bridgeSignIns } from '../src/audit/sign-ins.ts';
import { makeStores } from '../src/store.ts';
import { cast, open, OPENS, resident, startVoting, type VotingService } from './setup.ts';

/** The login side, by its contract: services/esia-bridge/test/sign-ins.test.ts shows that the bridge keeps it. */
let people = 0;
let asked: string[] = [];
let server: Server;
let t: VotingService;
let connection: mongoose.Connection;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url!);
    const known = request.headers.authorization === 'Bearer secret';
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { distinct: people, standardError: 0.0081 } : { error: 'invalid_token' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t = await startVoting();
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
});
afterAll(async () => {
  await connection.close();
  await t.stop();
  server.close();
});

async function audit(contest: string, token = 'secret') {
  const figures: Figure[] = [];
  const port = bridgeSignIns(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token)!;
  const look = { now: t.clock.now(), tell: (figure: Figure) => void figures.push(figure) };
  return { found: await auditEligibility(makeStores(connection), port, contest, look), figures };
}

test('tags of a day against those who signed in on it or the day before', async () => {
  const told = await open(t);
  const anna = resident();
  await cast(t, told.contestId, [told.projects[0]!], anna);
  await cast(t, told.contestId, [told.projects[1]!], anna);
  await cast(t, told.contestId, [told.projects[0]!]);
  t.clock.set(new Date(OPENS.getTime() + 86_400_000));
  await cast(t, told.contestId, [told.projects[0]!]);
  people = 2;
  asked = [];
  const { found, figures } = await audit(told.contestId);
  expect(found).toEqual([]);
  expect(asked).toEqual([
    '/internal/sign-ins?from=2026-02-28&to=2026-03-01',
    '/internal/sign-ins?from=2026-03-01&to=2026-03-02',
  ]);
  expect(figures).toEqual([
    { figure: 'eligibility', contest: told.contestId, day: '2026-03-01', tags: 2, signIns: 2 },
    { figure: 'eligibility', contest: told.contestId, day: '2026-03-02', tags: 1, signIns: 2 },
  ]);
  people = 0;
  const without = (await audit(told.contestId)).found;
  expect(without.map(({ invariant, fault, at }) => `${invariant} ${fault} ${at}`)).toEqual([
    'ELIGIBILITY MORE_TAGS_THAN_SIGN_INS 2026-03-01: 2 tags, 0 sign-ins',
    'ELIGIBILITY MORE_TAGS_THAN_SIGN_INS 2026-03-02: 1 tags, 0 sign-ins',
  ]);
  expect((await audit(told.contestId, 'wrong')).found.map(({ fault }) => fault)).toEqual([
    'SIGN_INS_UNKNOWN',
    'SIGN_INS_UNKNOWN',
  ]);
});
