import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** Contest of a region in which residents of all municipalities vote without residence binding, beside the experts. */
export const regionalContest: Template = {
  code: 'regional-contest',
  title: 'Региональный конкурс инициативных проектов',
  description:
    'Проекты муниципальных образований, голосование жителей региона за несколько проектов без привязки к месту жительства.',
  level: 'REGION',
  practice: 'VOTE_DRIVEN',
  legalRegime: 'RU_REGIONAL',
  stages: ['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'VOTING', 'EXPERTISE', 'COMMISSION', 'IMPLEMENTATION', 'REPORT'],
  form: {
    type: 'object',
    required: ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'maintenancePlan', 'assemblyAttendees'],
    additionalProperties: false,
    properties: {
      ...LEGAL_CONTENT,
      strategicDocument: { type: 'string', title: 'Документ стратегического планирования', maxLength: 500 },
      assemblyAttendees: { type: 'integer', title: 'Участники итогового собрания', minimum: 0 },
      maintenancePlan: { type: 'string', title: 'Содержание объекта после завершения', minLength: 20, maxLength: 5000 },
    },
  },
  criteria: [
    {
      code: 'municipal-share',
      kind: 'LINEAR',
      title: 'Доля местного бюджета',
      maxPoints: '10',
      weight: '1',
      parameters: { input: 'MUNICIPAL_SHARE', a: '5', b: '20' },
    },
    {
      code: 'citizens-share',
      kind: 'LINEAR',
      title: 'Доля инициативных платежей граждан',
      maxPoints: '10',
      weight: '1',
      parameters: { input: 'CITIZENS_SHARE', a: '1', b: '12' },
    },
    {
      code: 'business-share',
      kind: 'LINEAR',
      title: 'Доля средств юридических лиц и предпринимателей',
      maxPoints: '10',
      weight: '1',
      parameters: { input: 'BUSINESS_SHARE', a: '0', b: '10' },
    },
    {
      code: 'beneficiaries',
      kind: 'LINEAR',
      title: 'Доля благополучателей в населении',
      maxPoints: '10',
      weight: '1',
      parameters: { input: 'BENEFICIARIES_SHARE', a: '0', b: '100' },
    },
    byExperts('assembly', 'Участие жителей в итоговом собрании', '15', '1'),
    byExperts('labour', 'Трудовое и имущественное участие жителей', '5', '1'),
    byExperts('quality', 'Качество проработки проекта', '10', '1'),
    byExperts('effect', 'Социальный эффект', '10', '1'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 10 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['expertScore', 'lowerCost', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 14, ageOn: null, residence: null },
  resultsVisibility: 'LIVE',
  groupMinimum: 10,
};
