import { document } from './fields.ts';
import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** Selection of initiative projects in one municipality under 131-ФЗ article 26.1. */
export const municipalSelection: Template = {
  code: 'municipal-selection',
  title: 'Муниципальный конкурсный отбор инициативных проектов',
  description:
    'Отбор по статье 26.1 Федерального закона № 131-ФЗ: заявки инициативных групп, экспертная оценка, голосование жителей.',
  level: 'MUNICIPALITY',
  practice: 'LOCAL_INITIATIVES_SUPPORT',
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
    required: ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'discussionForm'],
    additionalProperties: false,
    properties: {
      ...LEGAL_CONTENT,
      discussionForm: {
        type: 'string',
        title: 'Форма обсуждения проекта',
        enum: ['ASSEMBLY', 'GATHERING', 'CONFERENCE', 'POLL', 'SIGNATURES'],
      },
      protocol: document('Протокол обсуждения или подписные листы'),
      supportersCount: { type: 'integer', title: 'Число поддержавших жителей', minimum: 0 },
      maintenancePlan: { type: 'string', title: 'Содержание объекта после завершения', maxLength: 5000 },
    },
  },
  criteria: [
    {
      code: 'citizens-share',
      kind: 'STEP',
      title: 'Доля инициативных платежей граждан',
      maxPoints: '15',
      weight: '1',
      parameters: {
        input: 'CITIZENS_SHARE',
        ranges: [
          { from: '0', fromIncluded: true, to: '5', toIncluded: false, points: '0' },
          { from: '5', fromIncluded: true, to: '10', toIncluded: true, points: '1' },
          { from: '10', fromIncluded: false, to: '20', toIncluded: true, points: '3' },
          { from: '20', fromIncluded: false, to: '30', toIncluded: true, points: '6' },
          { from: '30', fromIncluded: false, to: '40', toIncluded: true, points: '9' },
          { from: '40', fromIncluded: false, to: '50', toIncluded: true, points: '12' },
          { from: '50', fromIncluded: false, to: null, toIncluded: false, points: '15' },
        ],
      },
    },
    {
      code: 'beneficiaries',
      kind: 'STEP',
      title: 'Доля благополучателей в населении',
      maxPoints: '20',
      weight: '1',
      parameters: {
        input: 'BENEFICIARIES_SHARE',
        ranges: [
          { from: '0', fromIncluded: true, to: '30', toIncluded: true, points: '5' },
          { from: '30', fromIncluded: false, to: '60', toIncluded: true, points: '10' },
          { from: '60', fromIncluded: false, to: null, toIncluded: false, points: '20' },
        ],
      },
    },
    byExperts('supporters', 'Поддержка проекта жителями по листам обсуждения', '10', '2'),
    byExperts('durability', 'Долговременность результата', '10', '1.5'),
    byExperts('maintenance', 'Содержание объекта после завершения', '10', '1'),
    byExperts('accessibility', 'Доступность для маломобильных жителей', '10', '1'),
    byExperts('relevance', 'Актуальность проблемы для жителей', '10', '1'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 3 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 16, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 10,
};
