import { loadavg } from 'node:os';
import { PLAIN_SCORING, type Criterion } from '@veche/kit/domain/criterion';
import { compare, rational } from '@veche/kit/domain/rational';
import { readPlan } from '@veche/kit/domain/scoring/plan';
import { determineRanking, type Candidate, type Ranking } from '../../services/expertise/src/domain/ranking.ts';
import type { ScoreSheet } from '../../services/expertise/src/domain/sheet.ts';

/**
 * Processor time in which a ranking is determined anew from final sheets: 5,000 applications with 50 criteria, 40 of them marked by experts, 100
 * experts of whom each application has three, 10 counted from facts, two of these relative to all other applications. The baseline does
 * the least that could be done with the same marks: it reads every mark once and adds it into a float.
 */
const SEED = Number(process.env.LOAD_SEED ?? 1);
const APPLICATIONS = Number(process.env.LOAD_APPLICATIONS ?? 5_000);
const CRITERIA = Number(process.env.LOAD_CRITERIA ?? 50);
const EXPERTS = Number(process.env.LOAD_EXPERTS ?? 100);
const PER_APPLICATION = Number(process.env.LOAD_PER_APPLICATION ?? 3);
const ROUNDS = 5;
const LIMIT_SECONDS = 2;
const COUNTED = Math.floor(CRITERIA / 5);
const AGGREGATES = ['MEAN', 'MEDIAN', 'TRIMMED'] as const;

let state = SEED;
/** Numbers of 31 bits that the seed determines (the generator of Park and Miller). */
const draw = (below: number): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};

const common = (code: string) => ({ code, title: code, maxPoints: '10', weight: '0.5' });
const ranges = [
  { from: '0', fromIncluded: true, to: '30', toIncluded: true, points: '3' },
  { from: '30', fromIncluded: false, to: null, toIncluded: false, points: '10' },
];
const counted = (index: number): Criterion => {
  const code = `fact-${index}`;
  if (index < 2)
    return { ...common(code), kind: 'COHORT_LINEAR', parameters: { input: 'CITIZENS_SHARE', a: '1', bStat: 'MAX' } };
  if (index % 2) return { ...common(code), kind: 'LINEAR', parameters: { input: 'MUNICIPAL_SHARE', a: '5', b: '20' } };
  return { ...common(code), kind: 'STEP', parameters: { input: 'BENEFICIARIES_SHARE', ranges } };
};
const marked = (index: number): Criterion => ({
  ...common(`mark-${index}`),
  kind: 'EXPERT',
  parameters: { commentRequired: false, aggregate: AGGREGATES[index % 3]! },
});
const criteria = [
  ...Array.from({ length: COUNTED }, (_, index) => counted(index)),
  ...Array.from({ length: CRITERIA - COUNTED }, (_, index) => marked(index)),
];

const sheetOf = (applicationId: string, expertId: string): ScoreSheet => ({
  contestId: 'contest',
  applicationId,
  expertId,
  status: 'FINAL',
  marks: criteria.slice(COUNTED).map(({ code }) => ({ criterion: code, points: draw(11), comment: null })),
  hash: null,
  conflictReason: null,
  late: false,
});

function candidateOf(index: number): Candidate {
  const applicationId = `application-${String(index).padStart(5, '0')}`;
  // 0.1 to 3 million roubles, in kopecks.
  const totalCost = BigInt(100 + draw(2900)) * 100_000n;
  const citizens = (totalCost * BigInt(1 + draw(20))) / 100n;
  const population = 500 + draw(100_000);
  return {
    applicationId,
    number: String(index + 1),
    facts: {
      totalCost,
      funding: [
        { source: 'CITIZENS', amount: citizens },
        { source: 'MUNICIPAL', amount: totalCost - citizens },
      ],
      beneficiaries: draw(population),
      population,
      submittedAt: new Date(index),
    },
    sheets: Array.from({ length: PER_APPLICATION }, (_, place) =>
      sheetOf(applicationId, `expert-${(index * PER_APPLICATION + place) % EXPERTS}`),
    ),
  };
}

/** Least and median processor time of a few rounds, in seconds. */
function timed(work: () => unknown): { least: number; median: number } {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  }).toSorted((a, b) => a - b);
  return { least: times[0]!, median: times[Math.floor(ROUNDS / 2)]! };
}

function added(candidates: readonly Candidate[]): number {
  let sum = 0;
  for (const { sheets } of candidates) for (const { marks } of sheets) for (const { points } of marks) sum += points;
  return sum;
}

const read = readPlan({ criteria, scoring: { ...PLAIN_SCORING, tieBreakers: [{ by: 'EARLIER' }] }, answers: [] });
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { plan } = read;
const candidates = Array.from({ length: APPLICATIONS }, (_, index) => candidateOf(index));
const none: Ranking = { edition: 0, determinedAt: null, lines: [] };
const determined = () => {
  const decision = determineRanking(none, plan, candidates, new Date(0));
  if (!decision.ok) throw new Error(decision.rejection.code);
  return decision.state.lines;
};
const lines = determined();
const inOrder = lines.every(
  ({ exactScore }, index) => index === 0 || compare(fraction(lines[index - 1]!.exactScore), fraction(exactScore)) >= 0,
);
if (lines.length !== APPLICATIONS || !inOrder) throw new Error('not a ranking of all applications');

function fraction(text: string) {
  const [n, d] = text.split('/').map(BigInt);
  return rational(n!, d);
}

const marks = APPLICATIONS * PER_APPLICATION * (CRITERIA - COUNTED);
const ranking = timed(determined);
const baseline = timed(() => added(candidates));
console.log(
  JSON.stringify({
    applications: APPLICATIONS,
    criteria: CRITERIA,
    experts: EXPERTS,
    sheets: APPLICATIONS * PER_APPLICATION,
    marks,
    cpuSeconds: ranking,
    baselineCpuSeconds: baseline,
    limitSeconds: LIMIT_SECONDS,
    load: loadavg()[0],
  }),
);
if (ranking.median > LIMIT_SECONDS) process.exitCode = 1;
