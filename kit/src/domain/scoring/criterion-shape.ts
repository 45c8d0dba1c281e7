import {
  AGGREGATES,
  CAPITAL_PROGRESS,
  JURY_ASSIGNMENTS,
  ROUNDING_MODES,
  STATISTICS,
  VOTE_MEASURES,
  type CriterionKind,
} from '../criterion.ts';
import {
  list,
  nullable,
  object,
  oktmo,
  oneOf,
  optionalDecimal,
  plainDecimal,
  text,
  truth,
  whole,
  wording,
  type Check,
} from '../shape.ts';

const FORMULA = wording(1000);
const ROUNDING = nullable(
  object({ places: whole(0, 6), mode: oneOf(...Object.keys(ROUNDING_MODES)) }, ['places', 'mode']),
);
const MEASURED = { input: FORMULA, inputRound: ROUNDING };
const RANGE = object(
  { from: plainDecimal, fromIncluded: truth, to: nullable(plainDecimal), toIncluded: truth, points: plainDecimal },
  ['from', 'fromIncluded', 'to', 'toIncluded', 'points'],
);
const RANGES = list(RANGE, { max: 100 });
const OPTION = object({ value: wording(200), points: plainDecimal }, ['value', 'points']);
const ITEM = object({ title: text, condition: FORMULA, points: plainDecimal }, ['title', 'condition', 'points']);
const CASE = object({ when: nullable(FORMULA), ranges: RANGES }, ['ranges']);
const STATISTIC = nullable(oneOf(...STATISTICS));

const PARAMETERS: Record<CriterionKind, Check> = {
  EXPERT: object({ commentRequired: truth, aggregate: nullable(oneOf(...AGGREGATES)) }, ['commentRequired']),
  LINEAR: object({ ...MEASURED, a: plainDecimal, b: plainDecimal }, ['input', 'a', 'b']),
  COHORT_LINEAR: object(
    { ...MEASURED, a: optionalDecimal, b: optionalDecimal, aStat: STATISTIC, bStat: STATISTIC, flat: optionalDecimal },
    ['input'],
  ),
  STEP: object({ ...MEASURED, ranges: RANGES, cases: list(CASE, { max: 20 }) }, ['input']),
  RATE: object(
    {
      ...MEASURED,
      x0: plainDecimal,
      unit: plainDecimal,
      base: plainDecimal,
      k: plainDecimal,
      rounding: oneOf('FLOOR', 'CEIL', 'HALF_UP'),
      lower: list(RANGE, { min: 0, max: 100 }),
    },
    ['input', 'x0', 'unit', 'base', 'k', 'rounding', 'lower'],
  ),
  BOOL: object({ condition: FORMULA, yes: plainDecimal, no: plainDecimal }, ['condition', 'yes', 'no']),
  ENUM: object({ input: FORMULA, options: list(OPTION, { max: 100 }), otherwise: optionalDecimal }, [
    'input',
    'options',
  ]),
  CHECKLIST: object({ items: list(ITEM, { max: 50 }) }, ['items']),
  VOTE: object({ measure: oneOf(...VOTE_MEASURES) }, ['measure']),
  GATE: object({ condition: FORMULA, message: wording(500), before: nullable(truth) }, ['condition', 'message']),
  GROUP: object({ weightSum: optionalDecimal }),
};

const CRITERION = object(
  {
    code: wording(50),
    kind: oneOf(...Object.keys(PARAMETERS)),
    title: wording(300),
    maxPoints: plainDecimal,
    weight: plainDecimal,
    group: nullable(wording(50)),
    round: ROUNDING,
    least: optionalDecimal,
    parameters: () => null,
  },
  ['code', 'kind', 'title', 'maxPoints', 'weight', 'parameters'],
);

/** Whether a value has the form of a criterion, parameters of its kind included. */
export const criterionShape: Check = (value, path) => {
  const problem = CRITERION(value, path);
  if (problem) return problem;
  const { kind, parameters } = value as { kind: CriterionKind; parameters: unknown };
  return PARAMETERS[kind](parameters, `${path}.parameters`);
};

const TIE_BREAKER = object(
  {
    by: oneOf('CRITERION', 'FORMULA', 'EARLIER'),
    criterion: nullable(wording(50)),
    formula: nullable(FORMULA),
    first: nullable(oneOf('MORE', 'LESS')),
  },
  ['by'],
);

const DERIVED = object({ code: wording(50), title: wording(300), formula: FORMULA }, ['code', 'title', 'formula']);
const GROUP_THRESHOLD = object({ group: wording(200), threshold: plainDecimal }, ['group', 'threshold']);

const POINTS: Check = (value, path) =>
  typeof value === 'string' && /^(100|[1-9]\d?)$/.test(value)
    ? null
    : { path, reason: 'нужно целое число от 1 до 100' };
const JURY_CRITERION = object({ code: wording(50), title: wording(300), maxPoints: POINTS }, [
  'code',
  'title',
  'maxPoints',
]);
const PUBLIC_JURY = object(
  {
    criteria: list(JURY_CRITERION, { max: 20, distinct: ({ code }: { code: string }) => code }),
    assignment: oneOf(...JURY_ASSIGNMENTS),
    seats: nullable(whole(1, 10_000)),
    perApplication: nullable(whole(1, 100)),
    minAge: whole(14, 18),
    residentsOnly: truth,
  },
  ['criteria', 'assignment', 'seats', 'perApplication', 'minAge', 'residentsOnly'],
);

/** A person's points never add up to more than whole numbers of the schema hold, whatever a contest gathers. */
const CAPITAL_POINTS = whole(1, 10_000);
const VIRTUAL_CAPITAL = object(
  {
    endowment: CAPITAL_POINTS,
    presets: list(CAPITAL_POINTS, { min: 0, max: 10, distinct: (preset: number) => preset }),
    perApplication: nullable(CAPITAL_POINTS),
    progress: oneOf(...CAPITAL_PROGRESS),
    residence: nullable(oktmo),
  },
  ['endowment', 'presets', 'perApplication', 'progress'],
);

/** Whether a value has the form of a scoring. */
export const scoringShape: Check = object(
  {
    derived: list(DERIVED, { min: 0, max: 50, distinct: ({ code }: { code: string }) => code }),
    weightSum: optionalDecimal,
    round: ROUNDING,
    threshold: optionalDecimal,
    groupBy: nullable(FORMULA),
    groupThresholds: list(GROUP_THRESHOLD, { min: 0, max: 100, distinct: ({ group }: { group: string }) => group }),
    tieBreakers: list(TIE_BREAKER, { min: 0, max: 10 }),
    sheetSignature: oneOf('SIMPLE', 'ENHANCED'),
    documentSignature: oneOf('SIMPLE', 'ENHANCED'),
    publicJury: nullable(PUBLIC_JURY),
    virtualCapital: nullable(VIRTUAL_CAPITAL),
  },
  ['derived', 'weightSum', 'round', 'threshold', 'groupBy', 'groupThresholds', 'tieBreakers'],
);

export const criteriaShape: Check = list(criterionShape, { min: 0, max: 100 });
