import { COST_LINES, document, form, PLACE, text, whenever } from './fields.ts';
import { byExperts, LEGAL_CONTENT, type Template } from './template.ts';

/** Development of territorial self-government (КАЛУГА-ГОЛОС): bodies of ТОС apply, with their register numbers checked. */
export const tosDevelopment: Template = {
  code: 'tos-development',
  title: 'Конкурс проектов территориального общественного самоуправления',
  description: 'Заявки органов ТОС: благоустройство и добрососедство, оценка комиссии и голосование жителей.',
  level: 'MUNICIPALITY',
  practice: 'TOS',
  legalRegime: 'RU_33FZ_49',
  stages: ['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'EXPERTISE', 'VOTING', 'COMMISSION', 'IMPLEMENTATION', 'REPORT'],
  form: form(
    {
      ...LEGAL_CONTENT,
      tosName: text('Название ТОС', 3, 300),
      isEntity: { type: 'boolean', title: 'ТОС — юридическое лицо' },
      ogrn: { type: 'string', title: 'ОГРН', format: 'ogrn' },
      inn: { type: 'string', title: 'ИНН', format: 'inn' },
      charter: document('Устав ТОС'),
      place: PLACE,
      costLines: COST_LINES,
    },
    ['problem', 'rationale', 'expectedResults', 'plannedPeriod', 'tosName', 'isEntity', 'charter', 'costLines'],
    whenever('isEntity', true, 'ogrn', 'inn'),
  ),
  criteria: [
    byExperts('relevance', 'Значимость для жителей ТОС', '10', '3'),
    byExperts('neighbours', 'Вовлечение соседей', '10', '3'),
    byExperts('costs', 'Обоснованность расходов', '10', '2'),
    byExperts('durability', 'Долговременность результата', '10', '2'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 3 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['expertScore', 'moreVotes', 'lowerCost', 'publicLot'],
  },
  eligibility: { minAge: 16, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 1,
};
