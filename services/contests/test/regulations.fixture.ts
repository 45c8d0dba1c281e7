import { readdirSync, readFileSync } from 'node:fs';
import type { Criterion, Scoring } from '@veche/kit/domain/criterion';
import { toDecimalString } from '@veche/kit/domain/rational';
import { rank, type Candidate, type Ranked } from '@veche/kit/domain/scoring/assess';
import { answersOf } from '@veche/kit/domain/scoring/facts';
import { readPlanOf, type Plan } from '@veche/kit/domain/scoring/plan';

const FOLDER = new URL('regulations/', import.meta.url);

/** What the score of a regulation rests on in its contest file. */
export interface ContestFile {
  format: string;
  version: number;
  contest: { title: string; form: object; criteria: Criterion[]; scoring: Scoring };
}

export const FILES = readdirSync(FOLDER).map((file) => file.replace('.json', ''));

/**
 * The contest file of a regulation, as `contestFile` gives it. Where the source names neither number nor date of the act, the file has
 * «б/н» and the first day of its year.
 */
export const fileOf = (name: string): ContestFile =>
  JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as ContestFile;

export function planOf(name: string): Plan {
  const { criteria, scoring, form } = fileOf(name).contest;
  const read = readPlanOf(criteria, scoring, form);
  if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
  return read.plan;
}

/** An application in the words of a table: roubles, people, answers, votes for and against, marks of the experts. */
export interface Row {
  id?: string;
  cost?: number;
  regional?: number;
  municipal?: number;
  citizens?: number;
  business?: number;
  inKind?: number;
  people?: number;
  population?: number;
  answers?: Record<string, unknown>;
  votes?: [for_: number, against: number];
  marks?: Record<string, number[]>;
  submittedAt?: string;
}

const kopecks = (roubles: number): bigint => BigInt(Math.round(roubles * 100));

function candidateOf(plan: Plan, row: Row, index: number): Candidate {
  const { cost = 1_000_000, people = 0, population = 0, answers = {}, votes, marks = {}, submittedAt } = row;
  const money = [
    ['REGIONAL', row.regional],
    ['MUNICIPAL', row.municipal],
    ['CITIZENS', row.citizens],
    ['BUSINESS', row.business],
    ['IN_KIND', row.inKind],
  ] as const;
  return {
    id: row.id ?? `application-${index}`,
    facts: {
      totalCost: kopecks(cost),
      funding: money.map(([source, amount = 0]) => ({ source, amount: kopecks(amount) })),
      beneficiaries: people,
      population,
      answers: answersOf(plan.answers, answers),
      votes: votes ? { for: BigInt(votes[0]), against: BigInt(votes[1]) } : null,
      submittedAt: submittedAt ? new Date(submittedAt) : null,
    },
    marks: new Map(Object.entries(marks)),
  };
}

/** The ranking of the applications under the rules of a file. */
export function ranking(name: string, rows: readonly Row[]): Ranked[] {
  const plan = planOf(name);
  return rank(
    plan,
    rows.map((row, index) => candidateOf(plan, row, index)),
  );
}

/** One application alone. */
export const assessed = (name: string, row: Row): Ranked => ranking(name, [row])[0]!;

export const pointsOf = ({ criteria }: Ranked, code: string, places = 0): string =>
  toDecimalString(criteria.find(({ criterion }) => criterion.code === code)!.points, places);

export const weightedOf = ({ criteria }: Ranked, code: string, places = 2): string =>
  toDecimalString(criteria.find(({ criterion }) => criterion.code === code)!.weighted, places);

export const totalOf = ({ total }: Ranked, places = 0): string => toDecimalString(total, places);

/** The ranges of a criterion of a file, changed as a regulation writes them. */
export function problemsWith(name: string, code: string, change: (ranges: any[]) => object[]): string[] {
  const { criteria, scoring, form } = fileOf(name).contest;
  const changed = criteria.map((criterion): any => {
    const { ranges } = criterion.parameters as { ranges?: any[] };
    return criterion.code === code && ranges
      ? { ...criterion, parameters: { ...criterion.parameters, ranges: change(ranges) } }
      : criterion;
  });
  const read = readPlanOf(changed, scoring, form);
  return read.ok ? [] : read.problems.map(({ reason }) => reason);
}
