import type { Messages, StoreRejection } from '@veche/kit';
import type { InboxCode } from './domain/inbox.ts';
import type { PersonCode } from './domain/person.ts';

export const messages: Messages<PersonCode | InboxCode | StoreRejection> = {
  NOT_FOUND: 'Вы ещё не зарегистрированы на платформе. Войдите заново, чтобы завершить регистрацию.',
  EMAIL_INVALID: 'Проверьте адрес электронной почты: он должен выглядеть как name@example.ru.',
  PHONE_INVALID: 'Проверьте номер телефона: нужен российский номер, например +7 912 345-67-89.',
  CONSENT_TEXT_OUTDATED: 'Текст согласия обновился. Откройте его заново, прочитайте и подтвердите.',
  CONSENT_NOT_GIVEN: 'Такого согласия нет, отзывать нечего.',
  PERSON_ERASED: 'Ваши данные удалены с платформы по вашему запросу, действие недоступно.',
  NOTICES_INVALID: 'За один раз можно отметить от {min} до {max} уведомлений.',
  NOTICE_UNKNOWN: 'Такого уведомления у вас нет. Обновите страницу.',
  VERSION_CONFLICT: 'Данные изменились, пока вы с ними работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};
