import { fromJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ContestAmendedSchema } from '@veche/proto/contests/v1/contests';
import {
  ask,
  AT,
  contestInput,
  CALENDAR,
  does,
  line,
  organiser,
  START,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const REASON = 'Решение Думы города от 25.02.2026 № 7';
const EXPERTISE = { type: 'EXPERTISE', opensLocal: '2026-03-16T13:00:00', closesLocal: '2026-03-20T13:00:00' };
const WITH_EXPERTS = [...CALENDAR.slice(0, 2), EXPERTISE, ...CALENDAR.slice(2)];
const ASSESSED = new Date('2026-03-16T08:00:00Z');
const OTHER = [
  line('share', { weight: '2' }),
  line('people', { title: 'Охват', parameters: { input: 'BENEFICIARIES_SHARE', a: '0', b: '50' } }),
];

/** A contest whose intake has opened. */
async function opened(more: object = {}): Promise<string> {
  service.clock.set(START);
  const { id, version } = await does(
    service,
    'createContest',
    contestInput({ stages: WITH_EXPERTS, ...more }),
    organiser,
  );
  const input = { contestId: id, expectedVersion: version, criteria: [line('share')], scoring: {} };
  await does(service, 'setContestCriteria', input, organiser);
  await does(service, 'publishContest', { contestId: id }, organiser);
  service.clock.set(AT.intake);
  return id;
}
const amend = (contestId: string, change: object) =>
  ask(service, 'amendContest', { contestId, reason: REASON, ...change }, organiser);

const SHOWN = `query ($id: ID!) { contest(id: $id) { criteria { code weight } amendments { reason }
  versions { version reason } differences(from: 1, to: 2) { sentence } } }`;

test('criteria change until the assessment begins: a version with its reason, differences in words, the event', async () => {
  const contestId = await opened();
  expect((await amend(contestId, { criteria: OTHER })).rejection).toBeNull();
  const { contest } = (await service.gql(SHOWN, { id: contestId })).data;
  expect(contest).toEqual({
    criteria: [
      { code: 'share', weight: '2' },
      { code: 'people', weight: '1' },
    ],
    amendments: [{ reason: REASON }],
    versions: [
      { version: 1, reason: null },
      { version: 2, reason: REASON },
    ],
    differences: [
      { sentence: 'критерий «Доля средств жителей»: вес был 1, стал 2' },
      { sentence: 'критерий «Охват» добавлен' },
    ],
  });
  await service.settle();
  const [told] = service.bus.published('veche.contests.ContestAmended').filter(({ key }) => key === contestId);
  const { criteria, scoringJson, formulaFields } = fromJson(ContestAmendedSchema, told!.data);
  expect(criteria.map(({ code, weight }) => `${code} ${weight}`)).toEqual(['share 2', 'people 1']);
  expect(JSON.parse(scoringJson)).toMatchObject({ derived: [], threshold: null });
  expect(formulaFields).toEqual([]);
});

test('so does the scoring alone; acts tell nothing of criteria', async () => {
  const contestId = await opened();
  expect((await amend(contestId, { scoring: { threshold: '5' } })).rejection).toBeNull();
  const legalBasis = [{ title: 'Порядок отбора', number: '16-П', date: '2026-01-20', article: '3' }];
  expect((await amend(contestId, { legalBasis })).rejection).toBeNull();
  await service.settle();
  const told = service.bus.published('veche.contests.ContestAmended').filter(({ key }) => key === contestId);
  expect(told.map(({ data }) => fromJson(ContestAmendedSchema, data).criteria.length)).toEqual([1, 0]);
});

test('nothing of it once experts assess, and nothing where they have no stage of their own', async () => {
  const contestId = await opened();
  service.clock.set(new Date(ASSESSED.getTime() - 1));
  expect((await amend(contestId, { scoring: { threshold: '1' } })).rejection).toBeNull();
  service.clock.set(ASSESSED);
  expect((await amend(contestId, { criteria: OTHER })).rejection).toMatchObject({
    code: 'RULE_FIXED',
    path: ['criteria'],
  });
  const without = await opened({ stages: CALENDAR });
  expect((await amend(without, { scoring: { threshold: '5' } })).rejection).toMatchObject({
    code: 'RULE_FIXED',
    path: ['scoring'],
  });
});

test('other rules stay fixed, the jury and the points of residents too, and new criteria ask no more of the applications', async () => {
  const contestId = await opened();
  const publicJury = {
    criteria: [{ code: 'use', title: 'Польза', maxPoints: '10' }],
    assignment: 'OPEN',
    minAge: 16,
    residentsOnly: true,
  };
  const reading = [line('share', { parameters: { input: 'answers.beneficiariesCount', a: '0', b: '20' } })];
  const form = {
    type: 'object',
    additionalProperties: false,
    properties: { floors: { type: 'integer', title: 'Этажей' } },
  };
  const withFloors = await opened({ form });
  const floors = [line('share', { parameters: { input: 'answers.floors', a: '0', b: '20' } })];
  const cases: [string, object, object][] = [
    [contestId, { criteria: OTHER, budget: '1.00' }, { code: 'RULE_FIXED', path: ['budget'] }],
    [contestId, { scoring: { publicJury } }, { code: 'RULE_FIXED', path: ['scoring', 'publicJury'] }],
    [contestId, { scoring: { virtualCapital: {} } }, { code: 'RULE_FIXED', path: ['scoring', 'virtualCapital'] }],
    [contestId, { criteria: reading }, { code: 'CRITERIA_INVALID' }],
    [contestId, { criteria: [line('share')] }, { code: 'AMENDMENT_EMPTY' }],
    [withFloors, { criteria: floors }, { code: 'CRITERIA_INVALID', path: ['criteria'] }],
  ];
  for (const [id, change, refusal] of cases) expect((await amend(id, change)).rejection).toMatchObject(refusal);
  // Before the intake nobody has answered yet.
  service.clock.set(START);
  const { id, version } = await does(service, 'createContest', contestInput({ form, stages: WITH_EXPERTS }), organiser);
  await does(
    service,
    'setContestCriteria',
    { contestId: id, expectedVersion: version, criteria: [line('share')], scoring: {} },
    organiser,
  );
  await does(service, 'publishContest', { contestId: id }, organiser);
  expect((await amend(id, { criteria: floors })).rejection).toBeNull();
});
