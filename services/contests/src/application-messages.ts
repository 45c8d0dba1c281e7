import type { Check, CheckCode } from './domain/checks.ts';

/** Refusals of what is done with an application beside its main steps. */
export const applicationMessages = {
  FIELD_CONFLICT: 'Пока вы правили заявку, эти же поля изменил другой участник. Сравните значения и выберите нужное.',
  BASE_VERSION_UNKNOWN: 'Версия, с которой начата правка, неизвестна. Обновите страницу и повторите.',
  REMARK_UNKNOWN: 'Замечания с таким номером нет.',
  ASSIGNEE_INVALID: 'Такого сотрудника нет. Выберите его из списка.',
  PUBLISHED_ALREADY: 'Заявка уже опубликована.',
  REWORK_NOT_OFFERED: 'Сначала предложите инициаторам доработать проект совместно.',
  TEXT_LENGTH: 'Текст должен содержать от {min} до {max} знаков.',
  FILES_UNKNOWN: 'Укажите файлы, приложенные к этой заявке, не больше {max}.',
  ITEM_REPEATED: 'Заявка указана дважды.',
  SIMPLE_FILING_NOT_ALLOWED:
    'По правилам этого конкурса заявку подают в несколько шагов: создайте группу, заполните черновик и подайте его.',
  ANSWER_LENGTH: 'Ответ на замечание должен содержать от {min} до {max} знаков.',
} as const;

export const CONFLICT_MESSAGE =
  'Поле «{title}» изменил другой участник, пока вы его правили: сохранено {theirs}, у вас {yours}.';

const PASSED: Readonly<Record<CheckCode, string>> = {
  COMPLETENESS: 'Все обязательные поля заполнены.',
  FORM: 'Значения полей соответствуют форме конкурса.',
  LIMITS: 'Суммы и количества не превышают пределов.',
  SUMS: 'Суммы сходятся, доля инициаторов достаточна.',
  TERRITORY: 'Место проекта находится на территории конкурса.',
  DATES: 'Даты идут по порядку и укладываются во время реализации.',
  REQUISITES: 'Номера и коды записаны верно.',
  DUPLICATES: 'Похожих поданных заявок нет.',
  GROUP: 'В группе {members} чел., нужно не меньше {min}.',
  TERM: 'Заявки сейчас принимаются.',
  REMARKS: 'Замечаний без ответа нет.',
};

const FAILED: Readonly<Partial<Record<CheckCode, string>>> = {
  COMPLETENESS: 'Заполнены не все обязательные поля.',
  FORM: 'Значения некоторых полей не подходят под форму конкурса.',
  LIMITS: 'Есть суммы или количества больше допустимых.',
  SUMS: 'Суммы не сходятся или доля инициаторов мала.',
  TERRITORY: 'Место проекта находится вне территории конкурса.',
  DATES: 'Даты идут не по порядку.',
  REQUISITES: 'Есть номера или коды с ошибкой.',
  GROUP: 'В группе {members} чел., а нужно не меньше {min}. Пригласите других жителей.',
};

const WARNING: Readonly<Partial<Record<CheckCode, string>>> = {
  DATES: 'Срок окончания позже, чем этап реализации конкурса: {fields}.',
  DUPLICATES: 'Уже подана заявка с таким же названием и местом: № {numbers}. Проверьте, не повторяете ли вы её.',
  REMARKS: 'Остались замечания без ответа и без правки: {count}.',
};

/** Template of the sentence of a check; a term that has a reason of its own says it by the refusal's message, so it has none here. */
export const checkMessage = ({ code, state }: Pick<Check, 'code' | 'state'>): string | undefined =>
  ({ PASSED, FAILED, WARNING })[state][code];

/** «3 просрочено, 5 на сегодня, 12 позже». */
export const queueSentence = ({ overdue, today, later }: { overdue: number; today: number; later: number }): string =>
  overdue + today + later === 0 ? 'Ничего не ждёт.' : `${overdue} просрочено, ${today} на сегодня, ${later} позже.`;
