/** Territories of the demonstration: name of the Keycloak group and its ОКТМО. */
export const MUNICIPALITIES = { surgut: '71876000', nefteyugansk: '71874000' } as const;

/** Group whose members act everywhere: an all-zero ОКТМО covers every territory. */
export const EVERYWHERE_GROUP = '/all-territories';

/** One password for every member of the demonstration staff; it exists in the development realm only. */
export const DEMO_PASSWORD = 'veche-demo-1';

interface DemoStaff {
  username: string;
  firstName: string;
  lastName: string;
  role: string;
  group: string;
}

const surgut = '/municipalities/surgut';
const nefteyugansk = '/municipalities/nefteyugansk';

/** Synthetic staff of the development realm: who may do what, and where. */
export const DEMO_STAFF: readonly DemoStaff[] = [
  {
    username: 'organiser.surgut',
    firstName: 'Ольга',
    lastName: 'Организаторова',
    role: 'organiser',
    group: surgut,
  },
  {
    username: 'organiser.nefteyugansk',
    firstName: 'Павел',
    lastName: 'Конкурсов',
    role: 'organiser',
    group: nefteyugansk,
  },
  {
    username: 'organiser.ugra',
    firstName: 'Регина',
    lastName: 'Окружная',
    role: 'organiser',
    group: '/regions/ugra',
  },
  { username: 'expert1', firstName: 'Эдуард', lastName: 'Первый', role: 'expert', group: surgut },
  { username: 'expert2', firstName: 'Эмма', lastName: 'Вторая', role: 'expert', group: surgut },
  { username: 'expert3', firstName: 'Эльдар', lastName: 'Третий', role: 'expert', group: surgut },
  { username: 'commission1', firstName: 'Ксения', lastName: 'Комиссарова', role: 'commission', group: surgut },
  { username: 'commission2', firstName: 'Кирилл', lastName: 'Секретарёв', role: 'commission', group: surgut },
  { username: 'operator1', firstName: 'Оксана', lastName: 'Участковая', role: 'operator', group: surgut },
  {
    username: 'commission.nefteyugansk',
    firstName: 'Клара',
    lastName: 'Решающая',
    role: 'commission',
    group: nefteyugansk,
  },
  { username: 'operator.nefteyugansk', firstName: 'Осип', lastName: 'Дальний', role: 'operator', group: nefteyugansk },
  {
    username: 'finance.surgut',
    firstName: 'Фаина',
    lastName: 'Казначеева',
    role: 'finance',
    group: surgut,
  },
  {
    username: 'municipality.surgut',
    firstName: 'Марк',
    lastName: 'Отчётный',
    role: 'municipality',
    group: surgut,
  },
  {
    username: 'expert.nefteyugansk',
    firstName: 'Элина',
    lastName: 'Соседская',
    role: 'expert',
    group: nefteyugansk,
  },
  {
    username: 'finance.nefteyugansk',
    firstName: 'Фёдор',
    lastName: 'Бюджетов',
    role: 'finance',
    group: nefteyugansk,
  },
  {
    username: 'municipality.nefteyugansk',
    firstName: 'Михаил',
    lastName: 'Подрядов',
    role: 'municipality',
    group: nefteyugansk,
  },
  {
    username: 'auditor',
    firstName: 'Анна',
    lastName: 'Проверяющая',
    role: 'auditor',
    group: EVERYWHERE_GROUP,
  },
  {
    username: 'admin',
    firstName: 'Адам',
    lastName: 'Настройкин',
    role: 'admin',
    group: EVERYWHERE_GROUP,
  },
];

/** Keycloak user representations of the demonstration staff. */
export function demoUsers(): object[] {
  return DEMO_STAFF.map((person) => ({
    username: person.username,
    enabled: true,
    firstName: person.firstName,
    lastName: person.lastName,
    realmRoles: [person.role],
    groups: [person.group],
    credentials: [{ type: 'password', value: DEMO_PASSWORD, temporary: false }],
  }));
}
