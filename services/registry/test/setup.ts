import { randomBytes } from 'node:crypto';
import type { OutboxEvent } from '@veche/kit';
import { newId } from '@veche/kit';
import { startForTest } from '@veche/kit/testing/harness';
import type { TestService } from '@veche/kit/testing/harness';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ApplicationAdmittedSchema, ApplicationDecidedSchema } from '@veche/proto/contests/v1/contests';
import { PledgeMadeSchema, PledgePaidSchema, PledgeWithdrawnSchema } from '@veche/proto/crowdfunding/v1/crowdfunding';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { definition } from '../src/definition.ts';

export type Registry = TestService;
export const startRegistry = (): Promise<Registry> => startForTest(definition);

export const municipality: TestCaller = {
  sub: newId(),
  roles: ['municipality'],
  territories: ['71876000'],
};
export const key = (): string => randomBytes(8).toString('hex');

export interface Story {
  projectId: string;
  contestId: string;
}
export const story = (contestId = newId()): Story => ({ projectId: newId(), contestId });

export const FUNDING = [
  { source: 'MUNICIPAL', amountKopecks: 900_000_00n },
  { source: 'CITIZENS', amountKopecks: 100_000_00n },
];

export function admitted(
  { projectId, contestId }: Story,
  { title = 'Сквер у школы', oktmo = '71876000', funding = FUNDING, revision = 1, sourceId = '' } = {},
): OutboxEvent {
  return event(ApplicationAdmittedSchema, projectId, {
    applicationId: projectId,
    contestId,
    facts: {
      number: '1',
      title,
      oktmo,
      category: 'IMPROVEMENT',
      totalCostKopecks: 1_000_000_00n,
      funding,
      revision,
      sourceId,
    },
  });
}

export function result(
  { contestId }: Story,
  version: number,
  outcomes: Record<string, string>,
  { advisory = false } = {},
): OutboxEvent {
  const projects = Object.entries(outcomes).map(([applicationId, outcome]) => ({
    applicationId,
    outcome,
  }));
  return event(ResultDeterminedSchema, contestId, { contestId, version, projects, advisory });
}

export function decidedByContest({ projectId, contestId }: Story, outcome: string): OutboxEvent {
  return event(ApplicationDecidedSchema, projectId, {
    applicationId: projectId,
    contestId,
    outcome,
  });
}

export function pledge(
  kind: 'made' | 'withdrawn' | 'paid',
  { projectId, contestId }: Story,
  pledgeId: string,
  amountKopecks: bigint,
): OutboxEvent & { sequence: number } {
  const schema = {
    made: PledgeMadeSchema,
    withdrawn: PledgeWithdrawnSchema,
    paid: PledgePaidSchema,
  }[kind];
  const sequence = kind === 'made' ? 1 : 2;
  return {
    ...event(schema, pledgeId, { pledgeId, projectId, contestId, amountKopecks }),
    sequence,
  };
}

/** A project in the register. */
export async function winner(registry: Registry, of = story(), facts = {}): Promise<Story> {
  await registry.bus.deliver(admitted(of, facts));
  await registry.bus.deliver(result(of, 1, { [of.projectId]: 'WINNER' }));
  return of;
}

const PAYLOAD = `project { id version state percent acceptedOn
  stages { code title plannedStart plannedEnd finished }
  reports { id publishedAt stage text percent spent { source amount } }
  finance { totalCost spent sources { source planned spent } } }
  rejection { code userMessage path }`;
export const PLAN = `mutation ($input: PlanImplementationInput!) { planImplementation(input: $input) { ${PAYLOAD} } }`;
export const REPORT = `mutation ($input: ReportProgressInput!) { reportProgress(input: $input) { ${PAYLOAD} } }`;
export const COMPLETE = `mutation ($input: CompleteProjectInput!) { completeProject(input: $input) { ${PAYLOAD} } }`;
export const PROJECT = `query ($id: ID!) { project(id: $id) { id version title oktmo category state registeredAt percent
  application { id } contest { id } finance { totalCost pledged paid spent sources { source planned spent } } } }`;

export const stage = (code: string) => ({
  code,
  title: `Этап ${code}`,
  plannedStart: '2026-03-01',
  plannedEnd: '2026-04-30',
});
export const planInput = ({ projectId }: Story, codes = ['A', 'B']) => ({
  projectId,
  stages: codes.map(stage),
});
export const reportInput = ({ projectId }: Story, code: string, change: object = {}) => ({
  projectId,
  stage: code,
  text: 'Работы этапа выполнены полностью.',
  percent: 50,
  spent: [],
  stageFinished: true,
  ...change,
});

/** The answer of a mutation that must not be a GraphQL error. */
export async function ask(registry: Registry, query: string, input: object, as = municipality): Promise<any> {
  const { data, errors } = await registry.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
}

export async function project(registry: Registry, { projectId }: Story): Promise<any> {
  const { data, errors } = await registry.gql(PROJECT, { id: projectId });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.project;
}

/** The events told of one project, in order. */
export async function told(registry: Registry, { projectId }: Story) {
  await registry.settle();
  return registry.bus
    .published()
    .filter(({ key: about, type }) => about === projectId && type.startsWith('veche.registry.'));
}

/** A project whose stages A and B are planned. */
export async function plannedProject(registry: Registry): Promise<Story> {
  const of = await winner(registry);
  await ask(registry, PLAN, planInput(of));
  return of;
}

/** A project whose stages are done, waiting for its acceptance act. */
export async function finishedProject(registry: Registry): Promise<Story> {
  const of = await plannedProject(registry);
  await ask(registry, REPORT, reportInput(of, 'A'));
  await ask(registry, REPORT, reportInput(of, 'B', { percent: 100 }));
  return of;
}

export const act = ({ projectId }: Story, change: object = {}) => ({
  projectId,
  acceptedOn: '2026-03-01',
  actNumber: 'КС-2 № 5',
  ...change,
});
