import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';

/** What a person reads when a request itself is at fault; expected rejections carry their own texts. */
export const USER_MESSAGES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Войдите в систему, чтобы продолжить.',
  FORBIDDEN: 'У вас нет прав на это действие.',
  BAD_USER_INPUT: 'Запрос заполнен неверно. Проверьте введённые данные.',
  NOT_FOUND: 'Объект не найден.',
  GRAPHQL_PARSE_FAILED: 'Запрос не удалось разобрать.',
  GRAPHQL_VALIDATION_FAILED: 'Запрос не соответствует схеме.',
  BAD_REQUEST: 'Запрос не удалось разобрать.',
  PERSISTED_QUERY_NOT_FOUND: 'Такой запрос не зарегистрирован.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Такой запрос не зарегистрирован.',
  OPERATION_RESOLUTION_FAILURE: 'В запросе не указана операция.',
  RATE_LIMITED: 'Слишком много запросов. Подождите немного и повторите.',
  UNAVAILABLE: 'Сервис сейчас недоступен. Повторите через несколько секунд: действие не потеряется и не удвоится.',
  INTERNAL: 'Что-то пошло не так на нашей стороне. Сообщите в поддержку номер ошибки.',
};

function requestError(code: string, message: string, extensions: object = {}): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, userMessage: USER_MESSAGES[code], ...extensions },
  });
}

/** Not signed in, or the presented token is not valid: HTTP 401. */
export function unauthenticated(message = 'Authentication required'): GraphQLError {
  return requestError('UNAUTHENTICATED', message, { http: { status: 401 } });
}

/** Signed in, but not allowed. */
export function forbidden(message = 'Not allowed'): GraphQLError {
  return requestError('FORBIDDEN', message);
}

/** Malformed input; `path` names the field. The message is for developers and must not repeat the value. */
export function badInput(message: string, path: readonly string[] = []): GraphQLError {
  return requestError('BAD_USER_INPUT', message, { path });
}

/** Something that the answer needs is away; the same request may be repeated. The message is for developers. */
export const unavailable = (message: string): GraphQLError => requestError('UNAVAILABLE', message);

/** A refusal of a plain HTTP route with its own status, code, Russian sentence and headers; the message is for developers. */
export const routeError = (
  status: number,
  code: string,
  message: string,
  userMessage: string,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError => {
  const http: object = { status, headers: new HeaderMap(Object.entries(headers)) };
  return new GraphQLError(message, { extensions: { code, userMessage, http } });
};

/** An expected refusal of a query, which has no payload to carry it; the message is for developers. */
export const queryError = (code: string, message: string, userMessage: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, userMessage } });
