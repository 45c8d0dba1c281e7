import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import {
  CALENDAR,
  START,
  admitted,
  applicationAs,
  contestInput,
  does,
  openContest,
  organiser,
  rejectionOf,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const minutes = (contestId: string, number: number, outcomes: Record<string, string>) => {
  const decisions = Object.entries(outcomes).map(([applicationId, outcome]) => ({ applicationId, outcome }));
  const sessionId = newId();
  return event(MinutesSignedSchema, sessionId, { sessionId, contestId, number, decisions });
};
const stateOf = async (id: string): Promise<string> => (await applicationAs(service, id))?.state as string;
const toldOf = async (id: string) => {
  await service.settle();
  const told = service.bus.published('veche.contests.ApplicationDecided').filter(({ key }) => key === id);
  return told.map(({ data }) => (data as any).outcome);
};

test('signed minutes decide the applications, which registers their projects; a later session replaces an earlier one, whatever comes first', async () => {
  const contestId = await openContest(service);
  const { applicationId } = await admitted(service, contestId);
  await service.bus.deliver(minutes(contestId, 2, { [applicationId]: 'WINNER' }));
  expect(await stateOf(applicationId)).toBe('WINNER');
  await service.bus.deliver(minutes(contestId, 1, { [applicationId]: 'NOT_SELECTED' }));
  expect(await stateOf(applicationId)).toBe('WINNER');
  await service.bus.deliver(minutes(contestId, 3, { [applicationId]: 'RESERVE' }));
  expect(await toldOf(applicationId)).toEqual(['WINNER', 'RESERVE']);
  await service.bus.deliver(minutes(newId(), 4, { [applicationId]: 'WINNER' }));
  expect(await stateOf(applicationId)).toBe('RESERVE');
});

test('a contest without a vote is published in time, has no ballot, and cannot leave its winners to a vote', async () => {
  const publishing = async (opensLocal: string, more: object = {}) => {
    service.clock.set(START);
    const commission = { type: 'COMMISSION', opensLocal, closesLocal: '2026-04-20T13:00:00' };
    const intake = { type: 'INTAKE', opensLocal: '2026-02-01T13:00:00', closesLocal: '2026-02-11T13:00:00' };
    const input = contestInput({ stages: [intake, commission], ...more });
    const { id } = await does(service, 'createContest', input, organiser);
    return { id, code: await rejectionOf(service, 'publishContest', { contestId: id }, organiser) };
  };
  expect((await publishing('2026-02-12T13:00:00')).code).toBe('STAGE_PASSED');
  expect((await publishing('2026-03-12T13:00:00', { winnersBy: 'VOTE' })).code).toBe('DECIDING_STAGE_MISSING');
  const { id: contestId, code } = await publishing('2026-03-12T13:00:00');
  expect(code).toBeNull();
  expect(await rejectionOf(service, 'approveBallotList', { contestId }, organiser)).toBe('NO_VOTE_STAGE');
});

test('where the commission determines the winners, the vote decides nothing', async () => {
  const commission = { type: 'COMMISSION', opensLocal: '2026-03-28T13:00:00', closesLocal: '2026-03-31T13:00:00' };
  const stages = [...CALENDAR.slice(0, 3), commission];
  const contestId = await openContest(service, { stages, winnersBy: 'COMMISSION' });
  const { applicationId } = await admitted(service, contestId);
  await does(service, 'approveBallotList', { contestId }, organiser);
  const projects = [{ applicationId, outcome: 'WINNER' }];
  const result = { contestId, version: 1, projects, advisory: true };
  await service.bus.deliver(event(ResultDeterminedSchema, contestId, result));
  const contest = async () =>
    (await service.gql('query ($id: ID!) { contest(id: $id) { state winnersBy } }', { id: contestId })).data.contest;
  expect([await toldOf(applicationId), await contest()]).toEqual([[], { state: 'PUBLISHED', winnersBy: 'COMMISSION' }]);
  await service.bus.deliver(minutes(contestId, 1, { [applicationId]: 'RESERVE' }));
  expect([await toldOf(applicationId), await contest()]).toEqual([
    ['RESERVE'],
    { state: 'DECIDED', winnersBy: 'COMMISSION' },
  ]);
});

test('what the vote decided stands', async () => {
  const contestId = await openContest(service);
  const { applicationId } = await admitted(service, contestId);
  await does(service, 'approveBallotList', { contestId }, organiser);
  const projects = [{ applicationId, outcome: 'NOT_SELECTED' }];
  await service.bus.deliver(event(ResultDeterminedSchema, contestId, { contestId, version: 1, projects }));
  await service.bus.deliver(minutes(contestId, 1, { [applicationId]: 'WINNER' }));
  expect(await stateOf(applicationId)).toBe('NOT_SELECTED');
  expect(await toldOf(applicationId)).toEqual(['NOT_SELECTED']);
});
