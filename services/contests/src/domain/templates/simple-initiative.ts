import { form, text } from './fields.ts';
import type { Template } from './template.ts';

/** A resident files alone, by a short form, and follows it by a link without signing in. */
export const simpleInitiative: Template = {
  code: 'simple-initiative',
  title: 'Инициативы жителей по упрощённой процедуре',
  description: 'Короткая заявка одного жителя: в чём проблема и что сделать. Состояние видно по ссылке.',
  level: 'MUNICIPALITY',
  practice: 'PEOPLES_BUDGET',
  legalRegime: 'RU_33FZ_49',
  stages: ['INTAKE', 'ADMISSION', 'VOTING', 'IMPLEMENTATION', 'REPORT'],
  form: form({ problem: text('В чём проблема', 20, 1000), proposal: text('Что предлагаете сделать', 10, 1000) }, [
    'problem',
  ]),
  criteria: [],
  votingRule: {
    version: 1,
    ballot: { type: 'choose-1' },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 16, ageOn: null, residence: null },
  resultsVisibility: 'HIDDEN_UNTIL_END',
  groupMinimum: 1,
};
