import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, type OutboxEvent } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { startForTest, type TestOptions, type TestService } from '@veche/kit/testing/harness';
import { ManualClock } from '@veche/kit/testing/clock';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  BallotListApprovedSchema,
  type BallotProjectSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
} from '@veche/proto/contests/v1/contests';
import { definition } from '../src/definition.ts';
import type { VotingConfig } from '../src/config.ts';

export const OPENS = new Date('2026-03-01T04:00:00Z');
export const CLOSES = new Date('2026-03-08T04:00:00Z');
export const RULE: VotingRule = {
  version: 1,
  ballot: { type: 'approval', minLen: 1, maxLen: 2 },
  order: 'score',
  onUnaffordable: 'skip',
};

export type VotingService = TestService<VotingConfig>;

/** The service with its clock an hour before the opening. */
export function startVoting(
  env: Record<string, string> = {},
  more: Pick<TestOptions, 'bus' | 'clock' | 'log' | 'front'> = {},
): Promise<VotingService> {
  return startForTest(definition, {
    clock: new ManualClock(new Date(OPENS.getTime() - 3_600_000)),
    background: false,
    ...more,
    env: { VOTING_KEYS_DIR: mkdtempSync(join(tmpdir(), 'veche-keys-')), ...env },
  });
}

export interface Told {
  contestId: string;
  projects: string[];
}

export interface Options {
  rule?: VotingRule;
  visibility?: string;
  budget?: bigint;
  costs?: bigint[];
  lines?: MessageInitShape<typeof BallotProjectSchema>[];
  residence?: string | null;
  /** Instead of the usual one. */
  eligibility?: unknown;
}

export const published = (
  { contestId }: Told,
  { rule = RULE, visibility = 'HIDDEN_UNTIL_END', budget = 100n, residence = null, eligibility }: Options = {},
): OutboxEvent =>
  event(ContestPublishedSchema, contestId, {
    contestId,
    title: 'Инициативные проекты',
    oktmo: '71876000',
    timeZone: 'Asia/Yekaterinburg',
    budgetKopecks: budget,
    passportHash: 'aa',
    stages: [{ type: 'VOTING', opensAt: OPENS.toISOString(), closesAt: CLOSES.toISOString() }],
    votingRuleJson: canonicalJson(JSON.parse(JSON.stringify(rule))),
    eligibilityJson:
      eligibility === undefined ? canonicalJson({ minAge: 16, ageOn: null, residence }) : JSON.stringify(eligibility),
    resultsVisibility: visibility,
    graceSeconds: 5,
  });

export const rescheduled = ({ contestId }: Told, closesAt: Date): OutboxEvent =>
  event(ContestRescheduledSchema, contestId, {
    contestId,
    stages: [{ type: 'VOTING', opensAt: OPENS.toISOString(), closesAt: closesAt.toISOString() }],
    reason: 'Продление',
  });

/** `more`: what else the list tells of each project. */
export const listed = (
  { contestId, projects }: Told,
  costs: bigint[] = [60n, 50n, 40n],
  more: MessageInitShape<typeof BallotProjectSchema>[] = [],
): OutboxEvent =>
  event(BallotListApprovedSchema, contestId, {
    contestId,
    projects: projects.map((applicationId, index) => ({
      applicationId,
      number: String(index + 1),
      title: `Проект ${index + 1}`,
      costKopecks: costs[index]!,
      oktmo: '71876000',
      category: 'PARK',
      submittedAt: new Date(index * 1000).toISOString(),
      ...more[index],
    })),
  });

/** A contest with three projects, known to voting. */
export async function tell(t: VotingService, options: Options = {}): Promise<Told> {
  const told = { contestId: newId(), projects: [newId(), newId(), newId()].sort() };
  await t.bus.deliver(published(told, options));
  await t.bus.deliver(listed(told, options.costs, options.lines));
  await t.settle();
  return told;
}

/** The same, open for votes. */
export async function open(t: VotingService, options: Options = {}): Promise<Told> {
  const told = await tell(t, options);
  t.clock.set(OPENS);
  await t.runBackground('clock');
  return told;
}

let people = 0;

export function resident(more: Partial<TestCaller> = {}): TestCaller {
  people += 1;
  return {
    sub: newId(),
    roles: ['citizen'],
    assurance: 'confirmed',
    birthdate: '1990-05-05',
    residence: '71876000',
    voterKey: `voter-${people}`,
    ...more,
  };
}

export const importer: TestCaller = { sub: newId(), roles: ['importer'], territories: ['71000000'] };

export const CAST = `mutation ($input: CastBallotInput!) { castBallot(input: $input) {
  receipt { code leaf revision ruleHash includeBy signed record } rejection { code userMessage path } } }`;

/** Casts a ballot for some projects; gives the payload. */
export async function cast(
  t: VotingService,
  contestId: string,
  projects: readonly string[],
  as = resident(),
  idempotencyKey: string = newId(),
) {
  const choices = projects.map((project) => ({ project }));
  const { data, errors } = await t.gql(CAST, { input: { idempotencyKey, contestId, choices } }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.castBallot as {
    receipt: { code: string; leaf: string; revision: number; signed: string; record: string | null } | null;
    rejection: { code: string; userMessage: string; path: string[] } | null;
  };
}

/** Seals, closes, counts: everything that the clock does at the end. */
export async function close(t: VotingService): Promise<void> {
  await t.runBackground('sequencer');
  t.clock.set(CLOSES);
  await t.runBackground('clock');
  t.clock.set(new Date(CLOSES.getTime() + 7_000));
  await t.runBackground('sequencer');
  await t.runBackground('count');
  await t.settle();
}
