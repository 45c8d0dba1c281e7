import { fromJson } from '@bufbuild/protobuf';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ContestAmendedSchema, ContestPublishedSchema } from '@veche/proto/contests/v1/contests';
import {
  ACT,
  AT,
  START,
  ask,
  contestInput,
  does,
  key,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const VERSIONS = 'versions { version at reason passportHash passport statement signature publicKey }';
const versionsOf = async (id: string): Promise<any[]> =>
  (await service.gql(`query ($id: ID!) { contest(id: $id) { ${VERSIONS} } }`, { id })).data.contest.versions;
const differences = async (id: string, from: number, to: number): Promise<string[]> => {
  const query = `query ($id: ID!, $from: Int!, $to: Int!) { contest(id: $id) { differences(from: $from, to: $to) { path sentence } } }`;
  const { data } = await service.gql(query, { id, from, to });
  return data.contest.differences.map(({ sentence }: { sentence: string }) => sentence);
};

const publicKey = (hex: string) =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
    format: 'jwk',
  });

/** Whether anybody who has the answer alone can check it: hash of the text, and signature over the statement. */
function isGenuine(
  { passport, passportHash, statement, signature, publicKey: hex }: any,
  contest: string,
  version: number,
) {
  const stated = JSON.parse(statement);
  return (
    createHash('sha256').update(passport).digest('hex') === passportHash &&
    stated.passport === passportHash &&
    stated.contest === contest &&
    stated.version === version &&
    verify(null, Buffer.from(statement), publicKey(hex), Buffer.from(signature, 'base64'))
  );
}

async function published(more: object = {}): Promise<string> {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput({ minOwnShare: '5', ...more }), organiser);
  await does(service, 'publishContest', { contestId: id }, organiser);
  return id;
}
const REASON = 'Решение Думы города от 25.02.2026 № 7';

test('each version is hashed and signed, visible to everybody, and another text or number does not pass', async () => {
  const contestId = await published();
  await does(service, 'amendContest', { contestId, reason: REASON, minOwnShare: '10' }, organiser);
  const extension = { contestId, stage: 'INTAKE', extendBy: { amount: 2, unit: 'CALENDAR_DAY' } };
  const later = {
    contestId,
    stage: 'ADMISSION',
    closesLocal: '2026-03-19T13:00:00',
    reason: 'Много заявок с ошибками',
  };
  expect(
    (await ask(service, 'rescheduleStage', { ...extension, reason: 'Мало заявок в сельских округах' }, organiser))
      .rejection.code,
  ).toBe('STAGE_BEFORE_PREDECESSOR');
  await does(service, 'rescheduleStage', later, organiser);
  const versions = await versionsOf(contestId);
  expect(versions.map(({ version, reason }) => [version, reason])).toEqual([
    [1, null],
    [2, REASON],
    [3, later.reason],
  ]);
  expect(versions.map((one, index) => isGenuine(one, contestId, index + 1))).toEqual([true, true, true]);
  const [first, second] = versions;
  expect(isGenuine({ ...first, passport: second.passport }, contestId, 1)).toBe(false);
  expect(isGenuine({ ...first, statement: second.statement }, contestId, 2)).toBe(false);
  const { data } = await service.gql('query ($id: ID!) { contest(id: $id) { passportHash } }', { id: contestId });
  expect(data.contest.passportHash).toBe(versions[2].passportHash);
});

test('versions differ in words', async () => {
  const contestId = await published({ divisions: [{ code: 'sport', kind: 'NOMINATION', title: 'Спорт' }] });
  const change = {
    contestId,
    reason: REASON,
    minOwnShare: '10',
    budget: '2500000.50',
    maxPerProject: null,
    legalBasis: [ACT, { title: 'О внесении изменений', number: '7', date: '2026-02-25' }],
    divisions: [{ code: 'sport', kind: 'NOMINATION', title: 'Спорт', winnersLimit: 2 }],
  };
  await does(service, 'amendContest', change, organiser);
  expect((await differences(contestId, 1, 2)).toSorted()).toEqual([
    'акт «О внесении изменений» от 25.02.2026 № 7 добавлен',
    'бюджет конкурса был 2 000 000 ₽, стал 2 500 000,50 ₽',
    'минимальная доля софинансирования была 5 %, стала 10 %',
    'номинация «Спорт»: предел числа победителей был не задан, стал 2',
    'предел средств на один проект был 1 000 000 ₽, стал не задан',
  ]);
  expect(await differences(contestId, 2, 2)).toEqual([]);
  expect(await differences(contestId, 1, 9)).toEqual([]);
  // The other services hear the new rules as they heard the first ones.
  await service.settle();
  const told = (type: string) =>
    service.bus.published(`veche.contests.${type}`).filter((message) => message.key === contestId);
  const budgets = told('ContestPublished').map(({ data }) => fromJson(ContestPublishedSchema, data).budgetKopecks);
  expect(budgets).toEqual([2_000_000_00n, 2_500_000_50n]);
  const [amended] = told('ContestAmended');
  const { passportHash } = (await versionsOf(contestId))[1];
  expect(fromJson(ContestAmendedSchema, amended!.data)).toMatchObject({ contestId, reason: REASON, passportHash });
});

test.each<[string, object, string]>([
  ['no reason', { reason: 'так', minOwnShare: '10' }, 'REASON_REQUIRED'],
  ['nothing new', { minOwnShare: '5' }, 'AMENDMENT_EMPTY'],
  ['a share of 101 percent', { minOwnShare: '101' }, 'OWN_SHARE_INVALID'],
  ['no act any more', { legalBasis: [] }, 'LEGAL_BASIS_MISSING'],
  ['a rule of the vote that nobody knows', { votingRule: {} }, 'VOTING_RULE_INVALID'],
])('refused with %s, and nothing is written', async (_name, change, code) => {
  const contestId = await published();
  const { rejection } = await ask(service, 'amendContest', { contestId, reason: REASON, ...change }, organiser);
  expect(rejection).toMatchObject({ code, userMessage: expect.stringMatching(/^[А-Я][^{}]+[.!]$/) });
  expect(await versionsOf(contestId)).toHaveLength(1);
});

test('a draft is not amended; from the opening of the intake only the acts are; a stranger amends nothing', async () => {
  service.clock.set(START);
  const draft = await does(service, 'createContest', contestInput(), organiser);
  const change = { contestId: draft.id, reason: REASON, budget: '1.00' };
  expect((await ask(service, 'amendContest', change, organiser)).rejection.code).toBe('CONTEST_NOT_PUBLISHED');
  const contestId = await published();
  service.clock.set(AT.intake);
  const late = await ask(service, 'amendContest', { ...change, contestId }, organiser);
  expect(late.rejection).toMatchObject({ code: 'RULE_FIXED', path: ['budget'] });
  const acts = { contestId, reason: REASON, legalBasis: [{ ...ACT, number: '16-П' }] };
  await does(service, 'amendContest', acts, organiser);
  expect(await differences(contestId, 1, 2)).toEqual([
    'акт «Порядок отбора» от 20.01.2026 № 15-П исключён',
    'акт «Порядок отбора» от 20.01.2026 № 16-П добавлен',
  ]);
  const { errors } = await service.gql(
    'mutation ($input: AmendContestInput!) { amendContest(input: $input) { rejection { code } } }',
    { input: { ...acts, idempotencyKey: key() } },
    stranger,
  );
  expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
});

test('two amendments at once leave two versions, each on the rules of the one before', async () => {
  const contestId = await published();
  const amend = (more: object) => does(service, 'amendContest', { contestId, reason: REASON, ...more }, organiser);
  await Promise.all([amend({ minOwnShare: '10' }), amend({ groupMinimum: 5 })]);
  const versions = await versionsOf(contestId);
  expect(versions.map((one, index) => isGenuine(one, contestId, index + 1))).toEqual([true, true, true]);
  expect((await differences(contestId, 1, 3)).toSorted()).toEqual([
    'минимальная доля софинансирования была 5 %, стала 10 %',
    'минимальная численность инициативной группы была 2, стала 5',
  ]);
});
