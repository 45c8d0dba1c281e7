/** ESIA's refusals: the code, the OAuth error it comes with and the beginning of its text. */
const ERRORS: Readonly<Record<string, readonly [error: string, text: string]>> = {
  '007002': ['invalid_client', 'Сертификат и мнемоника не соответствуют друг другу'],
  '007003': ['invalid_request', 'Параметр отсутствует, неверен или повторяется'],
  '007004': ['access_denied', 'Владелец ресурса или сервис авторизации отклонил запрос'],
  '007005': ['unauthorized_client', 'Метод не разрешён или сертификат не привязан'],
  '007006': ['invalid_scope', 'Запрошенная область доступа неверна'],
  '007007': ['server_error', 'Внутренняя ошибка сервиса авторизации'],
  '007008': ['temporarily_unavailable', 'Сервис авторизации перегружен'],
  '007009': ['unsupported_response_type', 'Тип ответа не поддерживается'],
  '007011': ['invalid_grant', 'Код авторизации неверен, истёк, использован или выдан другому клиенту'],
  '007012': ['unsupported_grant_type', 'Тип разрешения не поддерживается'],
  '007013': ['invalid_scope', 'Область доступа не указана'],
  '007014': ['invalid_request', 'Не указан обязательный параметр'],
  '007015': ['invalid_request', 'Время запроса неверно'],
  '007023': ['invalid_request', 'Адрес возврата не разрешён'],
  '007039': ['invalid_request', 'Не указан code_challenge'],
  '007040': ['invalid_grant', 'code_verifier не соответствует code_challenge'],
  '007053': ['unauthorized_client', 'client_secret неверен'],
  '007055': ['access_denied', 'Учётная запись не подтверждена'],
};

/** A refusal with its code; `detail` is appended in brackets as ESIA names missing parameters. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, detail = '') {
    super(`ESIA-${code}: ${ERRORS[code]![1]}${detail && ` [${detail}]`}`);
    this.code = code;
  }

  /** The two fields of an OAuth error answer. */
  get fields(): { error: string; error_description: string } {
    return { error: ERRORS[this.code]![0], error_description: this.message };
  }
}
