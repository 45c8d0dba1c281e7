import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { applicationPolicy } from '../src/application-policy.ts';
import { communityPolicy } from '../src/policies/community.ts';
import { tierPolicy } from '../src/policies/tiers.ts';
import { policy } from '../src/policy.ts';
import {
  ANSWERS,
  OKTMO,
  START,
  admitted,
  applicationAs,
  ask,
  citizen,
  contestInput,
  does,
  documentOf,
  drafted,
  errorOf,
  filed,
  importer,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
  type Mutation,
} from './setup.ts';

let service: Contests;
let contestId: string;
let application: Filed;

beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  application = await filed(service, contestId);
});
afterAll(() => service.stop());

const auditor: TestCaller = { sub: newId(), roles: ['auditor'], territories: [OKTMO] };
const REMARKS = { remarks: [{ field: 'title', text: 'Уточните' }], answerBy: '2027-01-01T00:00:00Z' };
const REFUSAL = { ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' };
const MOVE = { stage: 'VOTING', closesLocal: '2026-03-28T13:00:00', reason: 'Решение комиссии № 4' };
const LINES = { applications: [{ number: '7', title: 'Сквер', category: 'PARK', totalCost: '1.00' }] };

const onContest = (): [Mutation, object][] => [
  ['createContest', contestInput()],
  ['updateContest', { contestId, expectedVersion: 1 }],
  ['setContestCriteria', { contestId, expectedVersion: 1, criteria: [], scoring: {} }],
  ['publishContest', { contestId }],
  ['amendContest', { contestId, budget: '1.00', reason: 'Решение Думы города № 7' }],
  ['importContest', { oktmo: OKTMO, file: {} }],
  ['cloneContest', { contestId }],
  ['rescheduleStage', { contestId, ...MOVE }],
  ['approveBallotList', { contestId }],
  ['importApplications', { contestId, ...LINES }],
];
const byGroup = (): [Mutation, object][] => [
  ['formInitiativeGroup', { contestId, name: 'Двор' }],
  ['joinInitiativeGroup', { groupId: application.id, invitationCode: 'x' }],
  ['leaveInitiativeGroup', { groupId: application.id }],
  ['draftApplication', { contestId, groupId: application.id, content: {} }],
  ...ofLead(),
];
const ofLead = (): [Mutation, object][] => [
  ['saveApplication', { applicationId: application.applicationId, expectedVersion: 1, content: {} }],
  ['submitApplication', { applicationId: application.applicationId }],
  ['withdrawApplication', { applicationId: application.applicationId }],
];
const ofOrganiser = (): [Mutation, object][] => [
  ['returnApplication', { applicationId: application.applicationId, ...REMARKS }],
  ['admitApplication', { applicationId: application.applicationId }],
  ['refuseApplication', { applicationId: application.applicationId, ...REFUSAL }],
];

test('the tables below name every mutation', () => {
  const named = [...onContest(), ...byGroup(), ...ofOrganiser()].map(([name]) => name);
  // What is done with an application beside its main steps has tests of its own.
  const others = Object.keys(policy.Mutation).filter(
    (name) => !(name in applicationPolicy.Mutation || name in communityPolicy.Mutation || name in tierPolicy.Mutation),
  );
  expect(named.toSorted()).toEqual(others.toSorted());
});

test('nobody changes anything without signing in', async () => {
  for (const [name, input] of [...onContest(), ...byGroup(), ...ofOrganiser()])
    expect([name, await errorOf(service, name, input)]).toEqual([name, 'UNAUTHENTICATED']);
});

test('residents organise nothing, staff does not act for residents', async () => {
  for (const [name, input] of [...onContest(), ...ofOrganiser()])
    expect([name, await errorOf(service, name, input, citizen())]).toEqual([name, 'FORBIDDEN']);
  for (const [name, input] of byGroup())
    expect([name, await errorOf(service, name, input, organiser)]).toEqual([name, 'FORBIDDEN']);
  for (const role of ['expert', 'finance', 'municipality', 'admin', 'auditor'] as const)
    for (const [name, input] of [...onContest(), ...ofOrganiser()]) {
      const as = { sub: newId(), roles: [role], territories: [OKTMO] };
      expect([role, name, await errorOf(service, name, input, as)]).toEqual([role, name, 'FORBIDDEN']);
    }
  expect(await errorOf(service, 'importApplications', { contestId, ...LINES }, organiser)).toBe('FORBIDDEN');
});

test('staff of another place is kept out of what it sees', async () => {
  const everywhere = { ...stranger, roles: ['organiser', 'importer'] as const };
  for (const [name, input] of onContest())
    expect([name, await errorOf(service, name, input, everywhere)]).toEqual([name, 'FORBIDDEN']);
});

test('what a caller may not see does not exist for it', async () => {
  const { id } = await does(service, 'createContest', contestInput(), organiser);
  for (const name of ['publishContest', 'approveBallotList'] as const)
    expect((await ask(service, name, { contestId: id }, stranger)).rejection.code).toBe('NOT_FOUND');
  for (const [name, input] of ofOrganiser())
    expect((await ask(service, name, input, stranger)).rejection.code).toBe('NOT_FOUND');
  for (const [name, input] of ofLead())
    expect((await ask(service, name, input, citizen())).rejection.code).toBe('NOT_FOUND');
  const draft = { contestId, groupId: application.id, content: {} };
  expect((await ask(service, 'draftApplication', draft, citizen())).rejection.code).toBe('NOT_FOUND');
  const unknown = { contestId: newId(), ...LINES };
  expect((await ask(service, 'importApplications', unknown, importer)).rejection.code).toBe('NOT_FOUND');
});

test('a member reads, the lead acts', async () => {
  const { applicationId, id, member } = application;
  expect(await applicationAs(service, applicationId, member)).toMatchObject({ answers: ANSWERS });
  for (const [name, input] of ofLead())
    expect([name, await errorOf(service, name, input, member)]).toEqual([name, 'FORBIDDEN']);
  const draft = { contestId, groupId: id, content: {} };
  expect(await errorOf(service, 'draftApplication', draft, member)).toBe('FORBIDDEN');
});

test('a stranger is refused on an application that is public', async () => {
  const open = await admitted(service, contestId);
  const input = { applicationId: open.applicationId };
  expect(await errorOf(service, 'withdrawApplication', input, citizen())).toBe('FORBIDDEN');
});

describe('reading', () => {
  test('an application is public from its admission on, seen before by its group and the officials', async () => {
    const { applicationId, lead, member } = await filed(service, contestId);
    for (const as of [lead, member, organiser, auditor])
      expect(await applicationAs(service, applicationId, as)).toMatchObject({ state: 'SUBMITTED' });
    for (const as of [undefined, citizen(), stranger, { ...auditor, territories: ['65701000'] }])
      expect(await applicationAs(service, applicationId, as)).toBeNull();
    await does(service, 'admitApplication', { applicationId }, organiser);
    expect(await applicationAs(service, applicationId)).toMatchObject({ state: 'ADMITTED', group: null });
  });

  test('references from other services follow the same rules', async () => {
    const draft = await drafted(service, contestId);
    const { id: hidden } = await does(service, 'createContest', contestInput(), organiser);
    const representations = [
      { __typename: 'Contest', id: contestId },
      { __typename: 'Contest', id: hidden },
      { __typename: 'Application', id: draft.applicationId },
      { __typename: 'InitiativeGroup', id: draft.id },
    ];
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Contest { id } ... on Application { id } ... on InitiativeGroup { id invitationCode } } }`;
    const seen = async (as?: TestCaller) =>
      (await service.gql(query, { representations }, as)).data._entities.map((entity: any) => entity?.id ?? null);
    expect(await seen()).toEqual([contestId, null, null, null]);
    expect(await seen(stranger)).toEqual([contestId, null, null, null]);
    expect(await seen(draft.member)).toEqual([contestId, null, draft.applicationId, draft.id]);
    expect(await seen(organiser)).toEqual([contestId, hidden, draft.applicationId, draft.id]);
  });

  test('the invitation code is for members, the group for members and officials', async () => {
    const query = `query ($id: ID!) { initiativeGroup(id: $id) { invitationCode members { id } } }`;
    const as = async (caller: TestCaller) =>
      (await service.gql(query, { id: application.id }, caller)).data.initiativeGroup;
    expect((await as(application.member)).invitationCode).toHaveLength(12);
    expect((await as(organiser)).invitationCode).toBeNull();
    expect(await as(citizen())).toBeNull();
  });

  test('a refused mutation shows nothing of the object', async () => {
    const variables = { input: { idempotencyKey: key(), applicationId: application.applicationId } };
    const { data } = await service.gql(documentOf('submitApplication'), variables, citizen());
    expect(data.submitApplication).toMatchObject({ application: null, rejection: { code: 'NOT_FOUND' } });
  });
});

test('an importer runs whole contests where its territory reaches', async () => {
  const at = service.clock.now();
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput(), importer);
  expect(await does(service, 'publishContest', { contestId: id }, importer)).toMatchObject({ state: 'PUBLISHED' });
  service.clock.set(at);
});
