import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, type OutboxEvent } from '@veche/kit';
import { startForTest, type TestService } from '@veche/kit/testing/harness';
import { event } from '@veche/proto';
import * as contests from '@veche/proto/contests/v1/contests';
import * as crowdfunding from '@veche/proto/crowdfunding/v1/crowdfunding';
import * as expertise from '@veche/proto/expertise/v1/expertise';
import * as registry from '@veche/proto/registry/v1/registry';
import * as voting from '@veche/proto/voting/v1/voting';
import { definition } from '../src/definition.ts';

let t: TestService;
beforeAll(async () => void (t = await startForTest(definition)));
afterAll(() => t.stop());

type Told = OutboxEvent & { sequence: number; id: string };

/** The events of one contest as streams: within a stream the order is that of Kafka, between streams there is none. */
function streams(contestId: string): Told[][] {
  const [a, b, sheet, pledge] = [newId(), newId(), newId(), newId()];
  const facts = (cost: bigint) => ({ totalCostKopecks: cost, revision: 1, funding: [], category: 'PARK' });
  const stream = (...events: OutboxEvent[]): Told[] =>
    events.map((one, index) => ({ ...one, sequence: index + 1, id: newId() }));
  const of = (applicationId: string) => ({ applicationId, contestId });
  const ballot = (index: number, superseded: bigint) =>
    event(voting.BallotAcceptedSchema, contestId, {
      contestId,
      leaf: `l${index}`,
      index: BigInt(index),
      ruleHash: 'r',
      supersededSoFar: superseded,
    });
  return [
    stream(
      event(contests.ContestPublishedSchema, contestId, {
        contestId,
        title: 'Конкурс',
        oktmo: '71876000',
        budgetKopecks: 1000n,
      }),
      event(contests.StageOpenedSchema, contestId, { contestId, stage: 'INTAKE' }),
      event(contests.StageClosedSchema, contestId, { contestId, stage: 'INTAKE' }),
      event(contests.StageOpenedSchema, contestId, { contestId, stage: 'VOTING' }),
    ),
    stream(
      event(contests.ApplicationSubmittedSchema, a, { ...of(a), facts: facts(300n) }),
      event(contests.ApplicationReturnedSchema, a, { ...of(a), fields: ['title'] }),
      event(contests.ApplicationSubmittedSchema, a, { ...of(a), facts: facts(400n) }),
      event(contests.ApplicationAdmittedSchema, a, { ...of(a), facts: facts(400n) }),
      event(contests.ApplicationDecidedSchema, a, { ...of(a), outcome: 'RESERVE', costKopecks: 400n }),
      event(contests.ApplicationDecidedSchema, a, { ...of(a), outcome: 'WINNER', costKopecks: 400n }),
    ),
    stream(
      event(contests.ApplicationSubmittedSchema, b, { ...of(b), facts: facts(100n) }),
      event(contests.ApplicationRefusedSchema, b, { ...of(b), ground: 'NO_FUNDS' }),
    ),
    stream(
      event(expertise.ExpertAssignedSchema, sheet, { sheetId: sheet, ...of(a), expertId: 'e' }),
      event(expertise.SheetFinalisedSchema, sheet, { sheetId: sheet, ...of(a), sheetHash: 'h' }),
    ),
    stream(ballot(0, 0n), ballot(1, 0n), ballot(2, 1n)),
    stream(
      event(registry.ProjectRegisteredSchema, a, {
        projectId: a,
        contestId,
        totalCostKopecks: 400n,
        plan: [{ source: 'CITIZENS', amountKopecks: 40n }],
      }),
      event(registry.ProgressReportedSchema, a, {
        projectId: a,
        contestId,
        percent: 50,
        spentTotal: [{ source: 'CITIZENS', amountKopecks: 10n }],
      }),
      event(registry.ProjectCompletedSchema, a, {
        projectId: a,
        contestId,
        spentTotal: [{ source: 'CITIZENS', amountKopecks: 30n }],
      }),
    ),
    stream(
      event(crowdfunding.PledgeMadeSchema, pledge, { pledgeId: pledge, projectId: a, contestId, amountKopecks: 7n }),
      event(crowdfunding.PledgePaidSchema, pledge, { pledgeId: pledge, projectId: a, contestId, amountKopecks: 7n }),
    ),
  ];
}

/** Takes the heads of the streams in an order of its own, each event perhaps twice. */
function interleave(of: Told[][], seed: number): Told[] {
  let state = seed;
  const draw = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  const left = of.map((stream) => [...stream]);
  const out: Told[] = [];
  while (left.some((stream) => stream.length > 0)) {
    const open = left.filter((stream) => stream.length > 0);
    const next = open[draw(open.length)]!.shift()!;
    out.push(next, ...(draw(3) === 0 ? [next] : []));
  }
  return [...out, ...out.slice(0, draw(out.length))];
}

const DASHBOARD = `query ($id: ID!) { contestDashboard(contestId: $id) { currentStage
  funnel { submitted returned admitted refused withdrawn winners completed } expertise { sheets final conflicts }
  voting { accepted superseded counted } money { budget admittedCost winnersCost pledged paid spent bySource { source amount } } } }`;

const EXPECTED = {
  currentStage: 'VOTING',
  funnel: { submitted: 2, returned: 1, admitted: 1, refused: 1, withdrawn: 0, winners: 1, completed: 1 },
  expertise: { sheets: 1, final: 1, conflicts: 0 },
  voting: { accepted: 3, superseded: 1, counted: 2 },
  money: {
    budget: '10.00',
    admittedCost: '4.00',
    winnersCost: '4.00',
    pledged: '0.07',
    paid: '0.07',
    spent: '0.30',
    bySource: [{ source: 'CITIZENS', amount: '0.40' }],
  },
};

test.each([1, 2, 3, 4, 5, 6])('in any interleaving, with repetitions: the same dashboard (seed %i)', async (seed) => {
  const contestId = newId();
  for (const told of interleave(streams(contestId), seed)) await t.bus.deliver(told);
  await t.settle();
  expect((await t.gql(DASHBOARD, { id: contestId })).data.contestDashboard).toEqual(EXPECTED);
});

test('a contest that no event told of has no dashboard', async () => {
  expect((await t.gql(DASHBOARD, { id: newId() })).data.contestDashboard).toBeNull();
});

test('a summary is fixed by officials of the territory and published', async () => {
  const contestId = newId();
  for (const told of interleave(streams(contestId), 9)) await t.bus.deliver(told);
  const sub = newId();
  const fix = (territories: string[], idempotencyKey: string, of = contestId) =>
    t.gql(
      'mutation ($i: SummariseContestInput!) { summariseContest(input: $i) { version indicators { code value } rejection { code } } }',
      { i: { idempotencyKey, contestId: of } },
      { sub, roles: ['organiser'], territories },
    );
  expect((await fix(['71874000'], 'key-foreign')).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
  const { data } = await fix(['71876000'], 'key-own-01');
  expect(data.summariseContest.version).toBe(1);
  expect(data.summariseContest.indicators).toContainEqual({ code: 'online_voters', value: '2' });
  expect((await fix(['71876000'], 'key-own-01')).data.summariseContest.version).toBe(1);
  const reused = (await fix(['71876000'], 'key-own-01', newId())).data.summariseContest;
  expect(reused.rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect((await fix(['71876000'], 'key-own-03', newId())).data.summariseContest.rejection.code).toBe('NOT_FOUND');
  expect((await fix(['71876000'], 'key-own-02')).data.summariseContest.version).toBe(2);
  await t.settle();
  expect(t.bus.published('veche.analytics.ContestSummarised').filter(({ key }) => key === contestId)).toHaveLength(2);
});
