/** Synthetic persons. Nobody here exists; every number passes its check digit and is otherwise invented. */

export interface DoubleAddress {
  type: 'PRG' | 'PLV';
  addressStr: string;
  fiasCode: string;
  region: string;
  city: string;
}

export interface DoublePerson {
  key: string;
  oid: number;
  /** What the login page says about the person. */
  label: string;
  firstName: string;
  lastName: string;
  middleName?: string;
  /** ISO date. */
  birthDate: string;
  gender: 'M' | 'F';
  /** P simplified or standard, PR confirmed, KD child. */
  level: 'P' | 'PR' | 'KD';
  /** Documents are being checked: the only sign of a standard account. */
  verifying: boolean;
  citizenship: string;
  snils?: string;
  email?: string;
  mobile?: string;
  addresses: DoubleAddress[];
  organisation?: { oid: number; ogrn: string; name: string };
}

const PLACES = {
  surgut: {
    region: 'Ханты-Мансийский автономный округ - Югра',
    city: 'Сургут',
    fias: '7a1f0000-0000-4000-8000-71876000000',
    objects: 3,
  },
  nefteyugansk: {
    region: 'Ханты-Мансийский автономный округ - Югра',
    city: 'Нефтеюганск',
    fias: '7a1f0000-0000-4000-8000-71874000000',
    objects: 2,
  },
  tyumen: {
    region: 'Тюменская область',
    city: 'Тюмень',
    fias: '7a1f0000-0000-4000-8000-71701000000',
    objects: 1,
  },
} as const;

type Place = keyof typeof PLACES;

/** "NNN-NNN-NNN CC" from nine digits, with the check number of the pension fund's rule. */
export function snilsOf(number: number): string {
  const digits = String(number).padStart(9, '0');
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (9 - index), 0);
  const check = sum < 100 ? sum : (sum % 101) % 100;
  return `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)} ${String(check).padStart(2, '0')}`;
}

function addressIn(place: Place, type: 'PRG' | 'PLV', seed: number): DoubleAddress {
  const { region, city, fias, objects } = PLACES[place];
  return {
    type,
    region,
    city,
    fiasCode: `${fias}${(seed % objects) + 1}`,
    addressStr: `${region}, г ${city}, ул Примерная, д ${(seed % 90) + 1}`,
  };
}

const FEMALE = [
  ['Анна', 'Вера', 'Дарья', 'Елена', 'Зоя', 'Мария', 'Ольга', 'Юлия'],
  ['Андреевна', 'Ивановна', 'Петровна', 'Сергеевна', 'Юрьевна'],
] as const;
const MALE = [
  ['Алексей', 'Борис', 'Глеб', 'Денис', 'Игорь', 'Максим', 'Павел', 'Фёдор'],
  ['Андреевич', 'Иванович', 'Петрович', 'Сергеевич', 'Юрьевич'],
] as const;
const SURNAMES = [
  'Берёзов',
  'Вьюгин',
  'Журавлёв',
  'Кедров',
  'Лесников',
  'Морошкин',
  'Обский',
  'Рябинин',
  'Соболев',
  'Таёжный',
  'Югорский',
] as const;

const pick = <T>(from: readonly T[], seed: number): T => from[seed % from.length]!;

function surnameOf(seed: number, gender: 'M' | 'F'): string {
  const surname = pick(SURNAMES, seed);
  if (gender === 'M') return surname;
  return surname.endsWith('ий') || surname.endsWith('ый') ? `${surname.slice(0, -2)}ая` : `${surname}а`;
}

/** Number n of a place: always the same confirmed adult registered there. */
export function generatedPerson(place: Place, number: number): DoublePerson {
  const base = Object.keys(PLACES).indexOf(place) * 1_000_000 + number;
  const gender = number % 2 === 0 ? 'F' : 'M';
  const [names, patronymics] = gender === 'F' ? FEMALE : MALE;
  const year = 1950 + ((number * 7) % 55);
  return {
    key: `${place}-${number}`,
    oid: 1_000_000_000 + base,
    label: `житель №${number}, ${PLACES[place].city}`,
    firstName: pick(names, Math.floor(number / 2)),
    lastName: surnameOf(number, gender),
    middleName: pick(patronymics, Math.floor(number / 3)),
    birthDate: `${year}-${String((number % 12) + 1).padStart(2, '0')}-${String((number % 28) + 1).padStart(2, '0')}`,
    gender,
    level: 'PR',
    verifying: false,
    citizenship: 'RUS',
    snils: snilsOf(200_000_000 + base),
    email: `resident${base}@example.test`,
    mobile: `+7(900)${String(base).padStart(7, '0')}`,
    addresses: [addressIn(place, 'PRG', number), addressIn(place, 'PLV', number)],
  };
}

/** Today `years` ago, in Russia's westernmost main zone: the birthday itself. */
function birthdayToday(now: Date, years: number): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Moscow' }).format(now);
  const date = `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  // Born on 29 February: the year in question may have none.
  return new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10);
}

type Difference = Partial<Omit<DoublePerson, 'key' | 'oid'>> & { label: string };

const shared = (number: number) => snilsOf(300_000_000 + number);

/** Who differs from an ordinary confirmed adult of Surgut, and how; an `undefined` value removes the field. */
function specialCases(now: Date): Readonly<Record<string, Difference>> {
  const child = { email: undefined, mobile: undefined };
  return {
    'adult-surgut': { label: 'подтверждённая, Сургут' },
    'adult-nefteyugansk': {
      label: 'подтверждённая, Нефтеюганск',
      addresses: [addressIn('nefteyugansk', 'PRG', 2), addressIn('nefteyugansk', 'PLV', 2)],
    },
    'adult-outside': {
      label: 'подтверждённая, прописан в Тюмени, живёт в Сургуте',
      addresses: [addressIn('tyumen', 'PRG', 3), addressIn('surgut', 'PLV', 3)],
    },
    standard: { label: 'стандартная: документы проверяются', level: 'P', verifying: true },
    simplified: { label: 'упрощённая', level: 'P', snils: undefined, addresses: [] },
    child: {
      label: 'ребёнок, детская запись',
      level: 'KD',
      birthDate: birthdayToday(now, 10),
      ...child,
    },
    'teen-14': { label: '14 лет сегодня', birthDate: birthdayToday(now, 14) },
    'teen-16': { label: '16 лет сегодня', birthDate: birthdayToday(now, 16) },
    'eighteen-today': { label: '18 лет сегодня', birthDate: birthdayToday(now, 18) },
    'no-email': { label: 'без почты и телефона', email: undefined, mobile: undefined },
    'no-snils': { label: 'без СНИЛС', snils: undefined },
    foreigner: {
      label: 'иностранный гражданин',
      citizenship: 'KAZ',
      firstName: 'Айдар',
      lastName: 'Сериков',
      middleName: undefined,
    },
    'twin-a': { label: 'две записи с одним СНИЛС, первая', snils: shared(1) },
    'twin-b': { label: 'две записи с одним СНИЛС, вторая', snils: shared(1) },
    'expert-matching': { label: 'эксперт: СНИЛС как в сертификате', snils: shared(2) },
    'expert-other': { label: 'эксперт: СНИЛС не как в сертификате', snils: shared(3) },
    head: {
      label: 'руководитель организации',
      organisation: { oid: 2_000_000_001, ogrn: '1028600510003', name: 'ТОС «Примерный»' },
    },
  };
}

const SPECIAL_FROM = 900_000;

/** The persons whom the login page offers by name. */
export function listedPersons(now: Date): DoublePerson[] {
  return Object.entries(specialCases(now)).map(([key, difference], index) => ({
    ...generatedPerson('surgut', SPECIAL_FROM + index),
    ...difference,
    key,
  }));
}

/**
 * A person by key: a listed one or `<place>-<number>`, places surgut, nefteyugansk, tyumen; `citizen-<number>` is
 * somebody of Surgut. `null` when there is none.
 */
export function findPerson(key: string, now: Date): DoublePerson | null {
  const generated = /^(citizen|surgut|nefteyugansk|tyumen)-(\d{1,5})$/.exec(key);
  if (generated)
    return generatedPerson(generated[1] === 'citizen' ? 'surgut' : (generated[1] as Place), Number(generated[2]));
  return listedPersons(now).find((person) => person.key === key) ?? null;
}

export function findByOid(oid: number, now: Date): DoublePerson | null {
  const listed = listedPersons(now).find((person) => person.oid === oid);
  if (listed) return listed;
  const base = oid - 1_000_000_000;
  const place = (Object.keys(PLACES) as Place[])[Math.floor(base / 1_000_000)];
  return place && base >= 0 ? generatedPerson(place, base % 1_000_000) : null;
}
