import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  AT,
  OKTMO,
  START,
  ask,
  citizen,
  contestInput,
  does,
  openContest,
  organiser,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
beforeEach(() => service.clock.set(AT.intake));
afterAll(() => service.stop());

const GRANTS = { template: 'grant-contest', legalRegime: 'RU_REGIONAL', groupMinimum: 1 };
const form = async (contestId: string, person: Partial<TestCaller>) => {
  const { rejection, group } = await ask(service, 'formInitiativeGroup', { contestId, name: 'Двор' }, citizen(person));
  return { code: rejection?.code ?? 'DONE', message: rejection?.userMessage, group };
};
const codeOf = async (contestId: string, person: Partial<TestCaller>) => (await form(contestId, person)).code;
const home = { residence: OKTMO };

describe('from fourteen, by the date of the rule', () => {
  test('thirteen on that date is refused, fourteen taken', async () => {
    const contestId = await openContest(service, { ...GRANTS, applicants: { minAge: 14, ageOn: '2026-06-01' } });
    expect(await codeOf(contestId, { ...home, birthdate: '2012-06-02' })).toBe('TOO_YOUNG');
    expect(await codeOf(contestId, { ...home, birthdate: '2012-06-01' })).toBe('DONE');
    const { message } = await form(contestId, { ...home, birthdate: '2012-06-02' });
    expect(message).toBe('Инициатором может быть житель от 14 лет.');
  });

  test('without a date it is the day of the act, in the zone of the contest', async () => {
    const contestId = await openContest(service, { ...GRANTS, applicants: { minAge: 14 } });
    // 23:30 of the first in Yekaterinburg, then half past midnight of the second, which is the first in UTC.
    service.clock.set(new Date('2026-03-01T18:30:00Z'));
    expect(await codeOf(contestId, { birthdate: '2012-03-02' })).toBe('TOO_YOUNG');
    service.clock.set(new Date('2026-03-01T19:30:00Z'));
    expect(await codeOf(contestId, { birthdate: '2012-03-02' })).toBe('DONE');
  });

  test('the template of grants says so by itself, another contest keeps the sixteen of the law', async () => {
    const grants = await openContest(service, GRANTS);
    expect(await codeOf(grants, { birthdate: '2012-03-01' })).toBe('DONE');
    expect(await codeOf(grants, { birthdate: '2012-03-02' })).toBe('TOO_YOUNG');
    const usual = await openContest(service);
    expect(await codeOf(usual, { birthdate: '2012-03-01' })).toBe('TOO_YOUNG');
    expect(await codeOf(usual, { birthdate: '2010-03-01' })).toBe('DONE');
  });

  test('who joins a group is asked the same', async () => {
    const contestId = await openContest(service, GRANTS);
    const { group } = await form(contestId, { birthdate: '1990-01-01' });
    const join = async (person: Partial<TestCaller>) => {
      const input = { groupId: group.id, invitationCode: group.invitationCode };
      return (await ask(service, 'joinInitiativeGroup', input, citizen(person))).rejection?.code ?? 'DONE';
    };
    expect(await join({ birthdate: '2012-03-02' })).toBe('TOO_YOUNG');
    expect(await join({})).toBe('AGE_UNKNOWN');
    expect(await join({ birthdate: '2012-03-01' })).toBe('DONE');
  });
});

test('residents only, where the rule names the territory', async () => {
  const contestId = await openContest(service, { ...GRANTS, applicants: { minAge: 14, residence: '71000000' } });
  const adult = { birthdate: '1990-01-01' };
  expect(await codeOf(contestId, { ...adult, residence: OKTMO })).toBe('DONE');
  expect(await codeOf(contestId, { ...adult, residence: '65701000' })).toBe('NOT_A_RESIDENT');
  expect(await codeOf(contestId, adult)).toBe('RESIDENCE_UNKNOWN');
  expect(await codeOf(contestId, { residence: OKTMO })).toBe('AGE_UNKNOWN');
  expect(await codeOf(contestId, { ...adult, ...home, assurance: 'basic' })).toBe('ACCOUNT_NOT_CONFIRMED');
});

test('below sixteen only by an act of the region; the rule is frozen with the others', async () => {
  service.clock.set(START);
  const young = { applicants: { minAge: 14 } };
  const { rejection } = await ask(service, 'createContest', contestInput(young), organiser);
  expect(rejection).toMatchObject({ code: 'APPLICANTS_INVALID', path: ['applicants'] });
  const thirteen = { ...GRANTS, applicants: { minAge: 13 } };
  expect((await ask(service, 'createContest', contestInput(thirteen), organiser)).rejection.code).toBe(
    'APPLICANTS_INVALID',
  );
  const made = await Promise.all(
    [14, 15].map((minAge) =>
      does(service, 'createContest', contestInput({ ...GRANTS, applicants: { minAge } }), organiser),
    ),
  );
  const hashes = [];
  for (const { id } of made)
    hashes.push((await does(service, 'publishContest', { contestId: id }, organiser)).passportHash);
  expect(hashes[0]).not.toBe(hashes[1]);
  const query = 'query ($id: ID!) { contestFile(contestId: $id) contest(id: $id) { applicants { minAge residence } } }';
  const { data } = await service.gql(query, { id: made[1].id }, organiser);
  expect(data.contest.applicants).toEqual({ minAge: 15, residence: null });
  expect(data.contestFile.contest.applicants).toMatchObject({ minAge: 15 });
});
