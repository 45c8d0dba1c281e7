import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  admitted,
  CALENDAR,
  citizen,
  contestInput,
  does,
  filed,
  importer,
  line,
  OKTMO,
  openContest,
  organiser,
  START,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
let lastYear: string;
let draftId: string;

/** Without a vote the commission determines the winners. */
const COMMISSION = [
  ...CALENDAR.filter(({ type }) => type !== 'VOTING'),
  { ...CALENDAR[2]!, type: 'COMMISSION' },
].toSorted((one, other) => (one.opensLocal < other.opensLocal ? -1 : 1));
const GATE = {
  code: 'gate',
  kind: 'GATE',
  title: 'Участие жителей',
  maxPoints: '0',
  weight: '0',
  parameters: { condition: 'CITIZENS_SHARE >= 5', message: 'Доля жителей меньше 5 %.' },
};
const EXPERT = {
  ...GATE,
  code: 'idea',
  kind: 'EXPERT',
  maxPoints: '10',
  weight: '1',
  parameters: { commentRequired: false },
};

/** Money of a project: what the city and the citizens pay, thousands. */
const paid = (city: number, citizens: number) => ({
  totalCost: `${city + citizens}000.00`,
  funding: [
    { source: 'MUNICIPAL', amount: `${city}000.00` },
    { source: 'CITIZENS', amount: `${citizens}000.00` },
  ],
});

beforeAll(async () => {
  service = await startContests();
  lastYear = await openContest(service);
  // Shares of citizens: 20 % and more give 10 points, 10 % gives 5, 4 % is barred.
  await admitted(service, lastYear, { title: 'Сквер на улице Мира', ...paid(800, 200) });
  await admitted(service, lastYear, { title: 'Площадка у школы', ...paid(900, 100) });
  await admitted(service, lastYear, { title: 'Освещение набережной', ...paid(960, 40) });
  await admitted(service, lastYear, { title: 'Лавочки в парке', ...paid(400, 30) });
  await filed(service, lastYear, { title: 'Не рассмотренная заявка' });
  service.clock.set(START);
  const input = contestInput({ title: 'Новые правила', budget: '1500000.00', stages: COMMISSION });
  const { id, version } = await does(service, 'createContest', input, organiser);
  const criteria = [line('share'), GATE, EXPERT];
  await does(
    service,
    'setContestCriteria',
    { contestId: id, expectedVersion: version, criteria, scoring: {} },
    organiser,
  );
  draftId = id;
});
afterAll(() => service.stop());

const SIMULATE = `query ($input: SimulateContestInput!, $first: Int! = 100) {
  simulateContest(input: $input) { rejection { code path userMessage } simulation {
    assumptions count budget spent left
    groups { code title applications barred winners spent budget left cutOff }
    divisions { code winners }
    lines(first: $first) { applicationId number title cost group place tied score votes outcome explanation barred
      criteria { code title input points weighted } } } } }`;

const simulate = (input: object, as?: TestCaller, more: object = {}) =>
  service.gql(SIMULATE, { input: { contestId: draftId, ...input }, ...more }, as);
const answer = async (input: object, as: TestCaller = organiser) => {
  const { data, errors } = await simulate(input, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.simulateContest;
};

test('a draft is tried on the applications of last year', async () => {
  const marks = [{ criterion: 'idea', from: 4, to: 4 }];
  const { simulation, rejection } = await answer({ fromContestId: lastYear, marks });
  expect(rejection).toBeNull();
  const shown = simulation.lines.map(
    ({ number, place, score, outcome }: any) => `${number} ${place} ${score} ${outcome}`,
  );
  // 800 of 1,500 go to the first; 900 do not fit the 700 left, 400 do.
  expect(shown).toEqual(['1 1 14.00 WINNER', '2 2 9.00 RESERVE', '4 3 7.49 WINNER', '3 4 6.00 BARRED']);
  expect(simulation).toMatchObject({ count: 4, budget: '1500000.00', spent: '1200000.00', left: '300000.00' });
  expect(simulation.groups).toEqual([
    {
      code: null,
      title: '',
      applications: 4,
      barred: 1,
      winners: 2,
      spent: '1200000.00',
      budget: null,
      left: null,
      cutOff: '7.49',
    },
  ]);
  expect(simulation.lines[3].barred).toEqual(['Доля жителей меньше 5 %.']);
  expect(simulation.lines[1].criteria).toEqual([
    { code: 'share', title: 'Доля средств жителей', input: '10.000000', points: '5.00', weighted: '5.00' },
    { code: 'gate', title: 'Участие жителей', input: null, points: '0.00', weighted: '0.00' },
    { code: 'idea', title: 'Участие жителей', input: null, points: '4.00', weighted: '4.00' },
  ]);
  expect(simulation.assumptions[0]).toBe('Заявки взяты из конкурса «Инициативные проекты Сургута»: 4.');
  expect(simulation.assumptions).toContain('По критерию «Участие жителей» каждая заявка получает от экспертов 4.');
  const stopped = (await answer({ fromContestId: lastYear, marks, whenShort: 'STOP' })).simulation;
  expect(stopped.lines.map(({ outcome }: any) => outcome)).toEqual(['WINNER', 'RESERVE', 'RESERVE', 'BARRED']);
});

test('on made-up ones it gives the same answer for the same seed, page by page, and another for another', async () => {
  const input = { generate: 30, seed: 'весна' };
  const whole = (await answer(input)).simulation;
  expect(whole.count).toBe(30);
  expect((await answer(input)).simulation).toEqual(whole);
  expect((await answer({ ...input, seed: 'лето' })).simulation.lines).not.toEqual(whole.lines);
  expect(whole.lines.every(({ applicationId }: any) => applicationId === null)).toBe(true);
  const { data } = await simulate(input, organiser, { first: 3 });
  expect(data.simulateContest.simulation.lines).toEqual(whole.lines.slice(0, 3));
});

test('nothing is written and nothing is told', async () => {
  const { db } = service.deps.connection;
  // What the service does by its own beat: leases, deliveries.
  const own = /lease|outbox|inbox|consumed/;
  const written = async () => {
    const names = (await db!.listCollections().toArray()).map(({ name }) => name).filter((name) => !own.test(name));
    const all = names
      .toSorted()
      .map(async (name) => ({ name, found: await db!.collection(name).find().sort({ _id: 1 }).toArray() }));
    return inspect(await Promise.all(all), { depth: null, maxArrayLength: null, maxStringLength: null });
  };
  const before = await written();
  await answer({ fromContestId: lastYear });
  await answer({ generate: 20 });
  expect(await written()).toBe(before);
  await does(service, 'createContest', contestInput(), organiser);
  expect(await written()).not.toBe(before);
});

test('only an official of the territory of both contests', async () => {
  const of = async (input: object, as?: TestCaller) => {
    const { data, errors } = await simulate(input, as);
    return errors?.[0]?.extensions['code'] ?? data.simulateContest.rejection?.code ?? 'done';
  };
  const run = { generate: 3 };
  expect(await of(run)).toBe('UNAUTHENTICATED');
  expect(await of(run, citizen())).toBe('FORBIDDEN');
  expect(await of(run, { ...organiser, roles: ['auditor'] })).toBe('FORBIDDEN');
  expect(await of(run, stranger)).toBe('NOT_FOUND');
  expect(await of(run, organiser)).toBe('done');
  expect(await of(run, importer)).toBe('done');
  const both = { ...organiser, territories: [OKTMO] };
  const { id } = await does(
    service,
    'createContest',
    contestInput({ oktmo: '65701000', timeZone: 'Asia/Yekaterinburg' }),
    stranger,
  );
  expect(await of({ fromContestId: id }, both)).toBe('NOT_FOUND');
});

test.each<[object, string]>([
  [{}, 'SIMULATION_SOURCE'],
  [{ generate: 3, fromContestId: '00000000-0000-7000-8000-000000000000' }, 'SIMULATION_SOURCE'],
  [{ generate: 0 }, 'SIMULATION_TOO_LARGE'],
  [{ generate: 5001 }, 'SIMULATION_TOO_LARGE'],
  [{ fromContestId: '00000000-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
  [{ generate: 3, marks: [{ criterion: 'idea', from: 0, to: 11 }] }, 'ASSUMPTION_INVALID'],
  [{ generate: 3, votes: { from: 5, to: 1 } }, 'ASSUMPTION_INVALID'],
])('%j is refused: %s', async (input, code) => {
  const { simulation, rejection } = await answer(input);
  expect([simulation, rejection.code, rejection.userMessage.length > 10]).toEqual([null, code, true]);
});

test('applications that cannot be made up are refused, with the field', async () => {
  const code = { type: 'string', title: 'Код участка', pattern: '^[A-Z]{3}-\\d$' };
  const form = { type: 'object', additionalProperties: false, required: ['code'], properties: { code } };
  const { id } = await does(service, 'createContest', contestInput({ stages: COMMISSION, form }), organiser);
  const odd = (await answer({ contestId: id, generate: 3 })).rejection;
  expect([odd.code, odd.userMessage]).toEqual(['GENERATION_IMPOSSIBLE', expect.stringContaining('«Код участка»')]);
});

test('a published contest is not simulated, one without admitted applications gives nothing to simulate', async () => {
  const published = (await answer({ contestId: lastYear, generate: 3 })).rejection;
  expect(published.code).toBe('CONTEST_FROZEN');
  expect((await answer({ fromContestId: draftId })).rejection.code).toBe('NO_ADMITTED_APPLICATIONS');
});

test('five thousand made-up applications are ranked, and no more lines than that are given', async () => {
  const { data } = await simulate({ generate: 5000 }, organiser, { first: 1 });
  expect(data.simulateContest.simulation).toMatchObject({ count: 5000 });
  expect(data.simulateContest.simulation.lines).toHaveLength(1);
  const { errors } = await simulate({ generate: 1 }, organiser, { first: 5001 });
  expect(errors![0]!.extensions['code']).toBe('BAD_USER_INPUT');
});
