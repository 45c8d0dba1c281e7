import { formatMoney, parseMoney } from '@veche/kit/domain/money';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { draftOf } from './calendar.ts';
import { STAGE_PLACES, type Contest, type LegalAct } from './contest.ts';
import type { NewContest } from './draft.ts';
import { fieldErrorOf, type FieldError } from './field-error.ts';
import { LEGAL_REGIMES } from './legal-regime.ts';
import { PASSING } from './tier/link.ts';

/** The name and version that every file of a contest begins with. */
const FORMAT = { format: 'veche-contest', version: 1 } as const;

/** A contest as a file: its rules and nothing of its life; money in roubles as text. */
export function contestFile(contest: Contest): object {
  const { template, title, oktmo, timeZone, level, practice, legalRegime, groupMinimum, minOwnShare } = contest;
  const { form, uiSchema, criteria, votingRule, eligibility, resultsVisibility, winnersBy, graceSeconds } = contest;
  const rules = {
    template,
    title,
    oktmo,
    timeZone,
    level,
    practice,
    legalRegime,
    groupMinimum,
    minOwnShare,
    budget: formatMoney(contest.budget),
    maxPerProject: contest.maxPerProject === null ? null : formatMoney(contest.maxPerProject),
    legalBasis: contest.legalBasis.map(({ article, ...act }) => ({ ...act, article: article ?? null })),
    divisions: (contest.divisions ?? []).map(({ budget, ...one }) => ({
      ...one,
      budget: (budget ?? null) === null ? null : formatMoney(budget!),
    })),
    regionalHolidays: contest.regionalHolidays ?? [],
    tier: contest.tier ?? null,
    stages: contest.stages.map((stage) => draftOf(stage)),
    form,
    uiSchema,
    criteria,
    scoring: contest.scoring ?? null,
    votingRule,
    eligibility,
    applicants: contest.applicants ?? null,
    resultsVisibility,
    winnersBy: winnersBy ?? null,
    graceSeconds,
  };
  return { ...FORMAT, contest: withoutNull(JSON.parse(JSON.stringify(rules))) };
}

const withoutNull = (rules: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== null));

const text = (maxLength: number) => ({ type: 'string', maxLength });
const money = { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,2})?$' };
const local = { type: ['string', 'null'], maxLength: 19 };
const list = (items: object, maxItems: number) => ({ type: 'array', items, maxItems });
const closed = (properties: object, ...required: string[]) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const TERM = {
  ...closed({ amount: { type: 'integer' }, unit: { enum: ['WORKING_DAY', 'CALENDAR_DAY'] } }, 'amount', 'unit'),
  type: ['object', 'null'],
};
const places = { type: ['integer', 'null'] };
const TIER = closed(
  {
    from: { enum: ['LISTED', 'BELOW'] },
    contestIds: { ...list(text(64), 200), type: ['array', 'null'] },
    entry: { enum: ['CARRY', 'FILING'] },
    outcomes: list({ enum: PASSING }, 3),
    perContest: places,
    perMunicipality: places,
    exceptions: {
      ...list(closed({ oktmo: text(11), most: { type: 'integer' } }, 'oktmo', 'most'), 200),
      type: ['array', 'null'],
    },
    fields: { ...list(closed({ from: text(100), to: text(100) }, 'from', 'to'), 200), type: ['array', 'null'] },
    signature: { enum: ['SIMPLE', 'ENHANCED', null] },
  },
  'from',
  'entry',
  'outcomes',
);
const PRACTICES = [
  'LOCAL_INITIATIVES_SUPPORT',
  'PEOPLES_BUDGET',
  'CITIZEN_COMMISSION',
  'TOS',
  'SCHOOL',
  'YOUTH',
  'VOTE_DRIVEN',
  'SELF_TAXATION',
  'GRANT_CONTEST',
];
const ELIGIBILITY = closed(
  { minAge: { type: 'integer' }, ageOn: { type: ['string', 'null'] }, residence: { type: ['string', 'null'] } },
  'minAge',
);
const RULES = {
  template: { type: 'string', pattern: '^[a-z0-9-]{1,60}$' },
  title: text(1000),
  oktmo: { type: 'string', pattern: '^(?:[0-9]{8}|[0-9]{11})$' },
  timeZone: text(100),
  level: { enum: ['REGION', 'MUNICIPALITY', 'DISTRICT'] },
  practice: { enum: PRACTICES },
  legalRegime: { enum: Object.keys(LEGAL_REGIMES) },
  groupMinimum: { type: 'integer' },
  minOwnShare: text(20),
  budget: money,
  maxPerProject: money,
  legalBasis: list(
    closed(
      { title: text(1000), number: text(1000), date: text(20), article: { type: ['string', 'null'], maxLength: 1000 } },
      'title',
      'number',
      'date',
    ),
    100,
  ),
  divisions: list(
    closed(
      {
        code: text(100),
        kind: { enum: ['GROUP', 'NOMINATION'] },
        title: text(500),
        budget: { ...money, type: ['string', 'null'] },
        passingScore: { type: ['string', 'null'], maxLength: 20 },
        winnersLimit: { type: ['integer', 'null'] },
      },
      'code',
      'kind',
      'title',
    ),
    200,
  ),
  tier: TIER,
  regionalHolidays: list(closed({ date: text(20), title: text(500) }, 'date', 'title'), 200),
  stages: list(
    closed({ type: { enum: Object.keys(STAGE_PLACES) }, opensLocal: local, closesLocal: local, term: TERM }, 'type'),
    50,
  ),
  form: { type: 'object' },
  uiSchema: { type: 'object' },
  criteria: list({ type: 'object' }, 100),
  scoring: { type: 'object' },
  votingRule: { type: 'object' },
  eligibility: ELIGIBILITY,
  applicants: ELIGIBILITY,
  resultsVisibility: { enum: ['LIVE', 'HIDDEN_UNTIL_END'] },
  winnersBy: { enum: ['VOTE', 'COMMISSION'] },
  graceSeconds: { type: 'integer' },
};
const NEEDED = [
  'template',
  'title',
  'oktmo',
  'timeZone',
  'budget',
  'legalBasis',
  'stages',
  'form',
  'criteria',
  'votingRule',
];
const FILE = closed(
  {
    format: { const: FORMAT.format },
    version: { const: FORMAT.version },
    contest: closed(RULES, ...NEEDED, 'eligibility'),
  },
  'format',
  'version',
  'contest',
);
const check = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  strictTypes: false,
}).compile(FILE);

/** Whether a value says of itself that it is a contest in a version that is known here. */
export function isContestFile(file: unknown): boolean {
  const { format, version } = (file ?? {}) as Record<string, unknown>;
  return format === FORMAT.format && version === FORMAT.version;
}

const ERRORS_MAX = 100;

/** What a file holds, or everything that is wrong with its shape, place by place; what its rules mean is checked by `createContest`. */
export function readContestFile(
  file: unknown,
): { contest: NewContest; errors: null } | { contest: null; errors: FieldError[] } {
  if (!check(file)) {
    const errors = (check.errors ?? []).filter(({ keyword }) => keyword !== 'if').slice(0, ERRORS_MAX);
    return { contest: null, errors: errors.map((error) => fieldErrorOf('file', error)) };
  }
  const { budget, maxPerProject, divisions, ...rules } = (file as { contest: FileRules }).contest;
  const contest = {
    ...rules,
    budget: parseMoney(budget),
    maxPerProject: maxPerProject ? parseMoney(maxPerProject) : null,
    divisions: (divisions ?? []).map((one) => ({ ...one, budget: one.budget ? parseMoney(one.budget) : null })),
  };
  return { contest: contest as unknown as NewContest, errors: null };
}

interface FileRules extends Record<string, unknown> {
  budget: string;
  maxPerProject?: string;
  divisions?: { budget?: string | null }[];
}

/** What a clone takes from another contest, with every date so many years later; a 29 February becomes the 28th. */
export function clonedRules(contest: Contest, { title, years }: { title?: string | null; years: number }): NewContest {
  const read = readContestFile(contestFile(contest));
  if (!read.contest) throw new Error(`a stored contest is no file: ${read.errors.map(({ path }) => path).join(', ')}`);
  const later = (date: string | null | undefined): string | null => (date ? shifted(date, years) : null);
  const { stages, regionalHolidays, eligibility, applicants, legalBasis, tier } = read.contest;
  return {
    ...read.contest,
    ...(title ? { title } : {}),
    legalBasis: legalBasis as readonly LegalAct[],
    stages: stages.map((stage) => ({
      ...stage,
      opensLocal: later(stage.opensLocal),
      closesLocal: later(stage.closesLocal),
    })),
    regionalHolidays: (regionalHolidays ?? []).map((holiday) => ({ ...holiday, date: later(holiday.date)! })),
    // Next year's contests of the first tier are others; they are named anew before the publication.
    ...(tier ? { tier: { ...tier, contestIds: [] } } : {}),
    eligibility: { ...eligibility, ageOn: later(eligibility?.ageOn) },
    applicants: applicants ? { ...applicants, ageOn: later(applicants.ageOn) } : null,
  };
}

function shifted(date: string, years: number): string {
  const year = Number(date.slice(0, 4)) + years;
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return `${year}${leap ? date.slice(4) : date.slice(4).replace(/^-02-29/, '-02-28')}`;
}
