import { percentOf } from '../formula/functions.ts';
import type { NameType, Value, ValueType } from '../formula/syntax.ts';
import { compare, parseRational, rational, type Rational } from '../rational.ts';

/** An answer to the form of the contest that its formulas read. Free texts are never among them. */
export interface Answer {
  /** As formulas write it: `answers.<field>`. */
  name: string;
  type: ValueType;
  /** A decimal, `true` or `false`, or the option chosen. */
  value: string;
}

/** What the formulas of a contest may read of an application; money in kopecks. */
export interface AssessedFacts {
  totalCost: bigint;
  funding: readonly { source: string; amount: bigint }[];
  beneficiaries: number;
  population: number;
  category?: string;
  oktmo?: string;
  submittedAt?: Date | null;
  answers?: readonly Answer[];
  votes?: { for: bigint; against: bigint } | null;
  jury?: JuryPoints | null;
  capital?: CapitalPoints | null;
  /** Minutes of the last final meeting of residents that decided about it. */
  meeting?: MeetingFacts | null;
}

/** What checked minutes say: people, votes on the question about the project, signatures on the sheets. */
export interface MeetingFacts {
  present: number;
  for: number;
  against: number;
  abstained: number;
  signatures: number;
}

/** What the public jury gave an application. */
export interface JuryPoints {
  /** Final sheets. */
  sheets: number;
  /** Points of all final sheets, and the most that so many sheets could have given. */
  points: bigint;
  possible: bigint;
}

/** What residents gave an application of their virtual capital. */
export interface CapitalPoints {
  points: bigint;
  /** Persons who gave. */
  supporters: number;
}

type Read = (facts: AssessedFacts) => Value;

const whole = (value: number | bigint): Rational => ({ n: BigInt(value), d: 1n });
const roubles = (kopecks: bigint): Rational => rational(kopecks, 100n);
const moneyOf =
  (source: string) =>
  ({ funding }: AssessedFacts): Rational =>
    roubles(funding.filter((line) => line.source === source).reduce((sum, { amount }) => sum + amount, 0n));
/** Sources that are the budget of a contest. */
export const BUDGET_SOURCES: readonly string[] = ['REGIONAL', 'MUNICIPAL'];

/** What an application asks from the budget, kopecks; the whole cost where only a total is known of it. */
export function requestedOf({ totalCost, funding }: Pick<AssessedFacts, 'totalCost' | 'funding'>): bigint {
  if (funding.length === 0) return totalCost;
  return funding.reduce((sum, { source, amount }) => (BUDGET_SOURCES.includes(source) ? sum + amount : sum), 0n);
}

/** Exact percentage of the requested roubles that points cover. */
export const coveredBy = (points: bigint, requested: bigint): Rational => percentOf(whole(points), roubles(requested));

const shareOf = (source: string): Read => {
  const amount = moneyOf(source);
  return (facts) => percentOf(amount(facts), roubles(facts.totalCost));
};

const NUMBERS: Readonly<Record<string, Read>> = {
  totalCost: ({ totalCost }) => roubles(totalCost),
  beneficiaries: ({ beneficiaries }) => whole(beneficiaries),
  population: ({ population }) => whole(population),
  'money.regional': moneyOf('REGIONAL'),
  'money.municipal': moneyOf('MUNICIPAL'),
  'money.citizens': moneyOf('CITIZENS'),
  'money.business': moneyOf('BUSINESS'),
  'money.inKind': moneyOf('IN_KIND'),
  'vote.for': ({ votes }) => whole(votes?.for ?? 0n),
  'vote.against': ({ votes }) => whole(votes?.against ?? 0n),
  // Exact percentage of the points that the public jury could have given; 0 where it gave no sheet.
  'jury.share': ({ jury }) => percentOf(whole(jury?.points ?? 0n), whole(jury?.possible ?? 0n)),
  'jury.sheets': ({ jury }) => whole(jury?.sheets ?? 0),
  'capital.points': ({ capital }) => whole(capital?.points ?? 0n),
  'capital.supporters': ({ capital }) => whole(capital?.supporters ?? 0),
  'capital.share': (facts) => coveredBy(facts.capital?.points ?? 0n, requestedOf(facts)),
  'meeting.present': ({ meeting }) => whole(meeting?.present ?? 0),
  'meeting.for': ({ meeting }) => whole(meeting?.for ?? 0),
  'meeting.against': ({ meeting }) => whole(meeting?.against ?? 0),
  'meeting.abstained': ({ meeting }) => whole(meeting?.abstained ?? 0),
  'meeting.signatures': ({ meeting }) => whole(meeting?.signatures ?? 0),
  // Exact percentages, by the names that criteria had before there were formulas.
  CITIZENS_SHARE: shareOf('CITIZENS'),
  BUSINESS_SHARE: shareOf('BUSINESS'),
  MUNICIPAL_SHARE: shareOf('MUNICIPAL'),
  ATTENDANCE_SHARE: ({ meeting, population }) => percentOf(whole(meeting?.present ?? 0), whole(population)),
  BENEFICIARIES_SHARE: (facts) => percentOf(whole(facts.beneficiaries), whole(facts.population)),
};

/** A formula that reads what is told after the admission: the vote, the public jury, virtual capital, minutes of meetings. */
export const TOLD_LATER = /\b(vote|jury|capital|meeting)\.|\bATTENDANCE_SHARE\b/;

/** Names that every contest has: sums in roubles, shares in percent, people, votes, project type and place. */
export const FACTS: ReadonlyMap<string, { type: NameType; read: Read }> = new Map([
  ...Object.entries(NUMBERS).map(([name, read]) => [name, { type: { type: 'NUMBER' } as NameType, read }] as const),
  ['category', { type: { type: 'TEXT' }, read: ({ category }) => category ?? '' }] as const,
  ['oktmo', { type: { type: 'TEXT' }, read: ({ oktmo }) => oktmo ?? '' }] as const,
]);

/** An answer of the form as formulas know it. */
export interface AnswerType extends NameType {
  name: string;
}

interface FieldSchema {
  type?: unknown;
  enum?: unknown;
}

const ANSWER_NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The fields of a form (JSON Schema of an object) that formulas may read: numbers, yes or no, and choices; never free texts. */
export function answerTypes(form: object): AnswerType[] {
  const { properties } = form as { properties?: Record<string, FieldSchema> };
  return Object.entries(properties ?? {}).flatMap(([field, schema]): AnswerType[] => {
    const type = typeOf(schema);
    return type && ANSWER_NAME.test(field) ? [{ name: `answers.${field}`, ...type }] : [];
  });
}

function typeOf({ type, enum: options }: FieldSchema): NameType | null {
  if (type === 'number' || type === 'integer') return { type: 'NUMBER' };
  if (type === 'boolean') return { type: 'BOOL' };
  const choices = Array.isArray(options) && options.every((option) => typeof option === 'string');
  return type === 'string' && choices ? { type: 'TEXT', options: ['', ...(options as string[])] } : null;
}

const LARGEST = 10n ** 15n;
const NOTHING: Record<ValueType, string> = { NUMBER: '0', BOOL: 'false', TEXT: '' };

/** The answers that formulas may read, of all fields: one that was not given counts as 0, no, or the empty text. */
export const answersOf = (types: readonly AnswerType[], given: Readonly<Record<string, unknown>>): Answer[] =>
  types.map(({ name, type }) => ({ name, type, value: textOf(type, given[name.slice('answers.'.length)]) }));

function textOf(type: ValueType, value: unknown): string {
  if (type === 'NUMBER') return typeof value === 'number' ? decimalOf(value) : NOTHING[type];
  if (type === 'BOOL') return String(value === true);
  return typeof value === 'string' ? value : NOTHING[type];
}

/** Six decimals of a number of JSON, within ±10^15. */
const decimalOf = (value: number): string => {
  const bounded = Math.min(Math.max(value, -Number(LARGEST)), Number(LARGEST));
  const [places, zeros] = [bounded.toFixed(6), /\.?0+$/];
  return places.includes('.') ? places.replace(zeros, '') : places;
};

/** Value of an answer; what cannot be read counts as not given. */
export function answerValue({ type, value }: Answer): Value {
  if (type === 'BOOL') return value === 'true';
  if (type === 'TEXT') return value;
  const number = /^-?\d{1,16}(\.\d{1,6})?$/.test(value) ? parseRational(value) : rational(0n);
  return compare(number, { n: LARGEST, d: 1n }) > 0 ? { n: LARGEST, d: 1n } : number;
}

/** Value of a field that was never told. */
export const nothingOf = (type: ValueType): Value => answerValue({ name: '', type, value: NOTHING[type] });
