import type { Criterion } from '@veche/kit/domain/criterion';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { ContestLevel, Eligibility, Practice, ResultsVisibility, StageType } from '../contest.ts';
import type { LegalRegime } from '../legal-regime.ts';

export interface Template {
  code: string;
  title: string;
  description: string;
  level: ContestLevel;
  practice: Practice;
  legalRegime: LegalRegime;
  stages: readonly StageType[];
  /** JSON Schema of the answers. */
  form: object;
  criteria: readonly Criterion[];
  votingRule: VotingRule;
  eligibility: Eligibility;
  /** Who may apply, where it is not as the law says. */
  applicants?: Eligibility;
  resultsVisibility: ResultsVisibility;
  groupMinimum: number;
}

const LONG = { minLength: 200, maxLength: 5000 };

/** Content of an initiative project that 131-ФЗ article 26.1 asks for, beside title, place and money. */
export const LEGAL_CONTENT = {
  problem: { type: 'string', title: 'Описание проблемы, имеющей приоритетное значение для жителей', ...LONG },
  rationale: { type: 'string', title: 'Обоснование предложений по решению проблемы', ...LONG },
  expectedResults: {
    type: 'array',
    title: 'Ожидаемые результаты',
    minItems: 1,
    maxItems: 20,
    items: {
      type: 'object',
      required: ['text'],
      additionalProperties: false,
      properties: {
        text: { type: 'string', title: 'Результат', minLength: 5, maxLength: 500 },
        indicator: { type: 'string', title: 'Показатель', maxLength: 200 },
        value: { type: 'string', title: 'Значение', maxLength: 50 },
      },
    },
  },
  plannedPeriod: {
    type: 'object',
    title: 'Планируемые сроки реализации',
    required: ['start', 'end'],
    additionalProperties: false,
    properties: { start: isoDate('Начало'), end: isoDate('Окончание') },
  },
  minutes: {
    type: 'object',
    title: 'Протокол собрания или иной документ об обсуждении',
    required: ['date', 'participants'],
    additionalProperties: false,
    properties: {
      date: isoDate('Дата'),
      number: { type: 'string', title: 'Номер', maxLength: 50 },
      participants: { type: 'integer', title: 'Число участников', minimum: 1 },
    },
  },
} as const;

export function isoDate(title: string) {
  return { type: 'string', title, pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' } as const;
}

/** An expert criterion of the usual kind: whole points from 0 and a comment. */
export const byExperts = (code: string, title: string, maxPoints: string, weight: string): Criterion => ({
  code,
  kind: 'EXPERT',
  title,
  maxPoints,
  weight,
  parameters: { commentRequired: true },
});
