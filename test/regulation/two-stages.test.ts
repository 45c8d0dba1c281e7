import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestService } from '@veche/kit/testing/harness';
import {
  admitted,
  AT,
  citizen,
  contestInput,
  does,
  organiser,
  START,
  type Filed,
} from '../../services/contests/test/setup.ts';
import { definition as crowdfundingDefinition } from '../../services/crowdfunding/src/definition.ts';
import { accountOf, gives } from '../../services/crowdfunding/test/setup-capital.ts';
import { ASSIGN } from '../../services/expertise/test/setup.ts';
import { BY_HAND, codeOf } from '../../services/expertise/test/setup-panel.ts';
import { pooledExpert } from '../../services/expertise/test/setup-jury.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let money: TestService;
beforeAll(async () => {
  world = await startWorld(crowdfundingDefinition);
  money = world.others['crowdfunding']!;
});
afterAll(() => world.stop());

const stage = (type: string, from: string, to: string) => ({
  type,
  opensLocal: `2026-03-${from}T13:00:00`,
  closesLocal: `2026-03-${to}T13:00:00`,
});
const STAGES = [
  stage('INTAKE', '01', '11'),
  stage('PUBLIC_ASSESSMENT', '11', '14'),
  stage('EXPERTISE', '14', '18'),
  stage('VOTING', '20', '27'),
];
const GATE = {
  code: 'half',
  kind: 'GATE',
  title: 'Порог общественной поддержки',
  maxPoints: '0',
  weight: '0',
  parameters: { condition: 'capital.share >= 50', message: 'Собрано меньше половины запрошенной суммы.', before: true },
};
const MARK = {
  code: 'need',
  kind: 'EXPERT',
  title: 'Острота проблемы',
  maxPoints: '10',
  weight: '1',
  parameters: { commentRequired: false },
};

async function announced(): Promise<string> {
  world.clock.set(START);
  const { id, version } = await does(world.contests, 'createContest', contestInput({ stages: STAGES }), organiser);
  const scoring = { virtualCapital: { endowment: 5000 } };
  const given = { contestId: id, expectedVersion: version, criteria: [GATE, MARK], scoring };
  await does(world.contests, 'setContestCriteria', given, organiser);
  await does(world.contests, 'publishContest', { contestId: id }, organiser);
  return id;
}

/** An admitted application that asks for so many roubles. */
async function asking(contestId: string, roubles: number): Promise<Filed> {
  world.clock.set(AT.intake);
  const funding = [{ source: 'MUNICIPAL', amount: `${roubles}.00` }];
  return admitted(world.contests, contestId, { totalCost: `${roubles}.00`, funding });
}

test('residents first, experts after them: only applications with half of the sum in points reach the experts', async () => {
  const contestId = await announced();
  const half = await asking(contestId, 20_000);
  const below = await asking(contestId, 20_000);
  const gone = await asking(contestId, 20_000);
  await world.contests.settle();
  world.clock.set('2026-03-12T09:00:00Z');
  const residents = Array.from({ length: 4 }, () => citizen({ assurance: 'confirmed' }));
  const give = async (to: Filed, points: number, who = residents[0]!) =>
    (await gives(money, to.applicationId, points, who)).rejection?.code ?? null;
  expect(await give(half, 50, citizen({ assurance: 'basic' }))).toBe('VERIFICATION_REQUIRED');
  expect(await give(half, 50, { ...half.lead, assurance: 'confirmed' })).toBe('OWN_APPLICATION');
  // Four people give exactly half of the sum to the one, and a point less to the other.
  for (const who of residents) expect(await give(half, 2500, who)).toBeNull();
  for (const who of residents.slice(1)) expect(await give(below, 2500, who)).toBeNull();
  expect(await give(below, 2499)).toBeNull();
  expect(await give(gone, 2)).toBe('BALANCE_EXCEEDED');
  const other = citizen({ assurance: 'confirmed' });
  expect(await give(gone, 5000, other)).toBeNull();
  await does(world.contests, 'withdrawApplication', { applicationId: gone.applicationId }, gone.lead);
  await world.contests.settle();
  await money.runBackground('virtual-capital');
  expect(await accountOf(money, contestId, other)).toMatchObject({ balance: 5000, given: [] });
  const expert = await pooledExpert(world.expertise);
  const assign = async () => world.expertise.ask(ASSIGN, { contestId, expertIds: [expert.sub] }, organiser);
  expect(codeOf(await assign())).toBe('GATE_UNDECIDED');
  world.clock.set('2026-03-14T08:00:30Z');
  await money.runBackground('virtual-capital');
  await world.contests.settle();
  expect(codeOf(await assign())).toBe('GATE_UNDECIDED');
  world.clock.set('2026-03-14T08:01:00Z');
  await money.runBackground('virtual-capital');
  await world.contests.settle();
  expect((await assign()).sheets.map(({ application }: any) => application.id)).toEqual([half.applicationId]);
  const byHand = { contestId, applicationId: below.applicationId, expertId: expert.sub };
  expect(codeOf(await world.expertise.ask(BY_HAND, byHand, organiser))).toBe('STOPPED_BY_GATE');
  const assessment = 'publicAssessment { reachesExperts reasons capital { points supporters requested share } }';
  const query = `query ($half: ID!, $below: ID!) {
    half: application(id: $half) { ${assessment} }
    below: application(id: $below) { ${assessment} } }`;
  const { data } = await world.expertise.gql(query, { half: half.applicationId, below: below.applicationId });
  expect([data.half.publicAssessment, data.below.publicAssessment]).toEqual([
    {
      reachesExperts: true,
      reasons: [],
      capital: { points: 10_000, supporters: 4, requested: '20000.00', share: '50' },
    },
    {
      reachesExperts: false,
      reasons: [
        'Собрано меньше половины запрошенной суммы.',
        'Виртуальный капитал: 9999 баллов на 20000,00 запрошенных рублей (49,995 %).',
      ],
      capital: { points: 9999, supporters: 4, requested: '20000.00', share: '49.995' },
    },
  ]);
});
