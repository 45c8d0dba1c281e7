import { randomBytes } from 'node:crypto';
import type { OutboxEvent } from '@veche/kit';
import { newId, type Audit, type Violation } from '@veche/kit';
import { startForTest } from '@veche/kit/testing/harness';
import type { TestService } from '@veche/kit/testing/harness';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ProjectRegisteredSchema, ProjectRemovedSchema } from '@veche/proto/registry/v1/registry';
import { definition } from '../src/definition.ts';

export type Crowdfunding = TestService;
export const startCrowdfunding = (): Promise<Crowdfunding> => startForTest(definition);

export const key = (): string => randomBytes(8).toString('hex');
export const citizen = (assurance: TestCaller['assurance'] = 'confirmed'): TestCaller & { sub: string } => ({
  sub: newId(),
  roles: ['citizen'],
  assurance,
});
export const finance: TestCaller = { sub: newId(), roles: ['finance'], territories: ['71876000'] };

export interface Story {
  projectId: string;
  contestId: string;
}
export const story = (): Story => ({ projectId: newId(), contestId: newId() });

export function registered(
  { projectId, contestId }: Story,
  { citizens = 50_000_00n, oktmo = '71876000', sequence = 1 } = {},
): OutboxEvent & { sequence: number } {
  const plan = [
    { source: 'MUNICIPAL', amountKopecks: 900_000_00n },
    ...(citizens > 0n ? [{ source: 'CITIZENS', amountKopecks: citizens }] : []),
  ];
  const init = {
    projectId,
    contestId,
    title: 'Сквер',
    oktmo,
    totalCostKopecks: 900_000_00n + citizens,
    plan,
  };
  return { ...event(ProjectRegisteredSchema, projectId, init), sequence };
}

export function removed({ projectId, contestId }: Story, sequence = 2): OutboxEvent & { sequence: number } {
  return { ...event(ProjectRemovedSchema, projectId, { projectId, contestId }), sequence };
}

/** A project whose money is collected. */
export async function opened(service: Crowdfunding, options = {}): Promise<Story> {
  const of = story();
  await service.bus.deliver(registered(of, options));
  return of;
}

const PAYLOAD = `pledge { id version project { id } amount state reference madeAt documentNumber }
  rejection { code userMessage path }`;
export const PLEDGE = `mutation ($input: PledgeInput!) { pledge(input: $input) { ${PAYLOAD} } }`;
export const WITHDRAW = `mutation ($input: WithdrawPledgeInput!) { withdrawPledge(input: $input) { ${PAYLOAD} } }`;
export const CONFIRM = `mutation ($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { ${PAYLOAD} } }`;
export const CAMPAIGN = `query ($id: ID!) { campaign(projectId: $id) {
  id project { id } target pledged paid pledgesCount percent openedAt } }`;

/** The answer of a mutation that must not be a GraphQL error. */
export async function ask(service: Crowdfunding, query: string, input: object, as: TestCaller): Promise<any> {
  const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
}

export async function campaign(service: Crowdfunding, { projectId }: Story): Promise<any> {
  const { data, errors } = await service.gql(CAMPAIGN, { id: projectId });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.campaign;
}

/** A promise that was accepted. */
export async function promised(
  service: Crowdfunding,
  { projectId }: Story,
  amount = '500.00',
  as: TestCaller = citizen(),
): Promise<any> {
  const { pledge, rejection } = await ask(service, PLEDGE, { projectId, amount }, as);
  if (rejection) throw new Error(rejection.code);
  return pledge;
}

export const pay = (service: Crowdfunding, pledge: { id: string; amount: string }, change: object = {}, as = finance) =>
  ask(service, CONFIRM, { pledgeId: pledge.id, amount: pledge.amount, documentNumber: key(), ...change }, as);

/** What an audit finds in a contest, each fault once. */
export async function faultsOf(audit: Audit, service: Crowdfunding, contestId: string): Promise<string[]> {
  const found: Violation[] = [];
  const look = { now: service.clock.now(), contests: [contestId], stopping: new AbortController().signal };
  for await (const one of audit.look({ ...look, tell: () => undefined })) found.push(one);
  return [...new Set(found.map(({ invariant, fault }) => `${invariant} ${fault}`))].sort();
}
