import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  AT,
  OKTMO,
  citizen,
  groupOf,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { scopesWithout } from '../src/block-off.ts';
import { makeStores } from '../src/store.ts';
import { makeCommunityStores } from '../src/store/community.ts';
import { IDEA, codeOf, done, read, resident, unknownId } from './setup-ideas.ts';

let service: Contests;
let contestId: string;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
});
beforeEach(() => service.clock.set(AT.intake));
afterAll(() => service.stop());

const PROBLEM = 'id text state place';
const POLL = `id version title closed participants myOrder problems { ${PROBLEM} }
  ranking { problem { ${PROBLEM} } place tied points firsts voters why } meeting { id }`;
const INPUTS = {
  openProblemPoll: 'OpenProblemPollInput',
  nameProblem: 'NameProblemInput',
  decideProblem: 'DecideProblemInput',
  rankProblems: 'RankProblemsInput',
  recordProblemVotes: 'RecordProblemVotesInput',
} as const;
type Name = keyof typeof INPUTS;

async function send(name: Name, input: object, as?: TestCaller): Promise<any> {
  const query = `mutation ($input: ${INPUTS[name]}!) { ${name}(input: $input) { poll { ${POLL} } rejection { code userMessage path } } }`;
  const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
  return errors ? { rejection: { code: errors[0]!.extensions['code'] } } : data[name];
}
const code = async (name: Name, input: object, as?: TestCaller) =>
  (await send(name, input, as)).rejection?.code ?? 'DONE';
async function does(name: Name, input: object, as: TestCaller): Promise<any> {
  const { poll, rejection } = await send(name, input, as);
  if (rejection) throw new Error(`${name}: ${JSON.stringify(rejection)}`);
  return poll;
}
const CLOSES = '2026-03-08T07:00:00.000Z';
const opening = (more: object = {}) => ({
  title: 'Что решать в первую очередь',
  oktmo: OKTMO,
  contestId,
  closesAt: CLOSES,
  ...more,
});
const problem = (text: string) => ({ text, category: 'PLAYGROUND' });
const pollOf = async (id: string, as?: TestCaller): Promise<any> =>
  (await read(service, `query ($id: ID!) { problemPoll(id: $id) { ${POLL} } }`, { id }, as)).problemPoll;

/** A poll with three problems on its list, and their ids. */
async function listed(more: object = {}): Promise<{ pollId: string; ids: string[] }> {
  const { id: pollId } = await does('openProblemPoll', opening(more), organiser);
  for (const text of ['Нет детской площадки', 'Темно на улице Мира', 'Нет тротуара у школы'])
    await does('nameProblem', { pollId, ...problem(text) }, organiser);
  return { pollId, ids: (await pollOf(pollId)).problems.map(({ id }: any) => id) };
}

describe('naming', () => {
  test('what a resident names waits for staff, who lists it or declines it with a reason', async () => {
    const { id: pollId } = await does('openProblemPoll', opening(), organiser);
    const author = resident();
    const named = await does('nameProblem', { pollId, ...problem('Нет освещения во дворе') }, author);
    const [{ id: problemId }] = named.problems;
    expect(named.problems).toMatchObject([{ state: 'PENDING' }]);
    expect((await pollOf(pollId)).problems).toEqual([]);
    expect((await pollOf(pollId, organiser)).problems).toHaveLength(1);
    expect(await code('decideProblem', { problemId, listed: false }, organiser)).toBe('REASON_REQUIRED');
    expect(await code('decideProblem', { problemId, listed: true }, stranger)).toBe('FORBIDDEN');
    expect(await code('decideProblem', { problemId, listed: true }, author)).toBe('FORBIDDEN');
    await does('decideProblem', { problemId, listed: true }, organiser);
    expect((await pollOf(pollId)).problems).toMatchObject([{ text: 'Нет освещения во дворе', state: 'LISTED' }]);
    expect(await code('decideProblem', { problemId, listed: true }, organiser)).toBe('WRONG_STATE');
  });

  test.each<[string, object, TestCaller, string]>([
    ['a short text', problem('Мало'), resident(), 'TEXT_LENGTH'],
    ['a kind that nobody knows', { text: 'Нет освещения во дворе', category: 'LUCK' }, resident(), 'CATEGORY_UNKNOWN'],
    [
      'a person without a confirmed account',
      problem('Нет освещения'),
      citizen({ assurance: 'basic' }),
      'ACCOUNT_NOT_CONFIRMED',
    ],
    ['a resident of another place', problem('Нет освещения'), resident({ residence: '65701000' }), 'NOT_A_RESIDENT'],
  ])('%s is refused', async (_what, input, as, expected) => {
    const { id: pollId } = await does('openProblemPoll', opening(), organiser);
    expect(await code('nameProblem', { pollId, ...input }, as)).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['a title too short', { title: 'Мало' }, 'TITLE_LENGTH'],
    ['no choice', { choices: 0 }, 'POLL_INVALID'],
    ['a meeting that gives orders', { source: 'MEETING' }, 'POLL_INVALID'],
    ['an end that is over', { closesAt: '2026-03-01T08:00:00.000Z' }, 'TERM_IN_PAST'],
    ['an unknown contest', { contestId: unknownId() }, 'NOT_FOUND'],
    ['another territory', { oktmo: '65701000', contestId: null }, 'FORBIDDEN'],
  ])('a poll with %s is refused', async (_what, more, expected) => {
    expect(await code('openProblemPoll', opening(more), organiser)).toBe(expected);
  });
});

describe('the order of the residents', () => {
  test('each counts once, and the ranking is told when the poll is over', async () => {
    const { pollId, ids } = await listed();
    const [a, b, c] = ids as [string, string, string];
    const people = [resident(), resident(), resident()];
    await does('rankProblems', { pollId, order: [c] }, people[0]!);
    // A later order of the same person replaces the earlier one.
    expect((await does('rankProblems', { pollId, order: [a, b] }, people[0]!)).myOrder).toEqual([a, b]);
    await does('rankProblems', { pollId, order: [b, a, c] }, people[1]!);
    await does('rankProblems', { pollId, order: [a] }, people[2]!);
    expect(await pollOf(pollId)).toMatchObject({ closed: false, ranking: null, participants: null });
    service.clock.set(CLOSES);
    const { ranking, participants, closed, problems } = await pollOf(pollId);
    expect([closed, participants]).toEqual([true, 3]);
    expect(
      ranking.map(({ problem: of, place, points, firsts, voters }: any) => [of.id, place, points, firsts, voters]),
    ).toEqual([
      [a, 1, 8, 2, 3],
      [b, 2, 5, 1, 2],
      [c, 3, 1, 0, 1],
    ]);
    expect(problems.map(({ place }: any) => place)).toEqual([1, 2, 3]);
    expect(await code('rankProblems', { pollId, order: [c] }, people[0]!)).toBe('POLL_CLOSED');
    expect(await code('nameProblem', { pollId, ...problem('Нет освещения во дворе') }, organiser)).toBe('POLL_CLOSED');
    // It is kept: asked again it is the same.
    expect((await pollOf(pollId)).ranking).toEqual(ranking);
  });

  test('no problem twice, none that is not listed, not more than the poll lets', async () => {
    const { pollId, ids } = await listed({ choices: 2 });
    const order = (wanted: readonly string[], as: TestCaller = resident()) =>
      code('rankProblems', { pollId, order: wanted }, as);
    expect(await order([])).toBe('ORDER_INVALID');
    expect(await order([ids[0]!, ids[0]!])).toBe('ORDER_INVALID');
    expect(await order(ids)).toBe('ORDER_INVALID');
    expect(await order([`${unknownId()}.1`])).toBe('PROBLEM_UNKNOWN');
    expect(await order([`${pollId}.9`])).toBe('PROBLEM_UNKNOWN');
    expect(await order([ids[0]!], resident({ birthdate: '2012-01-01' }))).toBe('TOO_YOUNG');
    expect(await order([ids[0]!], organiser)).toBe('FORBIDDEN');
    expect(await order(ids.slice(0, 2))).toBe('DONE');
  });
});

test('a meeting with minutes raises hands: each problem once, none with more than were there', async () => {
  const { pollId, ids } = await listed({ source: 'MEETING', rule: 'COUNT' });
  const { id: groupId, lead } = await groupOf(service, contestId);
  const notice = {
    contestId,
    groupId,
    kind: 'PRELIMINARY',
    oktmo: OKTMO,
    place: 'Школа № 1, актовый зал',
    startsLocal: '2026-03-07T18:00:00',
    agenda: [{ text: 'Какие проблемы решать сначала' }],
  };
  const { id: meetingId } = await done(service, 'announceMeeting', notice, lead);
  const votes = (counts: readonly number[]) => ({
    pollId,
    meetingId,
    votes: counts.map((one, index) => ({ problemId: ids[index], votes: one })),
  });
  service.clock.set('2026-03-07T15:00:00Z');
  expect(await code('recordProblemVotes', votes([20, 30, 20]), organiser)).toBe('MEETING_NOT_BEGUN');
  const question = { item: 1, votesFor: 50, against: 0, abstained: 0, decision: 'Утвердить порядок проблем' };
  const times = { startedAt: '2026-03-07T13:05:00.000Z', endedAt: '2026-03-07T14:30:00.000Z' };
  await done(service, 'recordMeeting', { meetingId, number: '1', ...times, present: 50, questions: [question] }, lead);
  expect(await code('recordProblemVotes', votes([20, 51, 20]), organiser)).toBe('VOTES_EXCEED_PRESENT');
  expect(await code('recordProblemVotes', votes([20, 30]), organiser)).toBe('ORDER_INVALID');
  expect(await code('recordProblemVotes', votes([20, 30, 20]), lead)).toBe('FORBIDDEN');
  const { ranking, meeting } = await does('recordProblemVotes', votes([20, 30, 20]), organiser);
  expect(meeting).toEqual({ id: meetingId });
  expect(ranking.map(({ place, tied, points, why }: any) => [place, tied, points, why])).toEqual([
    [1, false, 30, null],
    [2, true, 20, 'Поровну баллов, первых мест и назвавших: место общее.'],
    [2, true, 20, 'Поровну баллов, первых мест и назвавших: место общее.'],
  ]);
  expect(await code('recordProblemVotes', votes([1, 1, 1]), organiser)).toBe('WRONG_STATE');
  expect(await code('rankProblems', { pollId, order: [ids[0]] }, resident())).toBe('WRONG_STATE');
});

test('an idea names the problem that it solves, and shows its place in the ranking', async () => {
  const { pollId, ids } = await listed();
  await does('rankProblems', { pollId, order: [ids[0]] }, resident());
  service.clock.set(CLOSES);
  const author = resident();
  const { id } = await done(service, 'proposeIdea', { ...IDEA, problemId: ids[0] }, author);
  const query = `query ($id: ID!) { idea(id: $id) { problem { id text place } } }`;
  expect((await read(service, query, { id }, author)).idea.problem).toEqual({
    id: ids[0],
    text: 'Нет детской площадки',
    place: 1,
  });
  for (const problemId of [unknownId(), `${pollId}.9`, `${unknownId()}.1`])
    expect(await codeOf(service, 'proposeIdea', { ...IDEA, problemId }, author)).toBe('PROBLEM_UNKNOWN');
});

test('polls of a place and of a contest are listed; the same key is one act', async () => {
  const oktmo = '71876000101';
  const idempotencyKey = key();
  const input = { ...opening({ oktmo }), idempotencyKey };
  const { id } = await does('openProblemPoll', input, organiser);
  expect((await does('openProblemPoll', input, organiser)).id).toBe(id);
  expect(await code('openProblemPoll', { ...input, choices: 5 }, organiser)).toBe('IDEMPOTENCY_KEY_REUSED');
  const query = `query ($oktmo: Oktmo, $contest: ID) { problemPolls(oktmo: $oktmo, contestId: $contest) { totalCount nodes { id } } }`;
  const list = async (variables: object) => (await read(service, query, variables)).problemPolls;
  expect(await list({ oktmo })).toEqual({ totalCount: 1, nodes: [{ id }] });
  expect((await list({ oktmo: '71000000', contest: contestId })).totalCount).toBeGreaterThan(1);
  expect((await list({ contest: unknownId() })).totalCount).toBe(0);
  const settings = { oktmo, reason: 'Проблемы собирает город', settings: { blocksOff: ['IDEAS'] } };
  await done(service, 'changeSettings', settings, organiser);
  expect((await list({ oktmo })).totalCount).toBe(0);
  expect(await code('nameProblem', { pollId: id, ...problem('Нет детской площадки') }, organiser)).toBe('BLOCK_OFF');
  expect(await code('openProblemPoll', opening({ oktmo }), organiser)).toBe('BLOCK_OFF');
});

test('a contest that does without problems has none in any list, and in lists of other places it is not asked about', async () => {
  const [without, away] = [await openContest(service), '71829000'];
  const { id } = await does('openProblemPoll', opening({ contestId: without }), organiser);
  const query = `query ($oktmo: Oktmo, $contest: ID) { problemPolls(oktmo: $oktmo, contestId: $contest, first: 100) { nodes { id } } }`;
  const listed = async (variables: object) =>
    (await read(service, query, variables)).problemPolls.nodes.some((one: any) => one.id === id);
  const lists = [{ oktmo: OKTMO }, { oktmo: '71000000' }, { contest: without }, {}];
  expect(await Promise.all(lists.map(listed))).toEqual([true, true, true, true]);
  const because = { reason: 'Проблемы собирает город', settings: { blocksOff: ['PROBLEMS'] } };
  await done(service, 'changeSettings', { contestId: without, ...because }, organiser);
  await done(service, 'changeSettings', { oktmo: away, ...because }, { ...organiser, territories: [away] });
  expect(await Promise.all(lists.map(listed))).toEqual([false, false, false, false]);
  const connection = service.deps.connection.useDb(service.deps.connection.name, { useCache: false });
  const parts = {
    stores: makeStores(connection),
    community: makeCommunityStores(connection),
    clock: service.clock,
  };
  const asked = async (contest?: string) => (await scopesWithout(parts, 'PROBLEMS', contest)).map(({ scope }) => scope);
  expect(await asked()).toEqual(expect.arrayContaining([without, away]));
  const of = await asked(contestId);
  expect(of).toContain(without);
  expect(of).not.toContain(away);
});
