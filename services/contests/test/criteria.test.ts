import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import {
  admitted,
  ANSWERS,
  AT,
  citizen,
  contestInput,
  does,
  importer,
  key,
  line,
  openContest,
  organiser,
  START,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const SET = `mutation ($input: SetContestCriteriaInput!) { setContestCriteria(input: $input) {
  contest { id version passportHash criteria { code kind title maxPoints weight parameters group round { places mode } least }
    scoring { derived { code title formula } weightSum round { places mode } threshold groupBy
      groupThresholds { group threshold } tieBreakers { by criterion formula first } } }
  rejection { code userMessage path } fieldErrors { path code userMessage } } }`;

const set = (input: object, as = organiser) =>
  service.gql(SET, { input: { idempotencyKey: key(), expectedVersion: 1, scoring: {}, ...input } }, as);

async function payloadOf(input: object, as = organiser): Promise<any> {
  const { data, errors } = await set(input, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.setContestCriteria;
}

async function draft(more: object = {}): Promise<string> {
  service.clock.set(START);
  return (await does(service, 'createContest', contestInput(more), organiser)).id;
}

test('the criteria of a draft are replaced and shown as they were given', async () => {
  const contestId = await draft();
  const criteria = [
    line('money', { group: 'all', round: { places: 2, mode: 'CEIL' }, least: '1' }),
    { ...line('all', { kind: 'GROUP', parameters: { weightSum: '1' } }), group: null, round: null, least: null },
  ];
  const scoring = {
    derived: [{ code: 'own', title: 'Средства жителей', formula: 'money.citizens + money.business' }],
    weightSum: '1',
    round: { places: 3, mode: 'HALF_UP' },
    threshold: '0.5',
    groupBy: 'answers.discussionForm',
    groupThresholds: [{ group: 'POLL', threshold: '1' }],
    tieBreakers: [{ by: 'FORMULA', criterion: null, formula: 'derived.own', first: 'MORE' }],
  };
  const { contest, rejection, fieldErrors } = await payloadOf({ contestId, criteria, scoring });
  expect([rejection, fieldErrors]).toEqual([null, []]);
  expect(contest).toEqual({ id: contestId, version: 2, passportHash: null, criteria, scoring });
});

describe('what is wrong is told by field, all at once, and nothing is changed', () => {
  test.each<[string, string, object[], object]>([
    [
      'weights of 99',
      'scoring.weightSum',
      [line('a', { weight: '50' }), line('b', { weight: '49' })],
      { weightSum: '100' },
    ],
    [
      'a slip in a name',
      'criteria.0.parameters.input',
      [line('a', { parameters: { input: 'money.citizen', a: '0', b: '1' } })],
      {},
    ],
    ['a free text in a formula', 'scoring.groupBy', [line('a')], { groupBy: 'answers.problem' }],
    ['no parameters', 'criteria.0.parameters', [line('a', { parameters: [] })], {}],
    [
      'a program',
      'criteria.0.parameters.input',
      [line('a', { parameters: { input: '(() => 1)()', a: '0', b: '1' } })],
      {},
    ],
    [
      'a circle',
      'scoring.derived.1.formula',
      [line('a')],
      { derived: ['ab', 'ba'].map(([code, other]) => ({ code, title: 'Поле', formula: `derived.${other}` })) },
    ],
    ['too many', 'criteria', Array.from({ length: 101 }, (_, index) => line(`c${index}`)), {}],
  ])('%s', async (_what, path, criteria, scoring) => {
    const contestId = await draft();
    const { contest, rejection, fieldErrors } = await payloadOf({ contestId, criteria, scoring });
    expect(contest).toBeNull();
    expect(rejection).toEqual({
      code: 'CRITERIA_INVALID',
      userMessage: expect.stringMatching(/^Критерии оценки составлены неверно: [^{}]+\.$/),
      path: path.split('.'),
    });
    expect(fieldErrors).toContainEqual({
      path,
      code: 'CRITERIA_INVALID',
      userMessage: expect.stringMatching(/^[А-ЯС].+\.$/),
    });
    const { data } = await service.gql(
      'query ($id: ID!) { contest(id: $id) { version criteria { code } } }',
      { id: contestId },
      organiser,
    );
    expect(data.contest.version).toBe(1);
    expect(data.contest.criteria).toHaveLength(7);
  });

  test('two faults are two errors', async () => {
    const parameters = { input: 'CITIZENS_SHARE', a: '1', b: '1' };
    const { fieldErrors } = await payloadOf({
      contestId: await draft(),
      criteria: [line('a', { parameters }), line('b', { parameters })],
    });
    expect(fieldErrors.map(({ path }: any) => path)).toEqual(['criteria.0.parameters.b', 'criteria.1.parameters.b']);
  });
});

test('the same key gives the same answer, with other criteria it is refused', async () => {
  const input = { contestId: await draft(), idempotencyKey: key(), criteria: [line('a')] };
  const first = await payloadOf(input);
  expect(await payloadOf(input)).toEqual(first);
  expect((await payloadOf({ ...input, criteria: [line('b')] })).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('only the organiser of the territory, only a draft, only the version that was read', async () => {
  const contestId = await draft();
  const criteria = [line('a')];
  expect((await set({ contestId, criteria }, citizen() as never)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  expect((await payloadOf({ contestId, criteria }, stranger)).rejection.code).toBe('NOT_FOUND');
  expect((await payloadOf({ contestId: newId(), criteria })).rejection.code).toBe('NOT_FOUND');
  expect((await payloadOf({ contestId, criteria, expectedVersion: 2 })).rejection.code).toBe('VERSION_CONFLICT');
  expect((await payloadOf({ contestId, criteria }, importer)).rejection).toBeNull();
  const open = await openContest(service);
  expect((await payloadOf({ contestId: open, criteria, expectedVersion: 2 })).rejection.code).toBe('CONTEST_FROZEN');
});

test('names for formulas: numbers, choices and yes or no of the form, never its free texts', async () => {
  const query = 'query ($id: ID!) { contest(id: $id) { formulaNames { name type options } } }';
  const { data } = await service.gql(query, { id: await draft() }, organiser);
  const names = new Map<string, any>(data.contest.formulaNames.map((one: any) => [one.name, one]));
  expect(names.get('answers.supportersCount')).toEqual({
    name: 'answers.supportersCount',
    type: 'NUMBER',
    options: null,
  });
  expect(names.get('answers.discussionForm')).toMatchObject({
    type: 'TEXT',
    options: ['ASSEMBLY', 'GATHERING', 'CONFERENCE', 'POLL', 'SIGNATURES'],
  });
  expect(names.get('totalCost')).toMatchObject({ type: 'NUMBER' });
  expect(names.has('answers.problem')).toBe(false);
});

test('the passport and the event hold the rules; an admission tells the answers that they read and no others', async () => {
  service.clock.set(START);
  const { id: contestId } = await does(service, 'createContest', contestInput(), organiser);
  const parameters = { input: 'pct(answers.supportersCount, population)', a: '0', b: '20' };
  const { contest } = await payloadOf({
    contestId,
    criteria: [line('support', { parameters })],
    scoring: { weightSum: '1' },
  });
  const published = await does(service, 'publishContest', { contestId }, organiser);
  const plain = await does(service, 'createContest', contestInput(), organiser);
  const other = await does(service, 'publishContest', { contestId: plain.id }, organiser);
  expect([contest.version, published.passportHash !== other.passportHash]).toEqual([2, true]);
  service.clock.set(AT.intake);
  const { applicationId } = await admitted(service, contestId, { answers: { ...ANSWERS, supportersCount: 120 } });
  await service.settle();
  const [told] = service.bus.published('veche.contests.ContestPublished').filter(({ key: of }) => of === contestId);
  expect(told!.data).toMatchObject({
    criteria: [{ code: 'support', kind: 'LINEAR' }],
    formulaFields: [{ name: 'answers.supportersCount', type: 'NUMBER' }],
  });
  expect(JSON.parse(told!.data.scoringJson)).toMatchObject({ weightSum: '1', tieBreakers: [] });
  const [admission] = service.bus
    .published('veche.contests.ApplicationAdmitted')
    .filter(({ key: of }) => of === applicationId);
  expect(admission!.data.facts.answers).toEqual([{ name: 'answers.supportersCount', type: 'NUMBER', value: '120' }]);
  expect(JSON.stringify(service.bus.messages())).not.toContain('Во дворе нет');
});
