import { choice, COST_LINES, form, text, whenever } from './fields.ts';
import { byExperts, isoDate, type Template } from './template.ts';

/** Grants to active residents from 14 years (ЕЛКА): the public marks first, experts after it, one line of grants per application. */
export const grantContest: Template = {
  code: 'grant-contest',
  title: 'Конкурс грантов для физических лиц',
  description:
    'Заявки жителей от 14 лет по направлениям; общественная оценка, затем экспертиза. Направления задаются номинациями.',
  level: 'REGION',
  practice: 'GRANT_CONTEST',
  legalRegime: 'RU_REGIONAL',
  stages: ['ANNOUNCEMENT', 'INTAKE', 'ADMISSION', 'VOTING', 'EXPERTISE', 'COMMISSION', 'IMPLEMENTATION', 'REPORT'],
  form: form(
    {
      summary: text('Краткое описание', 50, 1000),
      goal: text('Цель и задачи', 50, 3000),
      audience: text('Для кого проект', 10, 1000),
      start: isoDate('Начало'),
      end: isoDate('Окончание'),
      hasPartners: { type: 'boolean', title: 'Есть партнёры' },
      partners: text('Партнёры и их вклад', 10, 2000),
      format: choice('Формат', 'EVENT', 'COURSE', 'OBJECT', 'DIGITAL'),
      costLines: COST_LINES,
    },
    ['summary', 'goal', 'audience', 'start', 'end', 'hasPartners', 'format', 'costLines'],
    whenever('hasPartners', true, 'partners'),
  ),
  criteria: [
    byExperts('relevance', 'Актуальность и социальная значимость', '10', '1'),
    byExperts('originality', 'Оригинальность', '10', '1'),
    byExperts('costs', 'Обоснованность расходов', '10', '1'),
    byExperts('experience', 'Опыт заявителя', '10', '1'),
  ],
  votingRule: {
    version: 1,
    ballot: { type: 'approval', minLen: 1, maxLen: 10 },
    revote: 'last',
    order: 'score',
    onUnaffordable: 'skip',
    tieBreak: ['expertScore', 'earlierApplication', 'publicLot'],
  },
  eligibility: { minAge: 14, ageOn: null, residence: null },
  applicants: { minAge: 14, ageOn: null, residence: null },
  resultsVisibility: 'LIVE',
  groupMinimum: 1,
};
