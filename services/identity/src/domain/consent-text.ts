/** Purposes for which consent is asked, one act each (152-FZ article 9). */
export const CONSENT_PURPOSES = ['INITIATIVE_GROUP', 'NOTIFICATIONS', 'PAYMENTS'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** What a person agrees to. A published text is never edited: a new wording is a new version below the old one. */
export interface ConsentText {
  purpose: ConsentPurpose;
  version: string;
  text: string;
}

const OPERATOR =
  'Даю согласие оператору платформы (наименование и адрес указаны на странице «О платформе») на обработку моих персональных данных';
const ACTIONS =
  'Разрешаю сбор, запись, хранение, уточнение, использование, обезличивание и удаление данных с использованием средств автоматизации.';
const TERM =
  'Согласие действует до его отзыва. Отозвать его можно в личном кабинете в любой момент, так же просто, как дать.';

export const CONSENT_TEXTS: readonly ConsentText[] = [
  {
    purpose: 'INITIATIVE_GROUP',
    version: '2026-01',
    text: `${OPERATOR} — фамилии, имени, отчества — чтобы я мог(ла) состоять в инициативной группе и чтобы организатор конкурса видел её состав. ${ACTIONS} ${TERM}`,
  },
  {
    purpose: 'NOTIFICATIONS',
    version: '2026-01',
    text: `${OPERATOR} — адреса электронной почты и номера телефона — чтобы получать сообщения о конкурсах и проектах. ${ACTIONS} ${TERM}`,
  },
  {
    purpose: 'PAYMENTS',
    version: '2026-01',
    text: `${OPERATOR} — фамилии, имени, отчества, сумм и дат платежей — чтобы учесть мои инициативные платежи и вернуть их, если проект не будет реализован. ${ACTIONS} ${TERM}`,
  },
];

/** The latest text of each purpose. */
export function textsInForce(texts: readonly ConsentText[] = CONSENT_TEXTS): ConsentText[] {
  return CONSENT_PURPOSES.flatMap((purpose) => texts.findLast((text) => text.purpose === purpose) ?? []);
}

/** The version that can be agreed to now. */
export function versionInForce(purpose: ConsentPurpose): string | undefined {
  return textsInForce().find((text) => text.purpose === purpose)?.version;
}
