import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import {
  AT,
  admitted,
  applicationAs,
  citizen,
  does,
  openContest,
  organiser,
  rejectionOf,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
let contestId: string;
let first: string;
let second: string;

beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());
beforeEach(async () => {
  contestId = await openContest(service);
  first = (await admitted(service, contestId)).applicationId;
  second = (await admitted(service, contestId)).applicationId;
  await does(service, 'approveBallotList', { contestId }, organiser);
});

const result = (version: number, outcomes: Record<string, string>, contest = contestId) => {
  const projects = Object.entries(outcomes).map(([applicationId, outcome]) => ({ applicationId, outcome }));
  return event(ResultDeterminedSchema, contest, { contestId: contest, version, projects });
};

const states = async () =>
  Promise.all([first, second].map(async (id) => (await applicationAs(service, id))?.state as string));

/** What was told about each application, in order; between applications there is no order. */
const decisions = async () => {
  await service.settle();
  const told = service.bus.published('veche.contests.ApplicationDecided');
  return [first, second].map((id) => told.filter(({ key }) => key === id).map(({ data }) => (data as any).outcome));
};

const contestState = async () =>
  (await service.gql(`query ($id: ID!) { contest(id: $id) { state } }`, { id: contestId })).data.contest.state;

test('the result reaches the contest and its applications, once', async () => {
  const determined = { ...result(1, { [first]: 'WINNER', [second]: 'NOT_SELECTED' }), id: newId() };
  await service.bus.deliver(determined);
  expect(await states()).toEqual(['WINNER', 'NOT_SELECTED']);
  expect(await contestState()).toBe('DECIDED');
  await service.bus.deliver(determined);
  await service.bus.replay();
  expect(await decisions()).toEqual([['WINNER'], ['NOT_SELECTED']]);
});

test('a newer version supersedes, an older one that comes late changes nothing', async () => {
  await service.bus.deliver(result(1, { [first]: 'WINNER', [second]: 'RESERVE' }));
  await service.bus.deliver(result(3, { [first]: 'NOT_SELECTED', [second]: 'WINNER' }));
  await service.bus.deliver(result(2, { [first]: 'WINNER', [second]: 'NOT_SELECTED' }));
  expect(await states()).toEqual(['NOT_SELECTED', 'WINNER']);
  const told = [
    ['WINNER', 'NOT_SELECTED'],
    ['RESERVE', 'WINNER'],
  ];
  expect(await decisions()).toEqual(told);
  await service.bus.replay();
  expect(await states()).toEqual(['NOT_SELECTED', 'WINNER']);
  expect(await decisions()).toEqual(told);
});

test('a result that names something unknown is parked, and delivered again it is finished', async () => {
  const parked = () => service.bus.deadLetters().filter(({ data }) => (data as any).contestId === contestId).length;
  await service.bus.deliver(result(1, { [first]: 'WINNER', [newId()]: 'WINNER', [second]: 'RESERVE' }));
  expect(parked()).toBe(1);
  expect(await states()).toEqual(['WINNER', 'ADMITTED']);
  await service.bus.deliver(result(1, { [first]: 'WINNER', [second]: 'RESERVE' }));
  expect(await states()).toEqual(['WINNER', 'RESERVE']);
  await service.bus.deliver(result(2, { [first]: 'CHAMPION' }));
  expect(parked()).toBe(2);
});

test('a result of one contest does not touch the applications of another', async () => {
  const elsewhere = await openContest(service);
  await service.bus.deliver(result(1, { [first]: 'WINNER' }, elsewhere));
  expect(await states()).toEqual(['ADMITTED', 'ADMITTED']);
});

test('after the decision no group is formed, no boundary of the vote moves, and works can still be put off', async () => {
  await service.bus.deliver(result(1, { [first]: 'WINNER', [second]: 'RESERVE' }));
  service.clock.set('2026-04-02T00:00:00Z');
  const group = { contestId, name: 'Двор' };
  expect(await rejectionOf(service, 'formInitiativeGroup', group, citizen())).toBe('CONTEST_NOT_PUBLISHED');
  const move = { contestId, reason: 'Подрядчик сменился' };
  const vote = { ...move, stage: 'VOTING', closesLocal: '2026-03-30T00:00:00' };
  expect(await rejectionOf(service, 'rescheduleStage', vote, organiser)).toBe('STAGE_PASSED');
  const works = { ...move, stage: 'IMPLEMENTATION', closesLocal: '2026-11-01T00:00:00' };
  expect(await rejectionOf(service, 'rescheduleStage', works, organiser)).toBeNull();
  service.clock.set(AT.intake);
});
