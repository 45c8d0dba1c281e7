import { localDateOf } from '@veche/kit/domain/calendar';
import type { Application } from './application.ts';
import { timeProblem } from './application-steps.ts';
import { contentErrors } from './content.ts';
import { stageOf, type Contest } from './contest.ts';
import type { FieldError, FieldErrorCode } from './field-error.ts';
import { isAddressed } from './rework.ts';
import { uploadErrors, type Upload } from './uploads.ts';

export const CHECKS = [
  'COMPLETENESS',
  'FORM',
  'LIMITS',
  'SUMS',
  'TERRITORY',
  'DATES',
  'REQUISITES',
  'DUPLICATES',
  'GROUP',
  'TERM',
  'REMARKS',
] as const;
export type CheckCode = (typeof CHECKS)[number];

/** A check before filing; a failed one keeps the application from being filed, a warning is for people to judge. */
export interface Check {
  code: CheckCode;
  state: 'PASSED' | 'WARNING' | 'FAILED';
  errors: readonly FieldError[];
  /** For the sentence of a check that is not about single fields. */
  params: Readonly<Record<string, string | number>>;
}

export interface Checks {
  /** Share of the required fields that are filled in rightly, whole per cent. */
  completeness: number;
  mayBeFiled: boolean;
  checks: readonly Check[];
}

/** What the checks are made against, beside the application itself. */
export interface Surroundings {
  contest: Contest;
  members: number;
  /** Files that were uploaded for it. */
  uploads: readonly Upload[];
  /** Numbers of filed applications of the contest with the same title and place. */
  duplicates: readonly string[];
  now: Date;
}

const KIND: Readonly<Partial<Record<FieldErrorCode, CheckCode>>> = {
  REQUIRED: 'COMPLETENESS',
  TOO_FEW: 'COMPLETENESS',
  FILE_MISSING: 'COMPLETENESS',
  OVER_LIMIT: 'LIMITS',
  MORE_THAN_POPULATION: 'LIMITS',
  SUM_DIFFERS: 'SUMS',
  SHARE_TOO_SMALL: 'SUMS',
  SOURCE_REPEATED: 'SUMS',
  OUTSIDE_TERRITORY: 'TERRITORY',
  GEOMETRY_INVALID: 'TERRITORY',
  DATES_ORDER: 'DATES',
  CODE_INVALID: 'REQUISITES',
};
const AMOUNTS = new Set(['totalCost', 'beneficiaries', 'population']);

const kindOf = ({ code, path }: FieldError): CheckCode =>
  // A number that was never written is missing rather than wrong.
  code === 'NOT_POSITIVE' && AMOUNTS.has(path) ? 'COMPLETENESS' : (KIND[code] ?? 'FORM');

/** Everything that is checked before filing, each check once and in a fixed order. */
export function checksOf(application: Application, around: Surroundings): Checks {
  const { content } = application;
  const errors = [...contentErrors(around.contest, content), ...uploadErrors(content.answers, around.uploads)];
  const byFields = (code: CheckCode): Check => {
    const found = errors.filter((error) => kindOf(error) === code);
    return { code, state: found.length > 0 ? 'FAILED' : 'PASSED', errors: found, params: {} };
  };
  const checks = CHECKS.map((code) => OWN[code]?.(application, around, byFields(code)) ?? byFields(code));
  return {
    completeness: completenessOf(around.contest, errors),
    mayBeFiled: checks.every(({ state }) => state !== 'FAILED'),
    checks,
  };
}

type OwnCheck = (application: Application, around: Surroundings, byFields: Check) => Check;

/** Checks that look at more than the content. */
const OWN: Partial<Record<CheckCode, OwnCheck>> = {
  DATES: (application, { contest }, byFields) => {
    const late = byFields.state === 'PASSED' ? lateFields(application, contest) : [];
    return late.length > 0 ? { ...byFields, state: 'WARNING', params: { fields: late.join(', ') } } : byFields;
  },
  DUPLICATES: (_application, { duplicates }, check) =>
    duplicates.length > 0 ? { ...check, state: 'WARNING', params: { numbers: duplicates.join(', ') } } : check,
  GROUP: ({ municipality }, { contest, members }, check) => ({
    ...check,
    // A municipality files without a group.
    state: !municipality && members < contest.groupMinimum ? 'FAILED' : 'PASSED',
    params: { min: contest.groupMinimum, members },
  }),
  TERM: (application, { contest, now }, check) => {
    const problem = timeProblem(application, contest, now);
    return problem ? { ...check, state: 'FAILED', params: { problem } } : check;
  },
  REMARKS: (application, _around, check) => {
    const open = application.remarks.filter((remark) => !isAddressed(application, remark));
    return { ...check, state: open.length > 0 ? 'WARNING' : 'PASSED', params: { count: open.length } };
  },
};

interface Period {
  end?: unknown;
}

/** Periods that end after the contest's time for the works. */
function lateFields({ content }: Application, contest: Contest): string[] {
  const works = stageOf(contest, 'IMPLEMENTATION');
  if (!works) return [];
  const last = localDateOf(works.closesAt, contest.timeZone);
  return Object.entries(content.answers)
    .filter(([, value]) => {
      const end = (value as Period | null)?.end;
      return typeof end === 'string' && end > last;
    })
    .map(([name]) => `answers.${name}`);
}

const REQUIRED = ['title', 'oktmo', 'category', 'totalCost', 'funding', 'beneficiaries', 'population'];

/** Fields that a rule of the form asks for only under a condition count as long as they are missing. */
function completenessOf({ form, divisions }: Contest, errors: readonly FieldError[]): number {
  const { required = [] } = form as { required?: string[] };
  const asked = new Set([
    ...REQUIRED,
    ...((divisions ?? []).length > 0 ? ['divisions'] : []),
    ...required.map((name) => `answers.${name}`),
    ...errors.filter(({ code }) => code === 'REQUIRED').map(({ path }) => path),
  ]);
  const wrong = [...asked].filter((field) => errors.some(({ path }) => path === field || path.startsWith(`${field}.`)));
  return Math.floor(((asked.size - wrong.length) * 100) / asked.size);
}
