import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileOf } from '../../services/contests/test/regulations.fixture.ts';
import { admitted, does, OKTMO, organiser, START } from '../../services/contests/test/setup.ts';
import { formed, QUESTION, signed, sitting, VOTE } from '../../services/expertise/test/setup-commission.ts';
import {
  assess,
  closePoll,
  decide,
  determineRanking,
  ending,
  poll,
  startWorld,
  type Ranking,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Stage {
  type: string;
  opensAt: string;
  closesAt: string;
}

interface Running {
  contestId: string;
  stage(type: string): Stage;
}

/** The contest of a regulation's file, published for the municipality of the tests. */
async function published(name: string): Promise<Running> {
  world.clock.set(START);
  const { id } = await does(world.contests, 'importContest', { oktmo: OKTMO, file: fileOf(name) }, organiser);
  const { stages } = await does(world.contests, 'publishContest', { contestId: id }, organiser);
  return { contestId: id, stage: (type) => stages.find((one: Stage) => one.type === type) };
}

const during = ({ opensAt }: Stage) => world.clock.set(new Date(Date.parse(opensAt) + 3_600_000));

interface Row {
  title: string;
  cost: number;
  /** Roubles by source. */
  money: Readonly<Record<string, number>>;
  answers?: object;
}

const rubles = (amount: number) => `${amount}.00`;

/** Applications of that many groups, admitted. */
async function filedAll({ contestId, stage }: Running, rows: readonly Row[]): Promise<string[]> {
  during(stage('INTAKE'));
  const ids: string[] = [];
  for (const { title, cost, money, answers = {} } of rows) {
    const funding = Object.entries(money).map(([source, amount]) => ({ source, amount: rubles(amount) }));
    const content = { title, totalCost: rubles(cost), funding, answers };
    ids.push((await admitted(world.contests, contestId, content)).applicationId);
  }
  await world.contests.settle();
  return ids;
}

const shown = ({ lines }: Ranking, ids: readonly string[]) =>
  lines.map(({ application, place, score, exclusions }) => [
    ids.indexOf(application.id),
    place,
    score,
    exclusions.length,
  ]);

test('Kirov, cities: a line to the best of the cohort, decided by the commission alone', async () => {
  const contest = await published('m-b-kirov');
  const row = (title: string, cost: number, municipal: number): Row => ({
    title,
    cost,
    money: { MUNICIPAL: municipal, REGIONAL: cost - municipal },
    answers: { nomination: 'CITY' },
  });
  const ids = await filedAll(contest, [
    row('Ремонт сквера на улице Труда', 1_000_000, 100_000),
    row('Освещение улицы Садовой', 1_200_000, 160_000),
    row('Спортивная площадка у школы', 800_000, 180_000),
    row('Ремонт дома культуры', 1_500_000, 270_000),
    row('Пешеходный мост через ручей', 1_000_000, 99_000),
  ]);
  during(contest.stage('EXPERTISE'));
  const ranking = await determineRanking(world, contest.contestId);
  expect(shown(ranking, ids)).toEqual([
    [2, 1, '10.000', 0],
    [3, 2, '6.400', 0],
    [1, 3, '2.668', 0],
    [0, 4, '0.000', 0],
    [4, 5, '0.000', 1],
  ]);
  during(contest.stage('COMMISSION'));
  await decide(world, contest.contestId, {
    [ids[2]!]: 'WINNER',
    [ids[3]!]: 'WINNER',
    [ids[1]!]: 'RESERVE',
    [ids[0]!]: 'NOT_SELECTED',
    [ids[4]!]: 'NOT_SELECTED',
  });
  expect(await ending(world, contest.contestId, ids)).toEqual({
    contest: 'DECIDED',
    states: ['NOT_SELECTED', 'RESERVE', 'WINNER', 'WINNER', 'NOT_SELECTED'],
    projects: ['Спортивная площадка у школы SUPPORTED', 'Ремонт дома культуры SUPPORTED'],
  });
});

async function opened({ contestId, stage }: Running) {
  await does(world.contests, 'approveBallotList', { contestId }, organiser);
  await world.contests.settle();
  during(stage('VOTING'));
}

test('Yugra: experts and the vote are criteria of the commission, the subsidy is a gate', async () => {
  const contest = await published('m-m-yugra');
  const row = (title: string, cost: number, regional: number): Row => ({
    title,
    cost,
    money: { REGIONAL: regional, MUNICIPAL: 0, CITIZENS: cost - regional },
  });
  const ids = await filedAll(contest, [
    row('Набережная в посёлке', 12_000_000, 8_400_000),
    row('Лыжная трасса с освещением', 12_000_000, 8_400_001),
    row('Парк у библиотеки', 10_000_000, 7_000_000),
  ]);
  const [first, second, third] = ids as [string, string, string];
  during(contest.stage('EXPERTISE'));
  const marks: Record<string, number[]> = { [first]: [8, 7], [second]: [10, 10], [third]: [6, 7] };
  await assess(world, contest.contestId, (id) => ({ quality: marks[id]! }));
  await opened(contest);
  await poll(world, contest.contestId, [
    { [third]: null },
    { [third]: null, [first]: null },
    { [third]: null },
    { [third]: null },
  ]);
  await closePoll(world, contest.stage('VOTING').closesAt);
  // Experts 7.5 and 6.5 times 8; the most votes give 20, a quarter of them 5. The second asks for more than 70 % of its cost.
  const ranking = await determineRanking(world, contest.contestId);
  expect(shown(ranking, ids)).toEqual([
    [2, 1, '72.00', 0],
    [0, 2, '65.00', 0],
    [1, 3, '80.00', 1],
  ]);
  // The vote alone decides nothing.
  expect((await ending(world, contest.contestId, ids)).projects).toEqual([]);
  during(contest.stage('COMMISSION'));
  await decide(world, contest.contestId, { [third]: 'WINNER', [first]: 'WINNER', [second]: 'NOT_SELECTED' });
  expect(await ending(world, contest.contestId, ids)).toEqual({
    contest: 'DECIDED',
    states: ['WINNER', 'NOT_SELECTED', 'WINNER'],
    projects: ['Набережная в посёлке SUPPORTED', 'Парк у библиотеки SUPPORTED'],
  });
});

test('Yekaterinburg: more than half of a poll for and against, and the commission', async () => {
  const contest = await published('m-n-yekaterinburg');
  const row = (title: string): Row => ({ title, cost: 2_000_000, money: { MUNICIPAL: 1_800_000, CITIZENS: 200_000 } });
  const ids = await filedAll(contest, [row('Двор на улице Мира'), row('Сквер у театра'), row('Площадка у пруда')]);
  const [first, second, third] = ids as [string, string, string];
  await opened(contest);
  await poll(world, contest.contestId, [
    { [first]: 1, [second]: 1, [third]: 1 },
    { [first]: 1, [second]: 1, [third]: 1 },
    { [first]: 1, [second]: -1, [third]: 1 },
    { [first]: -1, [second]: -1 },
    { [first]: -1 },
  ]);
  await closePoll(world, contest.stage('VOTING').closesAt);
  const ranking = await determineRanking(world, contest.contestId);
  // Three of five pass, two of four do not.
  expect(shown(ranking, ids)).toEqual([
    [2, 1, '100.00', 0],
    [0, 2, '60.00', 0],
    [1, 3, '50.00', 1],
  ]);
  during(contest.stage('COMMISSION'));
  const { expertise, contests } = world;
  const commission = await formed(expertise, contest.contestId);
  const outcomes = { [first]: 'WINNER', [second]: 'NOT_SELECTED', [third]: 'NOT_SELECTED' };
  const sessionId = await sitting(expertise, contest.contestId, commission, outcomes);
  const proposals = [{ applicationId: second, outcome: 'RESERVE', reason: 'Проект нужен району' }];
  const question = { sessionId, text: 'Об итогах отбора', proposals };
  const { rejection } = await expertise.ask(QUESTION, question, commission.secretary);
  expect(rejection).toMatchObject({
    code: 'BARRED_BY_RULES',
    userMessage: expect.stringContaining('Проект поддержали не больше половины проголосовавших.'),
  });
  for (const member of Object.values(commission))
    await expertise.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, member);
  await signed(expertise, sessionId, commission);
  await contests.settle();
  expect(await ending(world, contest.contestId, ids)).toEqual({
    contest: 'DECIDED',
    states: ['WINNER', 'NOT_SELECTED', 'NOT_SELECTED'],
    projects: ['Двор на улице Мира SUPPORTED'],
  });
});
