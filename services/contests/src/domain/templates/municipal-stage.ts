import { choice, COST_LINES, document, form, PLACE, text, whenever } from './fields.ts';
import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** Municipal stage of a regional practice (ИСИБ Югра): the municipality sets form, criteria and dates, its winners go on to the region. */
export const municipalStage: Template = {
  code: 'municipal-stage',
  title: 'Муниципальный этап регионального конкурса',
  description: 'Проекты инициативных групп муниципалитета, экспертная оценка; победители идут на региональный конкурс.',
  level: 'MUNICIPALITY',
  practice: 'VOTE_DRIVEN',
  legalRegime: 'RU_REGIONAL',
  stages: ['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'EXPERTISE', 'VOTING', 'COMMISSION', 'IMPLEMENTATION', 'REPORT'],
  form: form(
    {
      ...LEGAL_CONTENT,
      initiator: choice('Инициатор', 'GROUP', 'TOS', 'ELDER'),
      tosCharter: text('Номер и дата устава ТОС', 3, 200),
      maintenancePlan: text('Содержание объекта после завершения', 20, 5000),
      place: PLACE,
      estimate: document('Смета'),
      costLines: COST_LINES,
    },
    ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'initiator', 'maintenancePlan', 'costLines'],
    whenever('initiator', 'TOS', 'tosCharter'),
  ),
  criteria: [
    {
      code: 'citizens-share',
      kind: 'LINEAR',
      title: 'Доля инициативных платежей граждан',
      maxPoints: '20',
      weight: '1',
      parameters: { input: 'CITIZENS_SHARE', a: '1', b: '20' },
    },
    byExperts('relevance', 'Актуальность', '10', '3'),
    byExperts('durability', 'Долговременность результата', '10', '3'),
    byExperts('involvement', 'Участие жителей', '10', '2'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 3 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['expertScore', 'moreVotes', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 14, ageOn: null, residence: null },
  resultsVisibility: 'LIVE',
  groupMinimum: 10,
};
