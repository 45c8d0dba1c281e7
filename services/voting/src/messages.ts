import type { Messages, StoreRejection } from '@veche/kit';
import type { CastCode } from './ballot-box.ts';
import type { EligibilityCode } from './domain/eligibility.ts';

export type Code = CastCode | EligibilityCode | StoreRejection | 'TOO_MANY_ITEMS';

export const messages: Messages<Code> = {
  NOT_FOUND: 'Такого голосования нет.',
  VOTING_NOT_OPEN: 'Голосование ещё не началось.',
  VOTING_CLOSED: 'Голосование закончилось, бюллетени больше не принимаются.',
  VOTER_KEY_MISSING: 'Чтобы голосовать, войдите через Госуслуги с подтверждённой учётной записью.',
  ACCOUNT_NOT_CONFIRMED:
    'Голосовать можно только с подтверждённой учётной записью Госуслуг. Подтвердите её и войдите снова.',
  VOTER_TOO_YOUNG: 'По правилам конкурса вы ещё не достигли возраста голосования.',
  BIRTH_DATE_UNKNOWN:
    'Госуслуги не передали дату рождения, поэтому проверить возраст нельзя. Войдите снова и разрешите её передачу.',
  VOTER_NOT_RESIDENT: 'Голосовать могут жители, зарегистрированные на территории конкурса.',
  RESIDENCE_UNKNOWN: 'Госуслуги не передали адрес регистрации. Войдите снова и разрешите его передачу.',
  PROJECT_UNKNOWN: 'Такого проекта нет в бюллетене.',
  PROJECT_REPEATED: 'Один проект выбран дважды.',
  TOO_FEW_CHOICES: 'Выберите не меньше {min} проектов.',
  TOO_MANY_CHOICES: 'Можно выбрать не больше {max} проектов.',
  POINTS_INVALID: 'Проверьте баллы: в этом бюллетене они не нужны, не указаны или не целые.',
  TOO_MANY_POINTS: 'Можно распределить не больше {max} баллов.',
  SUM_EXCEEDED: 'Выбранные проекты вместе стоят больше {max} руб.',
  TOO_MANY_OF_CATEGORY: 'В одной категории («{key}») можно выбрать не больше {max} проектов.',
  TOO_MANY_OF_TERRITORY: 'На одной территории ({key}) можно выбрать не больше {max} проектов.',
  ALREADY_VOTED: 'Вы уже проголосовали. По правилам этого конкурса изменить голос нельзя.',
  TOO_MANY_ITEMS: 'За один раз можно передать не больше {max} бюллетеней.',
  OVERLOADED: 'Сейчас голосует очень много людей. Повторите через {seconds} с: ваш голос не потеряется и не удвоится.',
  VERSION_CONFLICT: 'Данные изменились. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другим бюллетенем. Обновите страницу и повторите.',
};
