import type { Messages, StoreRejection } from '@veche/kit';

export const messages: Messages<StoreRejection> = {
  NOT_FOUND: 'О таком конкурсе ещё нет данных.',
  VERSION_CONFLICT: 'Данные изменились. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};
