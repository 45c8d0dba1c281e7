import { choice, COST_LINES, form, PHOTOS, PLACE, text, whenever } from './fields.ts';
import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** People's budget of a city (БФТ.Решаем вместе): residents propose and choose, the district commission admits. */
export const peoplesBudget: Template = {
  code: 'peoples-budget',
  title: 'Народный бюджет города',
  description:
    'Предложения жителей, проверка районной комиссией, голосование за несколько проектов в пределах бюджета.',
  level: 'MUNICIPALITY',
  practice: 'PEOPLES_BUDGET',
  legalRegime: 'RU_33FZ_49',
  stages: ['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'VOTING', 'COMMISSION', 'IMPLEMENTATION', 'REPORT'],
  form: form(
    {
      ...LEGAL_CONTENT,
      district: text('Район города', 3, 100),
      ownership: choice('Чей участок', 'MUNICIPAL', 'COMMON', 'UNKNOWN'),
      ownersConsent: text('Согласие собственников: реквизиты протокола', 5, 500),
      place: PLACE,
      costLines: COST_LINES,
      photos: PHOTOS,
    },
    ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'district', 'ownership', 'place', 'costLines'],
    whenever('ownership', 'COMMON', 'ownersConsent'),
  ),
  criteria: [byExperts('relevance', 'Актуальность', '10', '1'), byExperts('feasibility', 'Осуществимость', '10', '1')],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 5 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['lowerCost', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 14, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 1,
};
