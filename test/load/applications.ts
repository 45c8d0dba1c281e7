import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  admitted,
  CONTENT,
  drafted,
  key,
  openContest,
  organiser,
  startContests,
  type Contests,
} from '../../services/contests/test/setup.ts';
import { percentile } from '../percentile.ts';

/**
 * The officials' queue and the autosave of forms with many applications in the collection: N copies of a filed application spread over contests and
 * municipalities (LOAD_APPLICATIONS, 5,000 by default; 200,000 is what the figures of the issue ask for), then p95 of a page of the queue and of
 * an edit by many editors at once, each beside a bare `node:http` answer under the same load in the same run. The database is on the server of
 * TEST_MONGODB_URI.
 */
const APPLICATIONS = Number(process.env.LOAD_APPLICATIONS ?? 5_000);
const EDITORS = Number(process.env.LOAD_EDITORS ?? 200);
const EDITS = Number(process.env.LOAD_EDITS ?? 5);
const PAGES = Number(process.env.LOAD_PAGES ?? 200);
/** Officials who look into the queue at once. */
const OFFICIALS = 4;
const PORTION = 1_000;
const MUNICIPALITIES = 22;
/** An editor's form saves itself so often. */
const EDIT_PAUSE_MS = Number(process.env.LOAD_EDIT_PAUSE_MS ?? 5_000);
const GOAL_QUEUE_MS = 150;
const GOAL_EDIT_MS = 50;

type Ask = () => Promise<void>;

/** p95 in milliseconds of what `workers` do one after another, all side by side, each with a pause before it asks; they begin one after another. */
async function p95(workers: readonly (readonly Ask[])[], pauseMs: number): Promise<number> {
  const times: number[] = [];
  await Promise.all(
    workers.map(async (asks, index) => {
      await sleep((pauseMs * index) / workers.length);
      for (const [turn, ask] of asks.entries()) {
        if (turn > 0) await sleep(pauseMs);
        const begun = performance.now();
        await ask();
        times.push(performance.now() - begun);
      }
    }),
  );
  return percentile(times, 0.95);
}

/** Asks with a token that is signed beforehand, as a browser does. */
async function asker(service: Contests, as: TestCaller): Promise<(query: string, variables: object) => Promise<any>> {
  const authorization = `Bearer ${await service.token(as)}`;
  return async (query, variables) => {
    const send = () => service.post({ query, variables }, { authorization });
    // A connection that was kept and is closed at that moment is no answer; the same request is sent again, under its own key.
    const { data, errors } = await send().catch(send);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
}

/** Copies of an application as it is stored: other ids, numbers, contests, territories and terms. */
async function fill(service: Contests, modelId: string): Promise<void> {
  const collection = service.deps.connection.collection('applications');
  const model = (await collection.findOne({ _id: modelId as never }))!;
  const begun = model['dueAt'] as Date;
  for (let start = 0; start < APPLICATIONS; start += PORTION) {
    const copies = Array.from({ length: Math.min(PORTION, APPLICATIONS - start) }, (_, index) => {
      const number = start + index;
      const place = number % MUNICIPALITIES;
      const { creation: _creation, creationHash: _hash, outboxSince: _since, ...rest } = model;
      return {
        ...rest,
        _id: newId() as never,
        outbox: [],
        contestId: place === 0 ? model['contestId'] : `contest-${place}`,
        scopes: ['', '71', '718', place === 0 ? '71876' : `718${String(place).padStart(2, '0')}`],
        number: `L${number}`,
        sortKey: `~L${number}`,
        dueAt: new Date(begun.getTime() + (number % 2_000) * 600_000),
      };
    });
    await collection.insertMany(copies);
  }
}

const WAITING = { $gt: new Date(0) };
/** What the queue asks for, by name. */
const QUESTIONS = {
  queue: { scopes: '71876', dueAt: WAITING },
  'what nobody has': { scopes: '71876', assigneeId: null, dueAt: WAITING },
  'what one has in a contest': { contestId: 'contest-1', assigneeId: newId(), dueAt: WAITING },
};

/** What the server says of the plan of a query; nothing where it tells no plan. */
async function planOf(service: Contests, filter: object): Promise<string> {
  try {
    const found = service.deps.connection.collection('applications').find(filter).sort({ dueAt: 1, _id: 1 }).limit(21);
    const plan = await found.explain('executionStats');
    const text = JSON.stringify(plan, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
    const index = /"indexName":"([^"]+)"/.exec(text)?.[1] ?? 'no index named';
    const examined = /"totalDocsExamined":(\d+)/.exec(text)?.[1] ?? '?';
    return `${index}, ${examined} documents examined`;
  } catch (error) {
    return `not told by this server (${(error as Error).message.slice(0, 80)})`;
  }
}

/** A server that does nothing but answer, and what asking it takes under the same load. */
async function bare(workers: number, asks: number, pauseMs: number): Promise<number> {
  const server = createServer((request, response) => void request.resume().on('end', () => response.end('{}')));
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask: Ask = async () => void (await (await fetch(url, { method: 'POST', body: '{}' })).text());
  const figure = await p95(
    Array.from({ length: workers }, () => Array(asks).fill(ask)),
    pauseMs,
  );
  server.close();
  server.closeAllConnections();
  return figure;
}

const QUEUE = `query ($filter: ApplicationQueueFilter) { applicationQueue(filter: $filter, first: 20) {
  nodes { id number title terms { dueAt } } summary { overdue today later unassigned } } }`;
const EDIT = `mutation ($input: EditApplicationInput!) { editApplication(input: $input) {
  application { version } rejection { code } } }`;

async function queueLanes(service: Contests): Promise<Ask[][]> {
  const ask = await asker(service, organiser);
  const page: Ask = async () => {
    const { applicationQueue } = await ask(QUEUE, {});
    if (applicationQueue.nodes.length === 0) throw new Error('the queue is empty');
  };
  return Array.from({ length: OFFICIALS }, () => Array<Ask>(PAGES / OFFICIALS).fill(page));
}

async function editLanes(service: Contests, contestId: string): Promise<Ask[][]> {
  const model = await drafted(service, contestId);
  const collection = service.deps.connection.collection('applications');
  const stored = (await collection.findOne({ _id: model.applicationId as never }))!;
  const { creation: _creation, creationHash: _hash, ...rest } = stored;
  const ids = Array.from({ length: EDITORS }, () => newId());
  await collection.insertMany(ids.map((_id) => ({ ...rest, _id: _id as never })));
  const ask = await asker(service, model.lead);
  return ids.map((applicationId) => {
    let baseVersion = 1;
    return Array.from({ length: EDITS }, (_, edit): Ask => async () => {
      const content = { title: `${CONTENT.title}, ${edit}`, answers: { supportersCount: edit } };
      const { editApplication } = await ask(EDIT, {
        input: { idempotencyKey: key(), applicationId, baseVersion, content },
      });
      if (editApplication.rejection) throw new Error(editApplication.rejection.code);
      baseVersion = editApplication.application.version;
    });
  });
}

const service = await startContests();
const contestId = await openContest(service);
const { applicationId } = await admitted(service, contestId);
// The model of the copies waits for its officials, as the queue shows only such.
await service.deps.connection
  .collection('applications')
  .updateOne(
    { _id: applicationId as never },
    { $set: { status: 'SUBMITTED', dueAt: new Date('2026-03-01T00:00:00Z') } },
  );
const begun = performance.now();
await fill(service, applicationId);
console.log(
  `${APPLICATIONS} applications written in ${((performance.now() - begun) / 1000).toFixed(1)} s, load ${loadavg()[0]!.toFixed(1)}`,
);

const lanes = [
  {
    label: 'page of the queue',
    goal: GOAL_QUEUE_MS,
    work: await queueLanes(service),
    pauseMs: 0,
    bare: [OFFICIALS, PAGES / OFFICIALS] as const,
  },
  {
    label: `autosave, ${EDITORS} editors`,
    goal: GOAL_EDIT_MS,
    work: await editLanes(service, contestId),
    pauseMs: EDIT_PAUSE_MS,
    bare: [EDITORS, EDITS] as const,
  },
];
for (const {
  label,
  goal,
  work,
  pauseMs,
  bare: [workers, asks],
} of lanes) {
  const figure = await p95(work, pauseMs);
  const base = await bare(workers, asks, pauseMs);
  console.log(
    `${label}: p95 ${figure.toFixed(1)} ms (goal ${goal} ms: ${figure <= goal ? 'reached' : 'NOT reached'}), bare ${base.toFixed(1)} ms, ratio ${(figure / base).toFixed(1)}`,
  );
}
for (const [name, filter] of Object.entries(QUESTIONS))
  console.log(`plan of ${name}: ${await planOf(service, filter)}`);
await service.stop();
process.exit(0);
