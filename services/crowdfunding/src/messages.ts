import type { Messages, StoreRejection } from '@veche/kit';
import type { PledgeCode } from './domain/pledge.ts';

export const messages: Messages<PledgeCode | StoreRejection> = {
  NOT_FOUND: 'Такого обещания нет, или у вас нет к нему доступа.',
  CAMPAIGN_NOT_OPEN: 'По этому проекту сбор средств не ведётся.',
  AMOUNT_OUT_OF_RANGE: 'Сумма должна быть от 1 до 10 000 000 рублей.',
  ACCOUNT_NOT_CONFIRMED:
    'Бюджет не принимает анонимные платежи. Подтвердите учётную запись на Госуслугах и войдите заново.',
  PLEDGE_PAID: 'Платёж уже поступил. Вернуть деньги можно по заявлению в финансовый орган.',
  PLEDGE_WITHDRAWN: 'Обещание отозвано. Чтобы поддержать проект, оформите новое.',
  AMOUNT_DIFFERS: 'Сумма платежа не совпадает с обещанной. Проверьте платёжный документ.',
  DOCUMENT_USED: 'Этот платёжный документ уже учтён по другому обещанию.',
  DOCUMENT_REQUIRED: 'Укажите номер платёжного документа, не длиннее {max} символов.',
  VERSION_CONFLICT: 'Данные изменились, пока вы с ними работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};
