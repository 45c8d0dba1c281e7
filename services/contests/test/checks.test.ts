import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deskDoes } from './desk.ts';
import {
  ANSWERS,
  CONTENT,
  OKTMO,
  citizen,
  does,
  drafted,
  filed,
  openContest,
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

const CHECKS = `query ($applicationId: ID!) { applicationChecks(applicationId: $applicationId) {
  completeness mayBeFiled checks { code state userMessage fieldErrors { path code } } } }`;

const checksAs = async (applicationId: string, as: any) =>
  (await service.gql(CHECKS, { applicationId }, as)).data.applicationChecks;
const byCode = (checks: any) => Object.fromEntries(checks.checks.map((check: any) => [check.code, check]));

test('checks before filing explain everything that is wrong, and pass when it is mended', async () => {
  const contestId = await openContest(service);
  const other = await filed(service, contestId);
  const { applicationId, lead, member } = await drafted(service, contestId, {
    title: 'ДЕТСКАЯ площадка, Мира, на улице!',
    beneficiaries: 20_000,
    totalCost: '900001.00',
    category: 'SPACESHIP',
    answers: { ...ANSWERS, rationale: null, plannedPeriod: { start: '2026-05-01', end: '2027-01-01' } },
  });
  const wrong = await checksAs(applicationId, lead);
  expect(wrong).toMatchObject({ completeness: 66, mayBeFiled: false });
  const found = byCode(wrong);
  expect(Object.fromEntries(Object.entries(found).map(([code, { state }]: any) => [code, state]))).toEqual({
    COMPLETENESS: 'FAILED',
    FORM: 'FAILED',
    LIMITS: 'FAILED',
    SUMS: 'FAILED',
    TERRITORY: 'PASSED',
    DATES: 'WARNING',
    REQUISITES: 'PASSED',
    DUPLICATES: 'WARNING',
    GROUP: 'PASSED',
    TERM: 'PASSED',
    REMARKS: 'PASSED',
  });
  expect(found.COMPLETENESS.fieldErrors).toEqual([{ path: 'answers.rationale', code: 'REQUIRED' }]);
  expect(found.DUPLICATES.userMessage).toContain('№ 1.');
  expect(found.DATES.userMessage).toContain('«Планируемые сроки реализации»');
  for (const { userMessage } of wrong.checks) expect(userMessage).toMatch(/^[А-Я][^{}]+\.$/);

  const content = { ...CONTENT, title: 'Сквер у школы № 5' };
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: 1, content }, member);
  const right = await checksAs(applicationId, organiser);
  expect(right).toMatchObject({ completeness: 100, mayBeFiled: true });
  expect(right.checks.every(({ state }: any) => state === 'PASSED')).toBe(true);
  await does(service, 'submitApplication', { applicationId }, lead);

  // What is filed cannot be filed again, and what was withdrawn is no duplicate.
  expect(byCode(await checksAs(applicationId, lead)).TERM).toMatchObject({ state: 'FAILED' });
  const third = await drafted(service, contestId);
  await does(service, 'withdrawApplication', { applicationId: other.applicationId }, other.lead);
  expect(byCode(await checksAs(third.applicationId, third.lead)).DUPLICATES.state).toBe('PASSED');
});

test('projects of the same title elsewhere do not hide one in the same place', async () => {
  const contestId = await openContest(service);
  const elsewhere = `${OKTMO}101`;
  for (let count = 0; count < 10; count += 1) await filed(service, contestId, { oktmo: elsewhere });
  const { lead, applicationId } = await filed(service, contestId);
  // It is no duplicate of itself.
  expect(byCode(await checksAs(applicationId, lead)).DUPLICATES.state).toBe('PASSED');
  const draft = await drafted(service, contestId);
  const { DUPLICATES } = byCode(await checksAs(draft.applicationId, draft.lead));
  expect(DUPLICATES).toMatchObject({ state: 'WARNING', userMessage: expect.stringContaining('№ 11.') });
  for (let count = 0; count < 11; count += 1) await filed(service, contestId);
  const many = byCode(await checksAs(draft.applicationId, draft.lead)).DUPLICATES.userMessage;
  // Ten are named, by number.
  expect(many).toContain('11, 12, 13, 14, 15, 16, 17, 18, 19, 20.');
});

test('checks are for the group and its officials, and know the size of the group and the time', async () => {
  const contestId = await openContest(service, { groupMinimum: 3 });
  const { applicationId, lead } = await drafted(service, contestId);
  for (const as of [citizen(), stranger]) expect(await checksAs(applicationId, as)).toBeNull();
  const checks = byCode(await checksAs(applicationId, lead));
  expect(checks.GROUP).toMatchObject({
    state: 'FAILED',
    userMessage: expect.stringContaining('2 чел., а нужно не меньше 3'),
  });
  service.clock.set('2026-03-12T00:00:00Z');
  expect(byCode(await checksAs(applicationId, lead)).TERM).toMatchObject({
    state: 'FAILED',
    userMessage: expect.stringContaining('заявки не принимаются'),
  });
});

test('an open remark is a warning until it is answered or its field changed', async () => {
  const { applicationId, lead, member } = await filed(service, await openContest(service));
  const remarks = [{ field: 'title', text: 'Уточните название.' }];
  const answerBy = '2026-03-10T00:00:00.000Z';
  await does(service, 'returnApplication', { applicationId, remarks, answerBy }, organiser);
  expect(byCode(await checksAs(applicationId, lead)).REMARKS).toMatchObject({ state: 'WARNING' });
  await deskDoes(service, 'answerRemark', { applicationId, remark: 1, text: 'Название утвердило собрание.' }, member);
  expect(byCode(await checksAs(applicationId, lead)).REMARKS).toMatchObject({ state: 'PASSED' });
});
