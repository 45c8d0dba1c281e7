import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileOf } from '../../services/contests/test/regulations.fixture.ts';
import {
  admitted,
  AT,
  CALENDAR,
  contestInput,
  does,
  OKTMO,
  openContest,
  organiser,
  START,
} from '../../services/contests/test/setup.ts';
import {
  decided,
  formed,
  LIST,
  OPEN,
  QUESTION,
  signed,
  sitting,
  VOTE,
} from '../../services/expertise/test/setup-commission.ts';
import { closePoll, determineRanking, ending, poll, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A programme of a department: the regulation of a file with a practice and a budget of its own. */
async function programme(name: string, practice: string, budget: string): Promise<string> {
  world.clock.set(START);
  const file = fileOf(name);
  const contest = { ...file.contest, practice, budget };
  const { id } = await does(world.contests, 'importContest', { oktmo: OKTMO, file: { ...file, contest } }, organiser);
  await does(world.contests, 'publishContest', { contestId: id }, organiser);
  return id;
}

const filed = async (contestId: string, title: string, answers: object): Promise<string> =>
  (await admitted(world.contests, contestId, { title, answers })).applicationId;

test('programmes of two departments run at once: each with its practice, rules, budget and commission', async () => {
  const tos = await programme('m-b-kirov', 'TOS', '5000000.00');
  const villages = await programme('m-k-sanchursk', 'PEOPLES_BUDGET', '3000000.00');
  world.clock.set('2026-03-03T09:00:00Z');
  const yard = await filed(tos, 'Двор территориального самоуправления', { nomination: 'CITY' });
  const well = await filed(villages, 'Колодец в деревне', { years: 7, maintenance: true, allAges: true });
  await world.contests.settle();
  world.clock.set('2026-03-18T09:00:00Z');
  const codes = async (id: string) => (await determineRanking(world, id)).lines[0]!.criteria.map(({ code }) => code);
  const [one, other] = [await codes(tos), await codes(villages)];
  expect(one).toContain('municipal');
  expect(one.filter((code) => other.includes(code))).toEqual([]);
  world.clock.set('2026-03-23T09:00:00Z');
  const [first, second] = [await formed(world.expertise, tos), await formed(world.expertise, villages)];
  const foreign = { contestId: villages, form: 'IN_PERSON', place: 'ул. Ленина, 1' };
  expect((await world.expertise.ask(OPEN, foreign, first.secretary)).rejection.code).toBe('NOT_FOUND');
  const listed = async (contestId: string, as: typeof first.secretary) => {
    const { data: list, errors } = await world.expertise.gql(LIST, { contestId }, as);
    return errors?.[0]?.extensions.code ?? list.commissionApplications.nodes;
  };
  const inYard = { application: { id: yard }, title: 'Двор территориального самоуправления' };
  expect(await listed(tos, first.second)).toMatchObject([{ ...inYard, state: 'ADMITTED' }]);
  expect(await listed(villages, second.second)).toMatchObject([{ application: { id: well } }]);
  expect(await listed(tos, second.secretary)).toBe('FORBIDDEN');
  await decided(world.expertise, tos, first, { [yard]: 'WINNER' });
  await world.contests.settle();
  expect(await listed(tos, first.chair)).toMatchObject([{ ...inYard, state: 'WINNER' }]);
  expect(await ending(world, tos, [yard])).toMatchObject({ contest: 'DECIDED', states: ['WINNER'] });
  expect(await ending(world, villages, [well])).toEqual({ contest: 'PUBLISHED', states: ['ADMITTED'], projects: [] });
  await decided(world.expertise, villages, second, { [well]: 'RESERVE' });
  await world.contests.settle();
  expect(await ending(world, villages, [well])).toEqual({ contest: 'DECIDED', states: ['RESERVE'], projects: [] });
  const query = '{ contests(filter: { practices: [TOS] }, first: 100) { nodes { id practice budget } } }';
  const { data } = await world.contests.gql(query, {}, organiser);
  expect(data.contests.nodes).toEqual([{ id: tos, practice: 'TOS', budget: '5000000.00' }]);
});

/** Eighteen lines of grants; the first has one place, the second money for one application of 700,000. */
const LINES = Array.from({ length: 18 }, (_, index) => ({
  code: `line-${index + 1}`,
  kind: 'NOMINATION',
  title: `Направление ${index + 1}`,
  ...(index === 0 ? { winnersLimit: 1 } : {}),
  ...(index === 1 ? { budget: '1000000.00' } : {}),
}));
const BEHIND = [
  'Место 2: предел победителей («Направление 1») исчерпан: 1.',
  'Место 4: не хватило 400000.00 руб.: «Направление 2», оставалось 300000.00 руб.',
];

/** Applications of these lines, admitted; each asks 700,000 of the budget. */
async function ofLines(contestId: string, lines: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, line] of lines.entries()) {
    const content = { title: `Заявка номер ${index + 1}`, divisions: [`line-${line}`] };
    ids.push((await admitted(world.contests, contestId, content)).applicationId);
  }
  await world.contests.settle();
  return ids;
}

test('eighteen lines of grants: what a line has keeps better projects out of it, and that of the next line wins', async () => {
  const rules = { divisions: LINES, budget: '5000000.00' };
  const contestId = await openContest(world.contests, rules);
  const ids = await ofLines(contestId, [1, 1, 2, 2, 18]);
  const [a, b, c, d, e] = ids as [string, string, string, string, string];
  await does(world.contests, 'approveBallotList', { contestId }, organiser);
  await world.contests.settle();
  world.clock.set(AT.voting);
  const ballots = [
    [a, b, c],
    [a, b, c],
    [a, b, c],
    [a, b, d],
    [a, d, e],
  ];
  await poll(
    world,
    contestId,
    ballots.map((ballot) => Object.fromEntries(ballot.map((id) => [id, null]))),
  );
  await closePoll(world, '2026-03-27T08:00:00Z');
  await world.contests.settle();
  const query = `query ($id: ID!) { voting(contestId: $id) { result { projects { title outcome reason explanation } } } }`;
  const { data } = await world.voting.gql(query, { id: contestId });
  const counted = data.voting.result.projects.map(({ title, outcome, reason }: any) => `${title} ${outcome} ${reason}`);
  expect(counted).toEqual([
    'Заявка номер 1 WINNER FITS_BUDGET',
    'Заявка номер 2 RESERVE QUOTA',
    'Заявка номер 3 WINNER FITS_BUDGET',
    'Заявка номер 4 RESERVE QUOTA',
    'Заявка номер 5 WINNER FITS_BUDGET',
  ]);
  const said = data.voting.result.projects.map(({ explanation }: any) => explanation);
  expect([said[1], said[3]]).toEqual(BEHIND);
  expect((await ending(world, contestId, ids)).states).toEqual(['WINNER', 'RESERVE', 'WINNER', 'RESERVE', 'WINNER']);
  // A draft with the same lines shows the same for the same votes.
  world.clock.set(START);
  const draft = await does(world.contests, 'createContest', contestInput(rules), organiser);
  const counts = [5, 4, 3, 2, 1].map((votes, index) => ({ number: String(index + 1), votes }));
  const { simulation } = await simulated({
    contestId: draft.id,
    fromContestId: contestId,
    votes: { from: 0, to: 0, counts },
  });
  expect(
    simulation.lines
      .toSorted((one: any, other: any) => other.votes - one.votes)
      .map(({ outcome, explanation }: any) => (outcome === 'WINNER' ? outcome : explanation)),
  ).toEqual(['WINNER', BEHIND[0], 'WINNER', BEHIND[1], 'WINNER']);
});

const SIMULATE = `query ($input: SimulateContestInput!) { simulateContest(input: $input) {
  rejection { code userMessage } simulation { lines(first: 10) { number votes outcome explanation } } } }`;
async function simulated(input: object) {
  const { data, errors } = await world.contests.gql(SIMULATE, { input }, organiser);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.simulateContest;
}

test('the commission may not give a line of grants more places or money than it has', async () => {
  const commission = { type: 'COMMISSION', opensLocal: '2026-03-20T13:00:00', closesLocal: '2026-03-27T13:00:00' };
  const stages = [...CALENDAR.slice(0, 2), commission];
  const contestId = await openContest(world.contests, { divisions: LINES, budget: '5000000.00', stages });
  const ids = await ofLines(contestId, [1, 1, 2, 2, 18]);
  const [a, b, c, d, e] = ids as [string, string, string, string, string];
  world.clock.set(AT.voting);
  const { contests, expertise } = world;
  const seats = await formed(expertise, contestId);
  const sessionId = await sitting(expertise, contestId, seats, { [a]: 'WINNER', [c]: 'WINNER' });
  const put = async (outcomes: Record<string, string>) => {
    const proposals = Object.entries(outcomes).map(([applicationId, outcome]) => ({
      applicationId,
      outcome,
      reason: 'Лучшие заявки направления',
    }));
    const question = { sessionId, text: 'Об остальных заявках', proposals };
    return (await expertise.ask(QUESTION, question, seats.secretary)).rejection;
  };
  const over = (said: string) => ({
    code: 'OVER_DIVISION',
    path: ['proposals'],
    userMessage: `Победители не укладываются в предел группы или номинации. ${said}`,
  });
  expect(await put({ [b]: 'WINNER', [e]: 'WINNER' })).toMatchObject(
    over('«Направление 1»: победителей было бы 2, а может быть не больше 1.'),
  );
  expect(await put({ [d]: 'WINNER' })).toMatchObject(
    over('«Направление 2»: победители стоили бы 1400000.00 руб., а средств 1000000.00 руб.'),
  );
  expect(await put({ [b]: 'RESERVE', [d]: 'NOT_SELECTED', [e]: 'WINNER' })).toBeNull();
  for (const question of [1, 2])
    for (const member of Object.values(seats))
      await expertise.ask(VOTE, { sessionId, question, choice: 'FOR' }, member);
  await signed(expertise, sessionId, seats);
  await contests.settle();
  expect((await ending(world, contestId, ids)).states).toEqual([
    'WINNER',
    'RESERVE',
    'WINNER',
    'NOT_SELECTED',
    'WINNER',
  ]);
});
