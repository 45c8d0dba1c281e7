import { randomUUID } from 'node:crypto';
import type { Row } from './bad-input.ts';
import { newContest, newCriterion } from './world.ts';

const LONG = 'о'.repeat(5001);
const day = (from: string, to: string) => ({
  stages: [{ ...newContest().stages[0]!, opensLocal: from, closesLocal: to }],
});

const inTerm = { type: 'INTAKE', opensLocal: '2040-01-10T00:00:00' };

const asForm = (field: object, more: object = {}) => ({
  type: 'object',
  additionalProperties: false,
  properties: { field },
  ...more,
});
const endless = asForm({ $ref: '#/$defs/a' }, { $defs: { a: { $ref: '#/$defs/a' } } });
const withLines = (maxItems: number) => asForm({ type: 'array', maxItems, items: { type: 'string' } });
const withPattern = (pattern: string) => asForm({ type: 'string', pattern });

/** Contests that are described wrongly, or changed when they may not be. */
export const WRONG_CONTESTS: Row[] = [
  ['createContest', 'unknown template', { template: 'none' }, 'TEMPLATE_UNKNOWN'],
  ['createContest', 'title too short', { title: 'Мало' }, 'TITLE_LENGTH'],
  ['createContest', 'title too long', { title: LONG }, 'TITLE_LENGTH'],
  ['createContest', 'zone unknown', { timeZone: 'Mars/Base' }, 'TIME_ZONE_UNKNOWN'],
  ['createContest', 'no money', { budget: '0.00' }, 'BUDGET_NOT_POSITIVE'],
  ['createContest', 'money with three decimals', { budget: '1.234' }, 'BAD_USER_INPUT'],
  ['createContest', 'territory malformed', { oktmo: '123' }, 'BAD_USER_INPUT'],
  ['createContest', 'territory of others', { oktmo: '71874000' }, 'FORBIDDEN'],
  [
    'createContest',
    'a stage that ends before it begins',
    day('2030-02-01T00:00:00', '2030-01-01T00:00:00'),
    'STAGES_INVALID',
  ],
  [
    'createContest',
    'a wall time that does not exist',
    { timeZone: 'Europe/Berlin', ...day('2030-03-31T02:30:00', '2030-04-01T00:00:00') },
    'LOCAL_TIME_INVALID',
  ],
  [
    'createContest',
    'a rule that nobody knows',
    { votingRule: { version: 1, ballot: { type: 'approval' }, order: 'luck' } },
    'VOTING_RULE_INVALID',
  ],
  [
    'createContest',
    'a stage before the one that it follows',
    {
      stages: [
        ...newContest().stages,
        { type: 'COMMISSION', opensLocal: '2030-01-15T00:00:00', closesLocal: '2030-04-01T00:00:00' },
      ],
    },
    'STAGE_BEFORE_PREDECESSOR',
  ],
  [
    'createContest',
    'a term of no days',
    { stages: [{ ...inTerm, term: { amount: 0, unit: 'WORKING_DAY' } }] },
    'TERM_INVALID',
  ],
  [
    'createContest',
    'working days of a year without calendar',
    { stages: [{ ...inTerm, term: { amount: 5, unit: 'WORKING_DAY' } }] },
    'CALENDAR_MISSING',
  ],
  [
    'createContest',
    'a holiday without calendar',
    { regionalHolidays: [{ date: '2040-12-10', title: 'День округа' }] },
    'CALENDAR_MISSING',
  ],
  [
    'createContest',
    'a nomination with more money than the contest has',
    { divisions: [{ code: 'sport', kind: 'NOMINATION', title: 'Спорт', budget: '99999999999.00' }] },
    'DIVISION_INVALID',
  ],
  ['createContest', 'voters of thirteen', { eligibility: { minAge: 13 } }, 'ELIGIBILITY_INVALID'],
  ['createContest', 'groups of nobody', { groupMinimum: 0 }, 'GROUP_MINIMUM_INVALID'],
  ['updateContest', 'published', (w) => ({ contestId: w.contestId, expectedVersion: 99 }), 'VERSION_CONFLICT'],
  ['updateContest', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['updateContest', 'a draft of another territory', {}, 'NOT_FOUND', 'stranger'],
  [
    'setContestCriteria',
    'weights of 99',
    { criteria: [newCriterion({ weight: '99' })], scoring: { weightSum: '100' } },
    'CRITERIA_INVALID',
  ],
  [
    'setContestCriteria',
    'a function that nobody knows',
    { criteria: [newCriterion({ parameters: { input: 'f()', a: '0', b: '1' } })] },
    'CRITERIA_INVALID',
  ],
  ['setContestCriteria', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['setContestCriteria', 'a draft of another territory', {}, 'NOT_FOUND', 'stranger'],
  ['publishContest', 'published already', (w) => ({ contestId: w.contestId }), 'CONTEST_FROZEN'],
  ['amendContest', 'no reason', { reason: 'так' }, 'REASON_REQUIRED'],
  ['amendContest', 'no act any more', { legalBasis: [] }, 'LEGAL_BASIS_MISSING'],
  ['amendContest', 'money after the intake has opened', { budget: '1.00' }, 'RULE_FIXED'],
  ['amendContest', 'a draft', (w) => ({ contestId: w.draftId }), 'CONTEST_NOT_PUBLISHED'],
  ['amendContest', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['createContest', 'a share of 101 percent', { minOwnShare: '101' }, 'OWN_SHARE_INVALID'],
  ['importContest', 'what is no contest', { file: { format: 'other', version: 1 } }, 'BAD_USER_INPUT'],
  [
    'importContest',
    'a contest without rules',
    { file: { format: 'veche-contest', version: 1, contest: {} } },
    'FILE_INVALID',
  ],
  ['importContest', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['cloneContest', 'into the past', { years: -1 }, 'YEARS_INVALID'],
  ['cloneContest', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['createContest', 'a form that refers to itself', { form: endless }, 'FORM_INVALID'],
  ['createContest', 'a form with ten thousand lines', { form: withLines(10_000) }, 'FORM_INVALID'],
  ['createContest', 'a pattern that looks ahead', { form: withPattern('(?=a)a') }, 'FORM_INVALID'],
  ['rescheduleStage', 'no reason', { reason: 'так' }, 'REASON_REQUIRED'],
  [
    'rescheduleStage',
    'a boundary in the past',
    { stage: 'INTAKE', closesLocal: '2035-01-01T00:00:00' },
    'STAGE_BEFORE_PREDECESSOR',
  ],
  ['rescheduleStage', 'to the past', { closesLocal: '2020-01-01T00:00:00' }, 'STAGES_INVALID'],
  ['rescheduleStage', 'a draft', (w) => ({ contestId: w.draftId }), 'CONTEST_NOT_PUBLISHED'],
  ['approveBallotList', 'undecided applications', {}, 'APPLICATIONS_UNDECIDED'],
];
