import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { makeStores } from '../src/store.ts';
import {
  admitted,
  applicationAs,
  ask,
  drafted,
  filed,
  openContest,
  organiser,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const ROUNDS = 12;

/** Numbers on the ballot, null while there is none. */
async function ballotOf(contestId: string): Promise<string[] | null> {
  await service.settle();
  const told = service.bus.published('veche.contests.BallotListApproved').find(({ key }) => key === contestId);
  return told ? (told.data as any).projects.map(({ applicationId }: any) => applicationId) : null;
}

test('a project that is withdrawn while the ballot is approved is on the ballot, or has told that it is withdrawn', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const contestId = await openContest(service);
    const stays = await admitted(service, contestId);
    const goes = await admitted(service, contestId);
    await Promise.all([
      ask(service, 'approveBallotList', { contestId }, organiser),
      ask(service, 'withdrawApplication', { applicationId: goes.applicationId }, goes.lead),
    ]);
    const ballot = await ballotOf(contestId);
    const { state } = await applicationAs(service, goes.applicationId, goes.lead);
    if (ballot) {
      expect(ballot).toContain(stays.applicationId);
      const told = service.bus.published('veche.contests.ApplicationWithdrawn');
      const gone = told.some(({ key }) => key === goes.applicationId);
      expect([state, gone]).toEqual(gone ? ['WITHDRAWN', true] : ['ADMITTED', false]);
      if (!gone) expect(ballot).toContain(goes.applicationId);
    } else expect((await ask(service, 'approveBallotList', { contestId }, organiser)).rejection).toBeNull();
  }
});

test('an application that is admitted while the ballot is approved is not forgotten by it', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const contestId = await openContest(service);
    await admitted(service, contestId);
    const late = await filed(service, contestId);
    await Promise.all([
      ask(service, 'admitApplication', { applicationId: late.applicationId }, organiser),
      ask(service, 'approveBallotList', { contestId }, organiser),
    ]);
    const ballot = await ballotOf(contestId);
    const { state } = await applicationAs(service, late.applicationId, late.lead);
    if (ballot && state === 'ADMITTED') expect(ballot).toContain(late.applicationId);
  }
});

test('one of two submissions of an application at once takes the number', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await drafted(service, contestId);
  const answers = await Promise.all([1, 2, 3].map(() => ask(service, 'submitApplication', { applicationId }, lead)));
  const codes = answers.map(({ rejection }) => rejection?.code ?? 'OK').toSorted();
  expect(codes).toEqual(['OK', 'WRONG_STATE', 'WRONG_STATE']);
  expect((await applicationAs(service, applicationId, lead)).number).toMatch(/^[123]$/);
});

test('the first numbers of a contest can be asked for at once', async () => {
  const { numbers } = makeStores(service.deps.connection.useDb(service.deps.connection.name));
  for (let round = 0; round < 40; round += 1) {
    const contestId = newId();
    const taken = await Promise.all(Array.from({ length: 8 }, () => numbers.next(contestId)));
    expect(taken.map(Number).toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  }
});
