import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { admitted, applicationAs, does, openContest, organiser, startContests, type Contests } from './setup.ts';

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
