import type { Messages, StoreRejection } from '@veche/kit';
import type { ApplicationCode } from './domain/application.ts';
import type { ContestCode } from './domain/contest.ts';
import type { FieldErrorCode } from './domain/field-error.ts';
import type { GroupCode } from './domain/group.ts';

export type Code = ContestCode | GroupCode | ApplicationCode | StoreRejection;

export const messages: Messages<Code> = {
  NOT_FOUND: 'Такого объекта нет или он вам не виден.',
  TEMPLATE_UNKNOWN: 'Такого шаблона конкурса нет. Выберите шаблон из списка.',
  TITLE_LENGTH: 'Название должно содержать от {min} до {max} знаков.',
  TIME_ZONE_UNKNOWN: 'Неизвестный часовой пояс. Укажите его по базе IANA, например Asia/Yekaterinburg.',
  BUDGET_NOT_POSITIVE: 'Сумма должна быть больше нуля.',
  STAGES_INVALID:
    'Проверьте календарь: каждый этап указывается один раз, этапы идут по порядку, не пересекаются и заканчиваются позже, чем начинаются.',
  LOCAL_TIME_INVALID: 'Такого местного времени нет или оно повторяется при переводе часов. Укажите другое время.',
  LEGAL_BASIS_TOO_LONG: 'Укажите не больше {acts} правовых актов; название и номер — до {max} знаков.',
  LEGAL_BASIS_MISSING: 'Укажите правовой акт, на основании которого проводится конкурс: название, номер и дату.',
  VOTING_RULE_INVALID: 'Правило голосования или оценки составлено неверно: {reason}.',
  ELIGIBILITY_INVALID: 'Проверьте условия участия в голосовании: возраст от {min} до {max} лет, дата и код территории.',
  GROUP_MINIMUM_INVALID: 'Минимальная численность группы должна быть от {min} до {max} человек.',
  CONTEST_FROZEN: 'Конкурс опубликован, его правила больше не меняются.',
  CONTEST_NOT_PUBLISHED: 'Конкурс ещё не опубликован или уже завершён.',
  STAGE_PASSED: 'Эта граница этапа уже в прошлом. Можно переносить только будущие границы и только в будущее.',
  STAGE_NOT_OPEN: 'Сейчас заявки не принимаются: этап ещё не начался или уже закончился.',
  REASON_REQUIRED: 'Объясните причину: от {min} до {max} знаков.',
  BALLOT_LIST_APPROVED: 'Перечень проектов для голосования уже утверждён.',
  NO_ADMITTED_APPLICATIONS: 'Нет ни одной допущенной заявки.',
  APPLICATIONS_UNDECIDED:
    'Ещё не рассмотрены заявки: {count}. Допустите их, откажите или дождитесь ответа на замечания.',
  VOTING_BEGUN: 'Голосование уже началось.',
  NAME_LENGTH: 'Название группы должно содержать от {min} до {max} знаков.',
  INVITATION_INVALID: 'Код приглашения неверен. Попросите его у руководителя группы.',
  ALREADY_MEMBER: 'Вы уже состоите в этой группе.',
  NOT_MEMBER: 'Вы не состоите в этой группе.',
  LEAD_CANNOT_LEAVE: 'Руководитель не может выйти из группы, пока в ней есть другие участники.',
  GROUP_TOO_SMALL: 'В группе {members} чел., а нужно не меньше {min}. Пригласите других жителей.',
  ACCOUNT_NOT_CONFIRMED: 'Инициатором может быть житель от 16 лет с подтверждённой учётной записью Госуслуг.',
  APPLICATION_INCOMPLETE: 'Заявка заполнена не полностью. Исправьте отмеченные поля.',
  WRONG_STATE: 'В нынешнем состоянии заявки это действие невозможно.',
  REMARKS_REQUIRED:
    'Укажите хотя бы одно замечание: к какому полю оно относится и в чём состоит (от 5 до 2000 знаков).',
  TERM_IN_PAST: 'Срок ответа должен быть в будущем.',
  TERM_PASSED: 'Срок доработки заявки истёк.',
  NUMBER_TAKEN: 'Номер {number} повторяется или уже занят.',
  TOO_MANY_ITEMS: 'За один раз можно передать не больше {max} записей.',
  VERSION_CONFLICT: 'Объект изменился, пока вы с ним работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};

export const fieldMessages: Record<FieldErrorCode, string> = {
  REQUIRED: 'Заполните это поле.',
  TOO_SHORT: 'Слишком коротко: нужно не меньше {limit} знаков.',
  TOO_LONG: 'Слишком длинно: нужно не больше {limit} знаков.',
  TOO_FEW: 'Добавьте хотя бы {limit}.',
  TOO_MANY: 'Слишком много: можно не больше {limit}.',
  NOT_ALLOWED: 'Такое значение не допускается.',
  WRONG_TYPE: 'Значение записано не в том виде.',
  UNKNOWN_FIELD: 'Такого поля в форме нет.',
  NOT_POSITIVE: 'Укажите значение больше нуля.',
  SUM_DIFFERS: 'Сумма по источникам должна равняться общей стоимости.',
  OVER_LIMIT: 'Сумма больше допустимой.',
  OUTSIDE_TERRITORY: 'Место проекта должно находиться на территории конкурса.',
  SOURCE_REPEATED: 'Каждый источник указывается один раз.',
  MORE_THAN_POPULATION: 'Благополучателей не может быть больше, чем жителей.',
  DATES_ORDER: 'Окончание не может быть раньше начала.',
};
