import { count, COST_LINES, form, text } from './fields.ts';
import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** The method of twelve stages (ЛОНИ): a settlement names and ranks its problems before it writes a project for the first of them. */
export const settlementProblems: Template = {
  code: 'settlement-problems',
  title: 'Конкурс сельских территорий с выбором проблем на собраниях',
  description: 'Жители сначала называют и ранжируют проблемы поселения, затем готовят проект по главной из них.',
  level: 'REGION',
  practice: 'LOCAL_INITIATIVES_SUPPORT',
  legalRegime: 'RU_REGIONAL',
  stages: [
    'ANNOUNCEMENT',
    'INTAKE',
    'ADMISSION',
    'EXPERTISE',
    'VOTING',
    'COMMISSION',
    'COLLECTION',
    'IMPLEMENTATION',
    'REPORT',
  ],
  form: form(
    {
      ...LEGAL_CONTENT,
      problems: {
        type: 'array',
        title: 'Проблемы поселения по числу голосов на собрании',
        minItems: 2,
        maxItems: 20,
        items: {
          type: 'object',
          required: ['name', 'votes'],
          additionalProperties: false,
          properties: {
            name: { type: 'string', title: 'Проблема', minLength: 5, maxLength: 300 },
            votes: { type: 'integer', title: 'Голоса', minimum: 0, maximum: 1_000_000 },
          },
        },
      },
      meetings: count('Проведено собраний', 1),
      labour: text('Трудовое участие жителей', 10, 2000),
      costLines: COST_LINES,
    },
    ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'problems', 'meetings', 'costLines'],
  ),
  criteria: [
    {
      code: 'beneficiaries',
      kind: 'LINEAR',
      title: 'Доля благополучателей в населении',
      maxPoints: '20',
      weight: '1',
      parameters: { input: 'BENEFICIARIES_SHARE', a: '0', b: '100' },
    },
    byExperts('priority', 'Обоснованность выбора проблемы', '10', '4'),
    byExperts('labour', 'Трудовое участие', '10', '2'),
    byExperts('durability', 'Долговременность результата', '10', '2'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'choose-1' },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['expertScore', 'moreVotes', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 16, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 10,
};
