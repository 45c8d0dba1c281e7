import { newId, type OutboxEvent } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationWithdrawnSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
} from '@veche/proto/contests/v1/contests';
import { ask, citizen, type Crowdfunding } from './setup.ts';

const CLOSES = '2026-03-10T04:00:00Z';
export const AT = {
  before: new Date('2026-03-02T09:00:00Z'),
  during: new Date('2026-03-05T09:00:00Z'),
  end: new Date(CLOSES),
  counting: new Date('2026-03-10T04:01:00Z'),
};
export const CAPITAL = { endowment: 5000, presets: [50, 100, 200, 500], perApplication: null, progress: 'LIVE' };

const stages = (closesAt: string) => [{ type: 'PUBLIC_ASSESSMENT', opensAt: '2026-03-03T04:00:00Z', closesAt }];

const contestPublished = (contestId: string, rule: object | null): OutboxEvent =>
  event(ContestPublishedSchema, contestId, {
    contestId,
    oktmo: '71876000',
    scoringJson: JSON.stringify({ ...PLAIN_SCORING, ...(rule ? { virtualCapital: rule } : {}) }),
    stages: stages(CLOSES),
  });

export const rescheduled = (contestId: string, closesAt: string): OutboxEvent =>
  event(ContestRescheduledSchema, contestId, { contestId, stages: stages(closesAt) });

const applicationAdmitted = (contestId: string, applicationId: string, memberIds: string[], roubles: bigint) =>
  event(ApplicationAdmittedSchema, applicationId, {
    applicationId,
    contestId,
    facts: {
      number: '1',
      title: 'Клуб робототехники',
      totalCostKopecks: roubles * 100n + 7_000_00n,
      funding: [
        { source: 'REGIONAL', amountKopecks: roubles * 100n },
        { source: 'CITIZENS', amountKopecks: 7_000_00n },
      ],
    },
    memberIds,
  });

export const withdrawn = (contestId: string, applicationId: string): OutboxEvent =>
  event(ApplicationWithdrawnSchema, applicationId, { applicationId, contestId });

/** A contest with virtual capital and as many admitted applications as sums are asked for, in roubles; the clock in its stage. */
export async function scene(
  service: Crowdfunding,
  {
    rule = CAPITAL,
    members = [],
    asked = [10_000n],
  }: { rule?: object | null; members?: string[]; asked?: bigint[] } = {},
) {
  const contestId = newId();
  await service.bus.deliver(contestPublished(contestId, rule));
  const ids = asked.map(() => newId());
  for (const [index, id] of ids.entries())
    await service.bus.deliver(applicationAdmitted(contestId, id, members, asked[index]!));
  service.clock.set(AT.during);
  return { contestId, applicationId: ids[0]!, ids };
}

const ACCOUNT = 'contestId verified granted balance given { application { id } points }';
const SUPPORT = 'points supporters requested share';
export const GIVE = `mutation ($input: GiveVirtualPointsInput!) { giveVirtualPoints(input: $input) {
  account { ${ACCOUNT} } application { id virtualSupport { ${SUPPORT} } } rejection { code userMessage path } } }`;
const CAPITAL_QUERY = `query ($id: ID!) { virtualCapital(contestId: $id) {
  contestId endowment presets perApplication opensAt closesAt open progress countedAt } }`;
const MINE = `query ($id: ID!) { myVirtualAccount(contestId: $id) { ${ACCOUNT} } }`;
const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application {
  virtualSupport { ${SUPPORT} } } } }`;

export const gives = (
  service: Crowdfunding,
  applicationId: string,
  points: number,
  as: TestCaller = citizen(),
  more: object = {},
) => ask(service, GIVE, { applicationId, points, ...more }, as);

async function read(
  service: Crowdfunding,
  query: string,
  variables: Record<string, unknown>,
  as?: TestCaller,
): Promise<any> {
  const { data, errors } = await service.gql(query, variables, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
}

export const capitalOf = (service: Crowdfunding, id: string) => read(service, CAPITAL_QUERY, { id });
export const accountOf = (service: Crowdfunding, id: string, as: TestCaller) => read(service, MINE, { id }, as);
export const supportOf = async (service: Crowdfunding, ids: readonly string[]): Promise<any[]> => {
  const of = ids.map((id) => ({ __typename: 'Application', id }));
  return (await read(service, ENTITIES, { of })).map((one: any) => one.virtualSupport);
};
