import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileOf } from '../../services/contests/test/regulations.fixture.ts';
import { admitted, does, OKTMO, organiser, START } from '../../services/contests/test/setup.ts';
import { decided, formed, OPEN } from '../../services/expertise/test/setup-commission.ts';
import { determineRanking, ending, startWorld, type World } from './world.ts';

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
  await decided(world.expertise, tos, first, { [yard]: 'WINNER' });
  await world.contests.settle();
  expect(await ending(world, tos, [yard])).toMatchObject({ contest: 'DECIDED', states: ['WINNER'] });
  expect(await ending(world, villages, [well])).toEqual({ contest: 'PUBLISHED', states: ['ADMITTED'], projects: [] });
  await decided(world.expertise, villages, second, { [well]: 'RESERVE' });
  await world.contests.settle();
  expect(await ending(world, villages, [well])).toEqual({ contest: 'DECIDED', states: ['RESERVE'], projects: [] });
  const query = '{ contests(filter: { practices: [TOS] }, first: 100) { nodes { id practice budget } } }';
  const { data } = await world.contests.gql(query, {}, organiser);
  expect(data.contests.nodes).toEqual([{ id: tos, practice: 'TOS', budget: '5000000.00' }]);
});
