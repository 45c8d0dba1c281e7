import type { Messages, StoreRejection } from '@veche/kit';
import type { AmbassadorCode } from './domain/ambassadors/ambassador.ts';
import type { CommentCode } from './domain/community/comment.ts';
import type { IdeaCode } from './domain/community/idea.ts';
import type { MeetingCode } from './domain/meetings/meeting.ts';
import type { PollCode } from './domain/problems/poll.ts';
import type { SettingsCode } from './domain/community/settings.ts';
import type { SupportCode } from './domain/community/support.ts';

export type CommunityCode =
  | AmbassadorCode
  | PollCode
  | IdeaCode
  | CommentCode
  | SupportCode
  | SettingsCode
  | MeetingCode
  | StoreRejection
  | 'MINUTES_MISSING'
  | 'SIGNERS_MISSING';

export const communityMessages: Messages<CommunityCode> = {
  NOT_FOUND: 'Такого объекта нет или он вам не виден.',
  VERSION_CONFLICT: 'Объект изменился, пока вы с ним работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
  TITLE_LENGTH: 'Название должно содержать от {min} до {max} знаков.',
  TEXT_LENGTH: 'Текст должен содержать от {min} до {max} знаков.',
  CATEGORY_UNKNOWN: 'Такого вида проекта нет. Выберите вид из списка.',
  OUTSIDE_CONTEST: 'Место идеи должно находиться на территории конкурса.',
  CONTEST_NOT_PUBLISHED: 'Конкурс ещё не опубликован или уже завершён.',
  IDEA_NOT_PUBLISHED: 'Идея ещё не опубликована или снята с обсуждения.',
  MERGE_INVALID: 'Объединить можно две опубликованные идеи одного муниципалитета.',
  WRONG_STATE: 'В нынешнем состоянии это действие невозможно.',
  ACCOUNT_NOT_CONFIRMED: 'Нужна подтверждённая учётная запись Госуслуг.',
  TOO_YOUNG: 'Участвовать могут жители от {min} лет.',
  RESIDENCE_UNKNOWN: 'Разрешите при входе передать адрес регистрации: участвовать могут только жители.',
  NOT_A_RESIDENT: 'Участвовать могут только жители этого муниципалитета.',
  ALREADY_COMPLAINED: 'Вы уже пожаловались на этот текст.',
  OWN_TEXT: 'На свой текст пожаловаться нельзя.',
  GROUND_REQUIRED: 'Укажите основание решения.',
  REASON_REQUIRED: 'Объясните причину: от {min} до {max} знаков.',
  ANSWER_INVALID: 'На этот комментарий ответить нельзя.',
  PLACE_LENGTH: 'Место должно содержать от {min} до {max} знаков.',
  AGENDA_INVALID: 'Укажите повестку: от {min} до {max} вопросов, в каждом от 5 до 1000 знаков.',
  LOCAL_TIME_INVALID: 'Такого местного времени нет или оно повторяется при переводе часов. Укажите другое время.',
  NOTICE_TOO_SHORT: 'О собрании извещают не меньше чем за {days} рабочих дней: самая ранняя дата — {date}.',
  CALENDAR_MISSING: 'Нет производственного календаря на {year} год: рабочие дни этого года посчитать нельзя.',
  MEETING_NOT_BEGUN: 'Собрание ещё не началось.',
  MEETING_BEGUN: 'Собрание уже началось.',
  MINUTES_MISSING: 'Протокол собрания ещё не записан.',
  SIGNERS_MISSING:
    'Протокол подписывают председатель и секретарь собрания. Запишите его ещё раз и назовите хотя бы одного из них.',
  MINUTES_INVALID: 'Проверьте протокол: отмеченное значение недопустимо.',
  VOTES_EXCEED_PRESENT: 'Голосов {votes}, а присутствовало {present}.',
  MEETING_FILE_MISSING: 'Файл не загружен ни к одной заявке из повестки.',
  PERSON_INVALID: 'Укажите участника платформы.',
  POLL_INVALID: 'Расставить по местам можно от {min} до {max} проблем; на собрании голоса только считают.',
  POLL_CLOSED: 'Опрос уже завершён.',
  TERM_IN_PAST: 'Срок должен быть позже нынешнего времени.',
  TOO_MANY_ITEMS: 'Слишком много: можно не больше {max}.',
  PROBLEM_UNKNOWN: 'Такой проблемы в списке нет.',
  ORDER_INVALID: 'Назовите проблемы по одному разу, не больше {max}; по итогам собрания — каждую из списка.',
  SETTINGS_INVALID: 'Проверьте настройки: отмеченное значение недопустимо.',
  EFFECTIVE_IN_PAST: 'Настройки начинают действовать сейчас или позже.',
};
