import type { SignatureCode } from './verify.ts';

/** Sentences for people. */
export const SIGNATURE_MESSAGES: Readonly<Record<SignatureCode, string>> = {
  SIGNATURE_MALFORMED:
    'Файл подписи не читается: нужна отсоединённая подпись CMS с одним подписавшим и его сертификатом.',
  SIGNATURE_NOT_DETACHED: 'Подпись содержит документ внутри. Создайте отсоединённую подпись.',
  SIGNATURE_ALGORITHM_NOT_ALLOWED:
    'Подпись создана недопустимым алгоритмом. Принимаются ГОСТ Р 34.10-2012 и RSA с SHA-256 и длиннее.',
  SIGNATURE_OTHER_DOCUMENT: 'Подписан другой документ или документ изменён после подписания.',
  SIGNATURE_INVALID: 'Подпись неверна: она создана не тем ключом, сертификат которого приложен, или повреждена.',
  SIGNATURE_TOOL_MISSING: 'Проверить подпись этого вида сейчас нечем. Обратитесь в поддержку.',
  CERTIFICATE_NOT_TRUSTED: 'Сертификат выдан удостоверяющим центром, которому система не доверяет.',
  CERTIFICATE_NOT_IN_FORCE: 'Срок действия сертификата истёк или ещё не начался.',
  CERTIFICATE_REVOKED: 'Сертификат отозван.',
  REVOCATION_UNKNOWN: 'Не удалось проверить, не отозван ли сертификат. Повторите позже или обратитесь в поддержку.',
  CERTIFICATE_USAGE: 'Сертификат не предназначен для подписания документов.',
  CERTIFICATE_OTHER_PERSON: 'Сертификат выдан не вам: фамилия, имя и отчество в нём не совпадают с вашими.',
};
