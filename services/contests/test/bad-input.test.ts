import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  CALENDAR,
  CONTENT,
  citizen,
  contestInput,
  documentOf,
  errorOf,
  groupOf,
  importer,
  key,
  line as criterionLine,
  openContest,
  organiser,
  startContests,
  type Contests,
  type Group,
  type Mutation,
} from './setup.ts';

let service: Contests;
let contestId: string;
let group: Group;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  group = await groupOf(service, contestId);
});
afterAll(() => service.stop());

const resident = citizen();
const command = { contestId: newId() };
const step = { applicationId: newId() };
const line = { number: '7', title: 'Сквер', category: 'PARK', totalCost: '1.00' };
const save = { ...step, expectedVersion: 1, content: {} };
const give = { ...step, remarks: [{ field: 'title', text: 'Уточните' }], answerBy: '2027-01-01T00:00:00Z' };
const refuse = { ...step, ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' };
const move = { ...command, stage: 'VOTING', reason: 'Решение комиссии № 4' };
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

const CASES: [Mutation, string, unknown, TestCaller][] = [
  ['createContest', 'nothing', null, organiser],
  ['createContest', 'no title', contestInput({ title: undefined }), organiser],
  ['createContest', 'a number as title', contestInput({ title: 5 }), organiser],
  ['createContest', 'a code of no territory', contestInput({ oktmo: '00000000' }), organiser],
  ['createContest', 'seven digits', contestInput({ oktmo: '7187600' }), organiser],
  ['createContest', 'money as a number', contestInput({ budget: 100 }), organiser],
  ['createContest', 'three decimals', contestInput({ budget: '1.005' }), organiser],
  ['createContest', 'more money than there is', contestInput({ budget: '9'.repeat(20) }), organiser],
  ['createContest', 'an unknown stage', contestInput({ stages: [{ ...CALENDAR[0], type: 'PARTY' }] }), organiser],
  [
    'createContest',
    'a day that is not',
    contestInput({ stages: [{ ...CALENDAR[0], opensLocal: '2026-02-30T00:00:00' }] }),
    organiser,
  ],
  [
    'createContest',
    'an instant as wall time',
    contestInput({ stages: [{ ...CALENDAR[0], opensLocal: '2026-03-01T00:00:00Z' }] }),
    organiser,
  ],
  ['createContest', 'no acts', contestInput({ legalBasis: null }), organiser],
  ['createContest', 'eligibility without an age', contestInput({ eligibility: {} }), organiser],
  ['createContest', 'an unknown field', contestInput({ secret: true }), organiser],
  ['createContest', 'a short key', contestInput({ idempotencyKey: '1' }), organiser],
  ['createContest', 'a key of spaces', contestInput({ idempotencyKey: ' '.repeat(20) }), organiser],
  ['updateContest', 'no version', { ...command, title: 'Проекты города' }, organiser],
  ['updateContest', 'a version in words', { ...command, expectedVersion: 'one' }, organiser],
  ['updateContest', 'a fraction of a version', { ...command, expectedVersion: 1.5 }, organiser],
  ['setContestCriteria', 'no scoring', { ...command, expectedVersion: 1, criteria: [] }, organiser],
  ['setContestCriteria', 'an unknown kind', criteria({ kind: 'LUCK' }), organiser],
  ['setContestCriteria', 'a weight as a number', criteria({ weight: 1 }), organiser],
  ['setContestCriteria', 'no parameters', criteria({ parameters: null }), organiser],
  ['publishContest', 'no contest', {}, organiser],
  ['publishContest', 'an object as id', { contestId: {} }, organiser],
  ['rescheduleStage', 'no reason', { ...move, reason: null }, organiser],
  ['rescheduleStage', 'an unknown stage', { ...move, stage: 'voting' }, organiser],
  ['rescheduleStage', 'a date without time', { ...move, closesLocal: '2026-03-28' }, organiser],
  ['approveBallotList', 'a list of contests', { contestId: [newId(), newId()] }, organiser],
  ['formInitiativeGroup', 'no name', command, resident],
  ['joinInitiativeGroup', 'no code', { groupId: newId() }, resident],
  ['leaveInitiativeGroup', 'no group', {}, resident],
  ['draftApplication', 'no content', { ...command, groupId: newId() }, resident],
  ['draftApplication', 'content as text', { ...command, groupId: newId(), content: 'x' }, resident],
  ['saveApplication', 'no version', { ...save, expectedVersion: undefined }, resident],
  ['saveApplication', 'an unknown source', withContent({ funding: [{ source: 'ALMS', amount: '1.00' }] }), resident],
  ['saveApplication', 'people as text', withContent({ beneficiaries: '500' }), resident],
  ['saveApplication', 'more people than an integer holds', withContent({ beneficiaries: 3e9 }), resident],
  ['saveApplication', 'answers as text', withContent({ answers: 'всё' }), resident],
  ['saveApplication', 'answers as a list', withContent({ answers: ['всё'] }), resident],
  ['saveApplication', 'an operator as answer', withContent({ answers: { $where: '1' } }), resident],
  ['saveApplication', 'an operator inside', withContent({ answers: { problem: { $gt: '' } } }), resident],
  ['saveApplication', 'a path as name', withContent({ answers: { 'a.b': 1 } }), resident],
  ['saveApplication', 'a bottomless answer', withContent({ answers: deep(20) }), resident],
  ['submitApplication', 'no application', {}, resident],
  ['withdrawApplication', 'no application', {}, resident],
  ['returnApplication', 'no term', { ...give, answerBy: undefined }, organiser],
  ['returnApplication', 'wall time as term', { ...give, answerBy: '2027-01-01T00:00:00' }, organiser],
  ['returnApplication', 'a remark without text', { ...give, remarks: [{ field: 'title' }] }, organiser],
  ['admitApplication', 'no application', {}, organiser],
  ['refuseApplication', 'an unknown ground', { ...refuse, ground: 'UGLY' }, organiser],
  ['refuseApplication', 'no reason', { ...refuse, reason: undefined }, organiser],
  ['importApplications', 'nothing to import', { ...command, applications: [] }, importer],
  ['importApplications', 'no cost', imported({ totalCost: undefined }), importer],
  ['importApplications', 'an empty number', imported({ number: ' ' }), importer],
  ['importApplications', 'an endless number', imported({ number: '1'.repeat(51) }), importer],
  ['importApplications', 'an empty title', imported({ title: '' }), importer],
  ['importApplications', 'an endless title', imported({ title: 'К'.repeat(501) }), importer],
];

function withContent(content: object): object {
  return { ...save, content };
}

function criteria(more: object): object {
  return { ...command, expectedVersion: 1, criteria: [criterionLine('a', more)], scoring: {} };
}

function imported(more: object): object {
  return { ...command, applications: [{ ...line, ...more }] };
}

test.each(CASES)('%s: %s', async (name, _what, input, as) => {
  const variables = { input: input && { idempotencyKey: key(), ...input } };
  const { data, errors } = await service.gql(documentOf(name), variables, as);
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', userMessage: expect.any(String) });
});

test('every mutation has its row', () => {
  const named = new Set(CASES.map(([name]) => name));
  expect(named.size).toBe(17);
});

test.each<[string, object]>([
  ['Cyrillic names', { проблема: 'x' }],
  ['what a form never asks for', { colour: { red: [1, null, true] } }],
])('a draft keeps answers of %s until they are filed', async (_what, answers) => {
  const input = { contestId, groupId: group.id, content: { ...CONTENT, answers } };
  expect(await errorOf(service, 'draftApplication', input, group.lead)).toBeUndefined();
});

test.each([
  ['contests', `{ contests(first: 101) { nodes { id } } }`],
  ['contests', `{ contests(first: -1) { nodes { id } } }`],
  ['contests', `{ contests(after: "nonsense") { nodes { id } } }`],
  ['applications', `{ applications(contestId: "x", after: "nonsense") { nodes { id } } }`],
])('%s: %s', async (_field, query) => {
  const { errors } = await service.gql(query);
  expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('an id of no object finds nothing', async () => {
  const { data, errors } = await service.gql(`{ contest(id: "x") { id } application(id: "$ne") { id } }`);
  expect({ data, errors }).toEqual({ data: { contest: null, application: null }, errors: undefined });
});
