import type { JurorFacts } from './jury-advice.ts';

/** One thing that the model looks at: a small whole number, and what it is for the person who decides. */
export interface JuryFeature {
  code: string;
  title: string;
  read: (facts: JurorFacts) => number;
  /** In Russian, of this candidate, without full stop. */
  text: (facts: JurorFacts) => string;
}

const upTo = (most: number, value: number): number => Math.min(most, value);
const yesNo =
  (holds: (facts: JurorFacts) => boolean, yes: string, no: string) =>
  (facts: JurorFacts): string =>
    holds(facts) ? yes : no;

/** A feature that holds or does not. */
const flagOf = (
  code: string,
  title: string,
  holds: (facts: JurorFacts) => boolean,
  [yes, no]: readonly [string, string],
): JuryFeature => ({
  code,
  title,
  read: (facts) => Number(holds(facts)),
  text: yesNo(holds, yes, no),
});

/** A number that stops to count above `most`. */
const countOf = (code: string, title: string, most: number, count: (facts: JurorFacts) => number): JuryFeature => ({
  code,
  title,
  read: (facts) => upTo(most, count(facts)),
  text: (facts) => `${title}: ${count(facts)}`,
});

/** Name of this list; a list that changes has another, and learns anew. */
export const FEATURE_SET = 'facts-1';

/** All that the model ever sees. No name, address, date of birth, number of an application, person or organisation is among it. */
export const JURY_FEATURES: readonly JuryFeature[] = [
  flagOf('CONFIRMED', 'Подтверждённая учётная запись', ({ confirmed }) => confirmed, [
    'Учётная запись подтверждена',
    'Учётная запись не подтверждена',
  ]),
  flagOf('AGE_KNOWN', 'Возраст известен', ({ oldEnough }) => oldEnough !== null, [
    'Вход сообщил возраст',
    'Вход не сообщил возраст',
  ]),
  flagOf('RESIDENT', 'Житель территории', ({ resident }) => resident === true, [
    'Зарегистрирован на территории конкурса',
    'Регистрация на территории конкурса не показана',
  ]),
  flagOf('ELSEWHERE', 'Житель другой территории', ({ resident }) => resident === false, [
    'Зарегистрирован вне территории конкурса',
    'Нет сведений о регистрации вне территории конкурса',
  ]),
  flagOf('AUTOMATED', 'Подано программой', ({ device }) => device === 'AUTOMATED', [
    'Заявление подано программой',
    'Заявление подано из браузера или приложения',
  ]),
  countOf('SAME_NETWORK', 'Других заявлений из той же сети', 10, ({ sameNetwork }) => sameNetwork),
  countOf('OWN_APPLICATIONS', 'Собственных заявок в конкурсе', 3, ({ ownApplications }) => ownApplications.length),
  countOf(
    'ORGANISATION_APPLICATIONS',
    'Заявок, в которых названа его организация',
    3,
    ({ organisationApplications }) => organisationApplications.length,
  ),
  flagOf('DECIDES_LATER', 'Эксперт или член комиссии', ({ decidesLater }) => decidesLater, [
    'Эксперт или член комиссии того же конкурса',
    'Не эксперт и не член комиссии',
  ]),
  flagOf('ORGANISATION_NAMED', 'Организация указана', ({ organisationNamed }) => organisationNamed, [
    'Организация в заявлении указана',
    'Организация в заявлении не указана',
  ]),
  flagOf('PLACES_NAMED', 'Места работы указаны', ({ placesNamed }) => placesNamed, [
    'Территории работы в заявлении указаны',
    'Территории работы в заявлении не указаны',
  ]),
  countOf('EARLIER_ADMITTED', 'Допусков в прежние жюри', 5, ({ earlierAdmitted }) => earlierAdmitted),
  countOf('EARLIER_REFUSED', 'Отказов в прежних жюри', 5, ({ earlierRefused }) => earlierRefused),
];

export const featuresOf = (facts: JurorFacts): number[] => JURY_FEATURES.map(({ read }) => read(facts));
