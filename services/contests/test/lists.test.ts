import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readsOf } from '@veche/kit/testing/reads';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  START,
  admitted,
  citizen,
  contestInput,
  does,
  filed,
  importer,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
} from './setup.ts';

let service: Contests;
let contestId: string;
let open: Filed;
let closed: Filed;

beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  open = await admitted(service, contestId);
  closed = await filed(service, contestId);
  const applications = ['12', '9', 'B-1'].map((number) => ({
    number,
    title: 'Сквер',
    category: 'PARK',
    totalCost: '1.00',
  }));
  await does(service, 'importApplications', { contestId, applications }, importer);
});
afterAll(() => service.stop());

const LIST = `query ($contestId: ID!, $states: [ApplicationState!], $first: Int, $after: String) {
  applications(contestId: $contestId, states: $states, first: $first, after: $after) {
    nodes { id number state contest { id title } group { id } } pageInfo { hasNextPage endCursor } } }`;

const numbers = async (as?: TestCaller, more: object = {}) => {
  const { data } = await service.gql(LIST, { contestId, ...more }, as);
  return data.applications.nodes.map(({ number }: any) => number);
};

test('applications are listed by number, as far as the caller may see them', async () => {
  expect(await numbers()).toEqual(['1', '9', '12', 'B-1']);
  expect(await numbers(citizen())).toEqual(['1', '9', '12', 'B-1']);
  expect(await numbers(stranger)).toEqual(['1', '9', '12', 'B-1']);
  expect(await numbers(closed.member)).toEqual(['1', '2', '9', '12', 'B-1']);
  expect(await numbers(organiser)).toEqual(['1', '2', '9', '12', 'B-1']);
  expect(await numbers(organiser, { states: ['SUBMITTED'] })).toEqual(['2']);
  expect(await numbers(undefined, { states: ['SUBMITTED'] })).toEqual([]);
});

test('pages follow one another without a gap', async () => {
  const found: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 5; page += 1) {
    const { data } = await service.gql(LIST, { contestId, first: 2, after }, organiser);
    found.push(...data.applications.nodes.map(({ number }: any) => number));
    after = data.applications.pageInfo.endCursor;
    if (!data.applications.pageInfo.hasNextPage) break;
  }
  expect(found).toEqual(['1', '2', '9', '12', 'B-1']);
});

test('a person finds its groups and their applications', async () => {
  const query = `{ myInitiativeGroups { id minimum contest { id } } myApplications { nodes { id state } } }`;
  const { data } = await service.gql(query, {}, open.member);
  expect(data.myInitiativeGroups).toEqual([{ id: open.id, minimum: 2, contest: { id: contestId } }]);
  expect(data.myApplications.nodes).toEqual([{ id: open.applicationId, state: 'ADMITTED' }]);
  const none = await service.gql(query, {}, citizen());
  expect(none.data).toEqual({ myInitiativeGroups: [], myApplications: { nodes: [] } });
});

const CONTESTS = `query ($filter: ContestFilter) {
  contests(filter: $filter, first: 100) { nodes { id state applicationCounts { state count } } } }`;

test('drafts are listed for the staff of their place only', async () => {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput(), organiser);
  const listed = async (as?: TestCaller, filter: object = {}) =>
    (await service.gql(CONTESTS, { filter }, as)).data.contests.nodes.map((contest: any) => contest.id);
  expect(await listed(organiser)).toContain(id);
  expect(await listed(importer)).toContain(id);
  for (const as of [undefined, citizen({ territories: ['71876000'] }), stranger]) {
    expect(await listed(as)).not.toContain(id);
    expect(await listed(as)).toContain(contestId);
    expect(await listed(as, { states: ['DRAFT'] })).toEqual([]);
  }
  expect(await listed(organiser, { states: ['DRAFT'] })).toEqual([id]);
  expect(await listed(undefined, { oktmo: '71000000' })).toContain(contestId);
  expect(await listed(undefined, { oktmo: '71829000' })).toEqual([]);
});

test('counts show what the caller may see', async () => {
  const counts = async (as?: TestCaller) => {
    const { data } = await service.gql(CONTESTS, {}, as);
    return data.contests.nodes.find(({ id }: any) => id === contestId).applicationCounts;
  };
  expect(await counts()).toEqual([{ state: 'ADMITTED', count: 4 }]);
  expect(await counts(organiser)).toEqual([
    { state: 'ADMITTED', count: 4 },
    { state: 'SUBMITTED', count: 1 },
  ]);
});

test('a longer list does not cost more queries', async () => {
  const reads = readsOf(service);
  const queriesFor = (query: string, variables: Record<string, unknown>) =>
    reads(async () => {
      const { errors } = await service.gql(query, variables, organiser);
      expect(errors).toBeUndefined();
    });
  const one = await queriesFor(LIST, { contestId, first: 1 });
  const all = await queriesFor(LIST, { contestId, first: 100 });
  // Without monitoring nothing is counted, and the comparison would hold for no reason.
  expect(one).toBeGreaterThan(0);
  expect(all).toBe(one);
  for (let count = 0; count < 3; count += 1) await openContest(service);
  expect(await queriesFor(CONTESTS, {})).toBe(2);
});

test('templates are complete and can be published as they are', async () => {
  const query = `{ contestTemplates { code title description stages form criteria { code kind } votingRule groupMinimum } }`;
  const { data } = await service.gql(query);
  const codes = data.contestTemplates.map(({ code }: any) => code);
  expect(codes.slice(0, 3)).toEqual(['municipal-selection', 'regional-contest', 'city-two-stage']);
  expect(codes.length).toBe(10);
  for (const { code, stages, groupMinimum } of data.contestTemplates) {
    // An idea of one resident, a grant and a body of self-government need no group of ten.
    expect([1, 10]).toContain(groupMinimum);
    service.clock.set(START);
    const calendar = stages.map((type: string, index: number) => ({
      type,
      opensLocal: `2026-04-${String(index + 1).padStart(2, '0')}T00:00:00`,
      closesLocal: `2026-04-${String(index + 2).padStart(2, '0')}T00:00:00`,
    }));
    const input = contestInput({ template: code, stages: calendar, groupMinimum: null });
    const { id } = await does(service, 'createContest', input, organiser);
    expect(await does(service, 'publishContest', { contestId: id }, organiser)).toMatchObject({ state: 'PUBLISHED' });
  }
});
