import { parseRational } from '@veche/kit/domain/rational';
import type { Content, Funding } from '../application.ts';
import { contentErrors } from '../content.ts';
import { stageOf, type Contest } from '../contest.ts';
import type { Division } from '../division.ts';
import type { FieldError } from '../field-error.ts';
import { formFields } from '../form-fields.ts';
import { PROJECT_TYPES } from '../project-type.ts';
import type { Draws } from './draws.ts';
import { madeAnswer, type Made } from './generated-answers.ts';

/** An application that takes part in a run. */
export interface Participant {
  id: string;
  number: string;
  content: Content;
  /** A contest of another system tells the cost alone. */
  imported: boolean;
  submittedAt: Date | null;
}

const MINUTE = 60_000;

/** Applications made up by the rules of a contest: money within its limits, answers within the bounds of its form. */
export function generated(contest: Contest, count: number, draws: Draws): Participant[] {
  const opens = stageOf(contest, 'INTAKE')?.opensAt.getTime() ?? 0;
  const engines: Made['engines'] = new Map();
  return Array.from({ length: count }, (_, index) => ({
    id: `generated-${String(index + 1).padStart(5, '0')}`,
    number: String(index + 1),
    content: contentOf(contest, { draws, engines, name: `заявка ${index + 1}` }),
    imported: false,
    submittedAt: new Date(opens + index * MINUTE),
  }));
}

/** What of made-up applications their own contest would refuse, each field once: a form may ask what its bounds do not tell. */
export function unmade(contest: Contest, made: readonly Participant[]): FieldError[] {
  const wrong = made.flatMap(({ content }) => contentErrors(contest, content));
  return [...new Map(wrong.map((error) => [error.path.replace(/\.\d+/g, ''), error])).values()];
}

function contentOf(contest: Contest, { draws, engines, name }: Pick<Made, 'draws' | 'engines' | 'name'>): Content {
  const divisions = choiceOf(contest.divisions ?? [], draws, name);
  const funding = fundingOf(contest, divisions, draws, name);
  const population = draws.whole(`${name} население`, 500, 50_000);
  const answers = formFields(contest).flatMap(({ name: field, schema }) => {
    const made = { form: contest.form, draws, engines, name, oktmo: contest.oktmo, funding };
    const value = madeAnswer(made, field, schema);
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    title: `Созданная ${name}`,
    oktmo: contest.oktmo,
    category: draws.one(`${name} тип`, PROJECT_TYPES),
    totalCost: funding.reduce((sum, { amount }) => sum + amount, 0n),
    funding,
    beneficiaries: Math.max(1, Math.floor((population * draws.whole(`${name} доля`, 5, 95)) / 100)),
    population,
    divisions: divisions.map(({ code }) => code),
    answers: Object.fromEntries(answers),
  };
}

/** One of each kind. */
const choiceOf = (divisions: readonly Division[], draws: Draws, name: string): Division[] =>
  [...Map.groupBy(divisions, ({ kind }) => kind)].map(([kind, all]) => draws.one(`${name} ${kind}`, all));

const ROUBLE = 100n;
/** Where a contest limits no project, a project asks for a tenth of its money at most. */
const UNLIMITED = 10n;
/** Percent of the cost that the applicants bear above what they must. */
const GENEROSITY = 30;

/** The contest's money between a tenth and the whole of what a project may take, and an own share from the least that is asked. */
function fundingOf(contest: Contest, chosen: readonly Division[], draws: Draws, name: string): Funding[] {
  const limits = [contest.maxPerProject ?? contest.budget / UNLIMITED, ...chosen.map(({ budget }) => budget ?? null)];
  const limit = limits.reduce<bigint>((least, one) => (one !== null && one < least ? one : least), contest.budget);
  const asked = atLeastOne((limit * BigInt(draws.whole(`${name} запрос`, 100, 1000))) / 1000n);
  const { n, d } = parseRational(contest.minOwnShare ?? '0');
  const needed = Math.ceil(Number((n * 100n) / d) / 100) + (n === 0n ? 0 : 1);
  const share = BigInt(draws.whole(`${name} участие`, Math.min(needed, 99), Math.min(needed + GENEROSITY, 99)));
  const own = roundedUp((asked * share) / (100n - share));
  const citizens = (own * BigInt(draws.whole(`${name} жители`, 0, 100))) / 100n;
  return [
    ...budgetOf(contest, asked, draws, name),
    part('CITIZENS', citizens),
    part('BUSINESS', own - citizens),
  ].filter(({ amount }) => amount > 0n);
}

/** Of a contest of the region the municipality bears a part. */
function budgetOf({ level }: Contest, asked: bigint, draws: Draws, name: string): Funding[] {
  if (level !== 'REGION') return [part('MUNICIPAL', asked)];
  const municipal = (asked * BigInt(draws.whole(`${name} местный бюджет`, 5, 30))) / 100n;
  return [part('REGIONAL', asked - municipal), part('MUNICIPAL', municipal)];
}

const part = (source: Funding['source'], amount: bigint): Funding => ({ source, amount });
const atLeastOne = (kopecks: bigint): bigint => {
  const whole = (kopecks / ROUBLE) * ROUBLE;
  return whole > 0n ? whole : 1n;
};
const roundedUp = (kopecks: bigint): bigint => ((kopecks + ROUBLE - 1n) / ROUBLE) * ROUBLE;
