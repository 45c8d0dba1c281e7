import { within } from '@veche/kit';
import type { Figures } from './domain/indicators.ts';
import { countOf, factOf, factsOf, sumOf, type Stores } from './store.ts';

interface ContestFact {
  _id: string;
  published?: true;
  oktmo?: string;
  passport?: { title: string; budget: bigint | number };
  asOf?: Date;
}

interface ProjectFact {
  completed?: true;
  registration?: { here: boolean; totalCost?: bigint | number; plan?: Record<string, bigint | number> };
  progress?: { spent: bigint | number };
}

const STAGES = [
  'ANNOUNCEMENT',
  'TRAINING',
  'IDEATION',
  'ASSEMBLY',
  'INTAKE',
  'ADMISSION',
  'PUBLIC_ASSESSMENT',
  'EXPERTISE',
  'VOTING',
  'COMMISSION',
  'AGREEMENTS',
  'COLLECTION',
  'PROCUREMENT',
  'IMPLEMENTATION',
  'MONITORING',
  'REPORT',
];

export interface Dashboard extends Figures {
  contestId: string;
  title: string;
  oktmo: string;
  currentStage: string | null;
  asOf: Date;
}

/** The dashboard of a contest out of its facts; null for a contest that no event published. */
export async function dashboardOf(stores: Stores, contestId: string): Promise<Dashboard | null> {
  const contest = await factOf<ContestFact>(stores.contests, contestId);
  if (!contest?.published || !contest.passport) return null;
  const [funnel, expertise, voting, money, stages, ballots] = await Promise.all([
    funnelOf(stores, contestId),
    expertiseOf(stores, contestId),
    votingOf(stores, contestId),
    moneyOf(stores, contestId, BigInt(contest.passport.budget)),
    factsOf<{ opened?: true; closed?: true; stage: { type: string } }>(stores.stages, contestId),
    factOf<{ asOf?: Date }>(stores.ballots, contestId),
  ]);
  const open = stages.filter(({ opened, closed }) => opened && !closed).map(({ stage }) => stage.type);
  const times = [contest.asOf, ballots?.asOf].filter((time) => time !== undefined).map(Number);
  return {
    contestId,
    title: contest.passport.title,
    oktmo: contest.oktmo ?? '',
    currentStage: STAGES.find((type) => open.includes(type)) ?? null,
    asOf: new Date(Math.max(0, ...times)),
    funnel,
    expertise,
    voting,
    money,
  };
}

const WINNERS = { 'decision.outcome': 'WINNER' };

async function funnelOf(stores: Stores, contest: string): Promise<Figures['funnel']> {
  const applications = (flag: string) => countOf(stores.applications, contest, { [flag]: true });
  const [submitted, returned, admitted, refused, withdrawn, groups, groupMembers, winners, completed] =
    await Promise.all([
      applications('submitted'),
      applications('returned'),
      countOf(stores.applications, contest, { admitted: true, withdrawn: { $exists: false } }),
      applications('refused'),
      applications('withdrawn'),
      countOf(stores.groups, contest, {}),
      sumOf(stores.groups, contest, 'members.count'),
      countOf(stores.applications, contest, WINNERS),
      countOf(stores.projects, contest, { completed: true }),
    ]);
  return {
    submitted,
    returned,
    admitted,
    refused,
    withdrawn,
    groups,
    groupMembers: Number(groupMembers),
    winners,
    completed,
  };
}

async function expertiseOf({ sheets }: Stores, contest: string): Promise<Figures['expertise']> {
  const [all, final, conflicts] = await Promise.all([
    countOf(sheets, contest, { assigned: true }),
    countOf(sheets, contest, { final: true }),
    countOf(sheets, contest, { barred: true }),
  ]);
  return { sheets: all, final, conflicts };
}

async function votingOf({ ballots }: Stores, contest: string): Promise<Figures['voting']> {
  const fact = await factOf<{ accepted?: number; superseded?: number }>(ballots, contest);
  const accepted = Number(fact?.accepted ?? 0);
  const superseded = Number(fact?.superseded ?? 0);
  return { accepted, superseded, counted: accepted - superseded };
}

async function moneyOf(stores: Stores, contest: string, budget: bigint): Promise<Figures['money']> {
  const pledged = (statuses: string[]) =>
    sumOf(stores.pledges, contest, 'pledge.amount', { 'pledge.status': { $in: statuses } });
  const [admittedCost, promised, paid, winnersCost, projects, pledges] = await Promise.all([
    sumOf(stores.applications, contest, 'facts.totalCost', { admitted: true, withdrawn: { $exists: false } }),
    pledged(['PROMISED', 'PAID']),
    pledged(['PAID']),
    sumOf(stores.applications, contest, 'decision.cost', WINNERS),
    factsOf<ProjectFact>(stores.projects, contest),
    countOf(stores.pledges, contest, { 'pledge.status': { $in: ['PROMISED', 'PAID'] } }),
  ]);
  const here = projects.filter(({ registration }) => registration?.here);
  const bySource = new Map<string, bigint>();
  for (const { registration } of here) {
    for (const [source, amount] of Object.entries(registration!.plan ?? {}))
      bySource.set(source, (bySource.get(source) ?? 0n) + BigInt(amount));
  }
  return {
    budget,
    admittedCost,
    winnersCost,
    totalCost: here.reduce((sum, { registration }) => sum + BigInt(registration!.totalCost ?? 0), 0n),
    bySource: [...bySource]
      .map(([source, amount]) => ({ source, amount }))
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
    pledged: promised,
    pledges,
    paid,
    spent: here.reduce((sum, { progress }) => sum + BigInt(progress?.spent ?? 0), 0n),
  };
}

/** All contests of a territory together. */
export async function municipalityOf(stores: Stores, oktmo: string) {
  const range = { oktmo: within(oktmo), published: true };
  const contests = (await stores.contests.collection
    .find(range as never)
    .project({ _id: 1 })
    .toArray()) as unknown as { _id: string }[];
  const dashboards = (await Promise.all(contests.map(({ _id }) => dashboardOf(stores, _id)))).filter(
    (one) => one !== null,
  );
  const sum = (pick: (one: Dashboard) => number): number => dashboards.reduce((total, one) => total + pick(one), 0);
  const money = (pick: (one: Dashboard) => bigint): bigint => dashboards.reduce((total, one) => total + pick(one), 0n);
  return {
    oktmo,
    contests: dashboards.length,
    applications: sum(({ funnel }) => funnel.submitted),
    winners: sum(({ funnel }) => funnel.winners),
    ballots: sum(({ voting }) => voting.counted),
    winnersCost: money((one) => one.money.winnersCost),
    pledged: money((one) => one.money.pledged),
  };
}
