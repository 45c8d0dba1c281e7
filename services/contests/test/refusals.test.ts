import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import {
  ACT,
  AT,
  CALENDAR,
  START,
  admitted,
  ask,
  citizen,
  contestInput,
  does,
  drafted,
  filed,
  groupOf,
  importer,
  inYear,
  key,
  openContest,
  organiser,
  rejectionOf,
  startContests,
  type Contests,
  type Mutation,
} from './setup.ts';

let service: Contests;
const seen = new Set<string>();

beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

/** Expects a refusal with its Russian sentence, every placeholder filled. */
async function refused(name: Mutation, input: object, as: Parameters<typeof ask>[3], code: string): Promise<void> {
  const { rejection } = await ask(service, name, input, as);
  expect(rejection).toMatchObject({ code, userMessage: expect.stringMatching(/^[А-Я][^{}]+[.!]$/) });
  seen.add(code);
}

const workingDays = (amount: number) => ({ amount, unit: 'WORKING_DAY' });
const ELSEWHERE = ['APPLICATION_INCOMPLETE', 'CRITERIA_INVALID', 'FILE_INVALID', 'NO_VOTE_STAGE', 'YEARS_INVALID'];
const OWN_TESTS = /^(AGE_|APPLICANTS_|SIMULATION_|ASSUMPTION_|GENERATION_|VOTE_NOT_SIMULATED$)/;
const localStage = (opensLocal: string, closesLocal: string) => [{ type: 'INTAKE', opensLocal, closesLocal }];

test.each<[string, object]>([
  ['TEMPLATE_UNKNOWN', { template: 'lottery' }],
  ['TITLE_LENGTH', { title: 'Конкурс' }],
  ['TITLE_LENGTH', { title: 'К'.repeat(201) }],
  ['LEGAL_BASIS_TOO_LONG', { legalBasis: [{ ...ACT, title: 'П'.repeat(501) }] }],
  ['LEGAL_BASIS_TOO_LONG', { legalBasis: Array(21).fill(ACT) }],
  ['TIME_ZONE_UNKNOWN', { timeZone: 'Europe/Surgut' }],
  ['BUDGET_NOT_POSITIVE', { budget: '0.00' }],
  ['BUDGET_NOT_POSITIVE', { maxPerProject: '-1.00' }],
  ['OWN_SHARE_INVALID', { minOwnShare: '100.5' }],
  ['FORM_INVALID', { form: { type: 'object', properties: {} } }],
  ['STAGE_BEFORE_PREDECESSOR', { stages: CALENDAR.toReversed() }],
  ['TERM_INVALID', { stages: [{ type: 'INTAKE', opensLocal: '2026-03-02T00:00:00', term: workingDays(0) }] }],
  ['CALENDAR_MISSING', { stages: [{ type: 'INTAKE', opensLocal: '2027-12-28T00:00:00', term: workingDays(9) }] }],
  ['CALENDAR_MISSING', { regionalHolidays: [{ date: '2031-12-10', title: 'День округа' }] }],
  ['HOLIDAY_INVALID', { regionalHolidays: [{ date: '2026-02-30', title: 'День округа' }] }],
  ['DIVISION_INVALID', { divisions: [{ code: 'a', kind: 'GROUP', title: 'А', budget: '2000000.01' }] }],
  ['STAGES_INVALID', { stages: [CALENDAR[0], CALENDAR[0]] }],
  ['STAGES_INVALID', { stages: localStage('2026-03-02T00:00:00', '2026-03-01T00:00:00') }],
  ['STAGES_INVALID', { graceSeconds: 601 }],
  [
    'LOCAL_TIME_INVALID',
    { timeZone: 'Europe/Berlin', stages: localStage('2026-03-29T02:30:00', '2026-05-01T00:00:00') },
  ],
  [
    'LOCAL_TIME_INVALID',
    { timeZone: 'Europe/Berlin', stages: localStage('2026-10-25T02:30:00', '2026-11-01T00:00:00') },
  ],
  ['VOTING_RULE_INVALID', { votingRule: { version: 1, ballot: { type: 'lottery' }, order: 'score' } }],
  [
    'VOTING_RULE_INVALID',
    {
      votingRule: {
        version: 1,
        ballot: { type: 'approval' },
        order: 'score',
        partition: { by: 'category', budgets: [{ key: 'PARK', budget: '999999999999' }] },
      },
    },
  ],
  ['VOTING_RULE_INVALID', { votingRule: 'most votes' }],
  ['VOTING_RULE_INVALID', { votingRule: [] }],
  ['ELIGIBILITY_INVALID', { eligibility: { minAge: 13 } }],
  ['ELIGIBILITY_INVALID', { eligibility: { minAge: 16, ageOn: '2026-02-30' } }],
  ['GROUP_MINIMUM_INVALID', { groupMinimum: 0 }],
  ['GROUP_MINIMUM_INVALID', { groupMinimum: 101 }],
])('%s: a draft with %j', async (code, more) => {
  await refused('createContest', contestInput(more), organiser, code);
});

test.each<[string, object]>([
  ['LEGAL_BASIS_MISSING', { legalBasis: [] }],
  ['LEGAL_BASIS_MISSING', { legalBasis: [{ ...ACT, number: ' ' }] }],
  ['LEGAL_BASIS_MISSING', { legalBasis: [{ ...ACT, date: '2026-02-30' }] }],
  ['LEGAL_BASIS_MISSING', { legalBasis: [{ title: 'Порядок', number: '1', date: '2026-01-01' }] }],
  ['LEGAL_REGIME_NOT_IN_FORCE', { stages: inYear('2028'), legalRegime: 'RU_131FZ_26_1' }],
  ['DECIDING_STAGE_MISSING', { stages: CALENDAR.filter(({ type }) => type !== 'VOTING') }],
  ['STAGES_INVALID', { stages: CALENDAR.filter(({ type }) => type !== 'INTAKE') }],
])('%s: publishing with %j', async (code, more) => {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput(more), organiser);
  await refused('publishContest', { contestId: id }, organiser, code);
});

test('a contest is published before its vote begins, once, and is frozen then', async () => {
  service.clock.set(AT.voting);
  const { id: late } = await does(service, 'createContest', contestInput(), organiser);
  await refused('publishContest', { contestId: late }, organiser, 'STAGE_PASSED');
  const contestId = await openContest(service);
  await refused('publishContest', { contestId }, organiser, 'CONTEST_FROZEN');
  const change = { contestId, expectedVersion: 2, title: 'Другое название' };
  await refused('updateContest', change, organiser, 'CONTEST_FROZEN');
  const amendment = { contestId, reason: 'Решение Думы города № 7' };
  await refused('amendContest', { ...amendment, budget: '1.00' }, organiser, 'RULE_FIXED');
  await refused('amendContest', { ...amendment, legalBasis: [ACT] }, organiser, 'AMENDMENT_EMPTY');
});

test('a draft changes field by field; null takes the limit away', async () => {
  service.clock.set(START);
  const { id, version } = await does(service, 'createContest', contestInput(), organiser);
  const renamed = { contestId: id, expectedVersion: version, title: 'Проекты города Сургута' };
  const once = await does(service, 'updateContest', renamed, organiser);
  expect(once).toMatchObject({ title: 'Проекты города Сургута', maxPerProject: '1000000.00', budget: '2000000.00' });
  await refused('updateContest', renamed, organiser, 'VERSION_CONFLICT');
  const freed = { contestId: id, expectedVersion: once.version, maxPerProject: null };
  expect((await does(service, 'updateContest', freed, organiser)).maxPerProject).toBeNull();
  const bad = { contestId: id, expectedVersion: once.version + 1, eligibility: { minAge: 19 } };
  await refused('updateContest', bad, organiser, 'ELIGIBILITY_INVALID');
});

test('only boundaries ahead move, within the order, with a reason', async () => {
  const contestId = await openContest(service);
  const move = (more: object) => ({ contestId, stage: 'INTAKE', reason: 'Решение комиссии № 4', ...more });
  await refused('rescheduleStage', move({ opensLocal: '2026-03-02T13:00:00' }), organiser, 'STAGE_PASSED');
  await refused('rescheduleStage', move({ closesLocal: '2026-03-01T12:59:59' }), organiser, 'STAGES_INVALID');
  await refused('rescheduleStage', move({ closesLocal: '2026-03-12T13:00:00' }), organiser, 'STAGE_BEFORE_PREDECESSOR');
  await refused('rescheduleStage', move({}), organiser, 'STAGES_INVALID');
  await refused(
    'rescheduleStage',
    move({ stage: 'REPORT', closesLocal: '2026-12-01T00:00:00' }),
    organiser,
    'STAGES_INVALID',
  );
  const silent = move({ closesLocal: '2026-03-10T13:00:00', reason: ' потому  ' });
  await refused('rescheduleStage', silent, organiser, 'REASON_REQUIRED');
  await refused('rescheduleStage', { ...silent, reason: 'П'.repeat(2001) }, organiser, 'REASON_REQUIRED');
  const { id } = await does(service, 'createContest', contestInput(), organiser);
  const early = move({ contestId: id, closesLocal: '2026-03-10T13:00:00' });
  await refused('rescheduleStage', early, organiser, 'CONTEST_NOT_PUBLISHED');
});

test('the ballot is approved once, before the vote, with every application decided', async () => {
  const contestId = await openContest(service);
  await refused('approveBallotList', { contestId }, organiser, 'NO_ADMITTED_APPLICATIONS');
  const good = await admitted(service, contestId);
  const open = await filed(service, contestId);
  await refused('approveBallotList', { contestId }, organiser, 'APPLICATIONS_UNDECIDED');
  const ground = { ground: 'NO_COMPETENCE', reason: 'Это не вопрос местного значения города.' };
  await does(service, 'refuseApplication', { applicationId: open.applicationId, ...ground }, organiser);
  const draft = await drafted(service, contestId);
  service.clock.set(AT.voting);
  await refused('approveBallotList', { contestId }, organiser, 'VOTING_BEGUN');
  service.clock.set(AT.intake);
  const exclusiveGroups = [{ name: 'Участок', applicationIds: [good.applicationId] }];
  const input = { contestId, idempotencyKey: 'key-of-the-approval' };
  const { rejection } = await ask(service, 'approveBallotList', input, organiser, { exclusiveGroups });
  seen.add(rejection.code);
  expect(rejection).toMatchObject({ code: 'EXCLUSIVE_GROUP_INVALID', path: ['exclusiveGroups', '0'] });
  await does(service, 'approveBallotList', input, organiser);
  const other = await ask(service, 'approveBallotList', input, organiser, { exclusiveGroups });
  expect(other.rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  await refused('approveBallotList', { contestId }, organiser, 'BALLOT_LIST_APPROVED');
  await refused('submitApplication', { applicationId: draft.applicationId }, draft.lead, 'BALLOT_LIST_APPROVED');
  service.clock.set(AT.closed);
  await refused('withdrawApplication', { applicationId: good.applicationId }, good.lead, 'VOTING_ENDED');
  const { id } = await does(service, 'createContest', contestInput(), organiser);
  await refused('approveBallotList', { contestId: id }, organiser, 'CONTEST_NOT_PUBLISHED');
});

test('a group is formed, joined and left by its rules', async () => {
  const contestId = await openContest(service);
  const form = (as: ReturnType<typeof citizen>, name = 'Двор на Мира') =>
    ask(service, 'formInitiativeGroup', { contestId, name }, as);
  expect((await form(citizen({ assurance: 'basic' }))).rejection.code).toBe('ACCOUNT_NOT_CONFIRMED');
  expect((await form(citizen({ birthdate: '2010-03-02' }))).rejection.code).toBe('TOO_YOUNG');
  expect((await form(citizen({ birthdate: '2010-03-01' }))).rejection).toBeNull();
  await refused('formInitiativeGroup', { contestId, name: ' Я ' }, citizen(), 'NAME_LENGTH');
  const { id, lead, member } = await groupOf(service, contestId);
  const { group } = (
    await service.gql(`query ($id: ID!) { group: initiativeGroup(id: $id) { invitationCode } }`, { id }, lead)
  ).data;
  const code = { groupId: id, invitationCode: group.invitationCode };
  await refused('joinInitiativeGroup', { ...code, invitationCode: 'guess' }, citizen(), 'INVITATION_INVALID');
  await refused('joinInitiativeGroup', code, member, 'ALREADY_MEMBER');
  await refused('joinInitiativeGroup', code, citizen({ assurance: 'none' }), 'ACCOUNT_NOT_CONFIRMED');
  await refused('joinInitiativeGroup', { ...code, groupId: newId() }, citizen(), 'NOT_FOUND');
  await refused('leaveInitiativeGroup', { groupId: id }, lead, 'LEAD_CANNOT_LEAVE');
  await refused('leaveInitiativeGroup', { groupId: id }, citizen(), 'NOT_MEMBER');
  await does(service, 'leaveInitiativeGroup', { groupId: id }, member);
  await does(service, 'leaveInitiativeGroup', { groupId: id }, lead);
  await refused('joinInitiativeGroup', code, citizen(), 'INVITATION_INVALID');
});

test('an application is begun until the intake ends and filed while it is open, by a group that is large enough', async () => {
  const contestId = await openContest(service, { groupMinimum: 3 });
  const draft = await drafted(service, contestId);
  await refused('submitApplication', { applicationId: draft.applicationId }, draft.lead, 'GROUP_TOO_SMALL');
  await refused('saveApplication', save(draft.applicationId, 99), draft.lead, 'VERSION_CONFLICT');
  service.clock.set('2026-03-11T08:00:00Z');
  await refused('submitApplication', { applicationId: draft.applicationId }, draft.lead, 'STAGE_NOT_OPEN');
  const begin = { contestId, groupId: draft.id, content: {} };
  await refused('draftApplication', begin, draft.lead, 'STAGE_NOT_OPEN');
  await refused('draftApplication', { ...begin, contestId: newId() }, draft.lead, 'NOT_FOUND');
});

const save = (applicationId: string, expectedVersion: number) => ({ applicationId, expectedVersion, content: {} });

test('what the organiser decides needs its reasons', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await filed(service, contestId);
  const remarks = [{ field: 'title', text: 'Уточните название' }];
  const answerBy = '2026-03-15T00:00:00Z';
  const give = (more: object) => ({ applicationId, remarks, answerBy, ...more });
  await refused('returnApplication', give({ remarks: [] }), organiser, 'REMARKS_REQUIRED');
  await refused(
    'returnApplication',
    give({ remarks: [{ field: ' ', text: 'Что это?' }] }),
    organiser,
    'REMARKS_REQUIRED',
  );
  await refused(
    'returnApplication',
    give({ remarks: [{ field: 'title', text: 'нет' }] }),
    organiser,
    'REMARKS_REQUIRED',
  );
  await refused('returnApplication', give({ answerBy: AT.intake.toISOString() }), organiser, 'TERM_IN_PAST');
  const short = { applicationId, ground: 'NO_FUNDS', reason: 'Нет денег' };
  await refused('refuseApplication', short, organiser, 'REASON_REQUIRED');
  await refused('refuseApplication', { ...short, reason: 'Н'.repeat(2001) }, organiser, 'REASON_REQUIRED');
  await does(service, 'returnApplication', give({}), organiser);
  service.clock.set('2026-03-15T00:00:01Z');
  await refused('submitApplication', { applicationId }, lead, 'TERM_PASSED');
  await refused('admitApplication', { applicationId }, organiser, 'WRONG_STATE');
});

test('an import is taken as a whole or not at all', async () => {
  const contestId = await openContest(service);
  const own = await filed(service, contestId);
  const line = (number: string, totalCost = '100.00') => ({ number, title: 'Сквер', category: 'PARK', totalCost });
  const put = (applications: object[]) => ({ contestId, applications });
  await refused('importApplications', put([line('7'), line('7')]), importer, 'NUMBER_TAKEN');
  await refused('importApplications', put([line('7'), line('1')]), importer, 'NUMBER_TAKEN');
  await refused('importApplications', put([line('7'), line('8', '0.00')]), importer, 'BUDGET_NOT_POSITIVE');
  const many = Array.from({ length: 501 }, (_, index) => line(`m${index}`));
  await refused('importApplications', put(many), importer, 'TOO_MANY_ITEMS');
  const { data } = await service.gql(
    `query ($id: ID!) { contest(id: $id) { applicationCounts { state count } } }`,
    { id: contestId },
    organiser,
  );
  expect(data.contest.applicationCounts).toEqual([{ state: 'SUBMITTED', count: 1 }]);
  await does(service, 'admitApplication', { applicationId: own.applicationId }, organiser);
  await does(service, 'approveBallotList', { contestId }, organiser);
  await refused('importApplications', put([line('9')]), importer, 'BALLOT_LIST_APPROVED');
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput(), organiser);
  await refused('importApplications', { contestId: id, applications: [line('1')] }, importer, 'CONTEST_NOT_PUBLISHED');
});

test('a key that was used with another request is refused', async () => {
  const idempotencyKey = key();
  await does(service, 'createContest', contestInput({ idempotencyKey }), organiser);
  const other = contestInput({ idempotencyKey, title: 'Совсем другой конкурс' });
  await refused('createContest', other, organiser, 'IDEMPOTENCY_KEY_REUSED');
});

test('every code of the schema was met', async () => {
  const schema = readFileSync(new URL('../schema/base.graphql', import.meta.url), 'utf8');
  const codes = schema
    .split('enum ContestsRejectionCode {')[1]!
    .split('}')[0]!
    .matchAll(/^ {2}([A-Z_]+)$/gm);
  const declared = [...codes].map(([, code]) => code!);
  // These have tests of their own: applicants, life, criteria, contest-file, commission-decision, simulation.
  expect(await rejectionOf(service, ...(await incomplete()))).toBe('APPLICATION_INCOMPLETE');
  expect(declared.filter((code) => !seen.has(code) && !OWN_TESTS.test(code)).toSorted()).toEqual(ELSEWHERE);
});

async function incomplete(): Promise<[Mutation, object, ReturnType<typeof citizen>]> {
  const { applicationId, lead } = await drafted(service, await openContest(service), { title: '' });
  return ['submitApplication', { applicationId }, lead];
}
