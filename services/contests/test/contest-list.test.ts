import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { AT, CALENDAR, START, citizen, contestInput, does, inYear, startContests, type Contests } from './setup.ts';

const REGION = '71000000';
const CITY = '71876000';
const SETTLEMENT = '71876000101';
/** Closes before the others. */
const SHORT = { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', closesLocal: '2026-03-05T13:00:00' };
const staff: TestCaller = { roles: ['organiser'], territories: [REGION] };

let service: Contests;
const ids: Record<string, string> = {};

beforeAll(async () => {
  service = await startContests();
  const kinds = {
    region: { oktmo: REGION, level: 'REGION', practice: 'VOTE_DRIVEN' },
    city: { oktmo: CITY, level: 'MUNICIPALITY', practice: 'PEOPLES_BUDGET' },
    nextYear: { oktmo: CITY, level: 'MUNICIPALITY', practice: 'TOS', stages: inYear('2027') },
    settlement: { oktmo: SETTLEMENT, level: 'DISTRICT', practice: 'SCHOOL', stages: [SHORT, ...CALENDAR.slice(2)] },
    other: { oktmo: '71829000', level: 'MUNICIPALITY', practice: 'PEOPLES_BUDGET' },
    draft: { oktmo: CITY, level: 'MUNICIPALITY', practice: 'PEOPLES_BUDGET' },
  };
  for (const [name, more] of Object.entries(kinds)) {
    service.clock.set(START);
    const input = contestInput(more);
    ids[name] = (await does(service, 'createContest', input, staff)).id;
    if (name !== 'draft') await does(service, 'publishContest', { contestId: ids[name] }, staff);
  }
  service.clock.set(AT.intake);
});
afterAll(() => service.stop());

const LIST = `query ($filter: ContestFilter, $first: Int, $after: String) {
  contests(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;

async function found(filter: object, as: TestCaller = citizen()): Promise<string[]> {
  const { data, errors } = await service.gql(LIST, { filter, first: 100 }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  const known = Object.entries(ids);
  return data.contests.nodes.map(({ id }: { id: string }) => known.find(([, one]) => one === id)![0]);
}

test.each<[string, object, string[]]>([
  ['all that are published, the newest first', {}, ['other', 'settlement', 'nextYear', 'city', 'region']],
  ['a municipality with what it covers', { oktmo: CITY }, ['settlement', 'nextYear', 'city']],
  ['with what is above it', { oktmo: CITY, withWider: true }, ['settlement', 'nextYear', 'city', 'region']],
  ['a settlement alone', { oktmo: SETTLEMENT }, ['settlement']],
  [
    'a settlement with all levels above',
    { oktmo: SETTLEMENT, withWider: true },
    ['settlement', 'nextYear', 'city', 'region'],
  ],
  ['levels', { levels: ['REGION', 'DISTRICT'] }, ['settlement', 'region']],
  ['practices', { practices: ['TOS', 'SCHOOL'] }, ['settlement', 'nextYear']],
  ['states', { states: ['DECIDED'] }, []],
  ['an open stage', { openStage: 'INTAKE' }, ['other', 'settlement', 'city', 'region']],
  ['a stage that is not open yet', { openStage: 'VOTING' }, []],
  ['a period that reaches into the next year', { from: '2026-12-01T00:00:00Z' }, ['nextYear']],
  ['a period that ends before', { until: '2026-12-01T00:00:00Z' }, ['other', 'settlement', 'city', 'region']],
  ['a period in which nothing is', { from: '2028-01-01T00:00:00Z' }, []],
  ['all of it together', { oktmo: CITY, withWider: true, levels: ['REGION'], openStage: 'INTAKE' }, ['region']],
])('%s', async (_what, filter, expected) => {
  expect(await found(filter)).toEqual(expected);
});

test('drafts are listed for staff of their place alone, whatever is asked for', async () => {
  const filter = { oktmo: CITY, states: ['DRAFT'] };
  expect(await found(filter)).toEqual([]);
  expect(await found(filter, staff)).toEqual(['draft']);
  expect(await found(filter, { roles: ['organiser'], territories: ['71829000'] })).toEqual([]);
  expect(await found({ levels: ['MUNICIPALITY'] }, staff)).toEqual(['draft', 'other', 'nextYear', 'city']);
});

test('a stage that has closed is not open, and pages follow one another', async () => {
  service.clock.set('2026-03-06T08:00:00Z');
  expect(await found({ openStage: 'INTAKE' })).toEqual(['other', 'city', 'region']);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data }: any = await service.gql(LIST, { filter: { openStage: 'INTAKE' }, first: 2, after }, citizen());
    seen.push(...data.contests.nodes.map(({ id }: { id: string }) => id));
    after = data.contests.pageInfo.hasNextPage ? data.contests.pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual([ids['other'], ids['city'], ids['region']]);
  service.clock.set(AT.intake);
});
