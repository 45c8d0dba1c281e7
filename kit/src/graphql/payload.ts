import type { Rejection } from '../domain/decision.ts';
import type { Aggregate, Outcome, StoreRejection } from '../mongo/aggregate.ts';

/** Russian texts by rejection code; "{max}" is filled from the rejection's params. */
export type Messages<C extends string> = Readonly<Record<C, string>>;

export interface PayloadRejection {
  code: string;
  userMessage: string;
  path: readonly string[];
}

export const STORE_MESSAGES: Messages<StoreRejection> = {
  NOT_FOUND: 'Объект не найден.',
  VERSION_CONFLICT: 'Объект изменился, пока вы с ним работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот ключ запроса уже использован для других данных.',
};

/** A rejection as clients see it. */
export function rejectionOf<C extends string>(
  rejection: Rejection<C | StoreRejection>,
  messages: Messages<C>,
): PayloadRejection {
  const all = { ...STORE_MESSAGES, ...messages } as Readonly<Record<string, string>>;
  const template = all[rejection.code] ?? 'Действие отклонено.';
  const userMessage = template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(rejection.params?.[name] ?? whole),
  );
  return { code: rejection.code, userMessage, path: rejection.path ?? [] };
}

/** The payload of a mutation: the mapped object, or null fields and the rejection. */
export function payload<S, C extends string, P extends object>(
  outcome: Outcome<S, C>,
  messages: Messages<C>,
  map: (aggregate: Aggregate<S>) => P,
): (P | { [K in keyof P]?: null }) & { rejection: PayloadRejection | null } {
  if (outcome.rejection) return { rejection: rejectionOf(outcome.rejection, messages) } as never;
  return { ...map(outcome.aggregate), rejection: null };
}
