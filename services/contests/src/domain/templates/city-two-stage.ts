import { byExperts, isoDate, LEGAL_CONTENT, type Template } from './template.ts';

/** Contest of a large city: district assessment first, then a vote of the residents for one project. */
export const cityTwoStage: Template = {
  code: 'city-two-stage',
  title: 'Двухэтапный городской конкурс',
  description:
    'Рассмотрение районными комиссиями, затем голосование жителей города за один проект и решение городского комитета.',
  level: 'MUNICIPALITY',
  practice: 'PEOPLES_BUDGET',
  legalRegime: 'RU_131FZ_26_1',
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
  form: {
    type: 'object',
    required: ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'district', 'ownerConfirmed'],
    additionalProperties: false,
    properties: {
      ...LEGAL_CONTENT,
      district: { type: 'string', title: 'Район города', minLength: 3, maxLength: 100 },
      ownerConfirmed: { type: 'boolean', title: 'Объект находится в муниципальной собственности', enum: [true] },
      assemblyDate: isoDate('Дата собрания жителей'),
    },
  },
  criteria: [
    byExperts('relevance', 'Актуальность', '5', '1.5'),
    byExperts('feasibility', 'Осуществимость', '5', '1.5'),
    byExperts('costs', 'Обоснованность стоимости', '5', '1.5'),
    byExperts('effect', 'Социальный эффект', '5', '1.5'),
    {
      code: 'own-share',
      kind: 'STEP',
      title: 'Доля средств инициаторов',
      maxPoints: '25',
      weight: '1',
      parameters: {
        input: 'CITIZENS_SHARE',
        // The scale of fifteen points of a municipal act, stretched to twenty-five.
        ranges: [
          { from: '0', fromIncluded: true, to: '5', toIncluded: false, points: '0' },
          { from: '5', fromIncluded: true, to: '10', toIncluded: true, points: '1.666667' },
          { from: '10', fromIncluded: false, to: '20', toIncluded: true, points: '5' },
          { from: '20', fromIncluded: false, to: '30', toIncluded: true, points: '10' },
          { from: '30', fromIncluded: false, to: '40', toIncluded: true, points: '15' },
          { from: '40', fromIncluded: false, to: '50', toIncluded: true, points: '20' },
          { from: '50', fromIncluded: false, to: null, toIncluded: false, points: '25' },
        ],
      },
    },
    byExperts('accessibility', 'Доступность для маломобильных жителей', '10', '1'),
    byExperts('novelty', 'Новизна', '10', '1'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'choose-1' },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'stop',
    tieBreak: ['moreVotes', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 16, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 10,
};
