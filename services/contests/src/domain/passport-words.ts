import { shortDate } from '@veche/kit/domain/calendar';
import { formatMoney } from '@veche/kit/domain/money';

/** Grammatical gender or plural of the subject of a sentence. */
type Gender = 'm' | 'f' | 'n' | 'p';

/** How a rule is called in a sentence, and how its value is written. */
export interface Label {
  text: string;
  gender: Gender;
  show?: (value: unknown) => string;
}

const WAS: Record<Gender, string> = { m: 'был', f: 'была', n: 'было', p: 'были' };
const BECAME: Record<Gender, string> = { m: 'стал', f: 'стала', n: 'стало', p: 'стали' };
const UNSET: Record<Gender, string> = { m: 'не задан', f: 'не задана', n: 'не задано', p: 'не заданы' };

/** «минимальная доля софинансирования была 5 %, стала 10 %». */
export function changeSentence({ text, gender, show = plainValue }: Label, before: unknown, after: unknown): string {
  const said = (value: unknown): string => ((value ?? null) === null || value === '' ? UNSET[gender] : show(value));
  return `${text} ${WAS[gender]} ${said(before)}, ${BECAME[gender]} ${said(after)}`;
}

const NBSP = ' ';
const LONGEST = 200;

/** Words of a value: texts in quotes and cut at 200 characters, numbers with a comma. */
export function plainValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  if (typeof value === 'number') return String(value).replace('.', ',');
  if (typeof value !== 'string') return plainText(JSON.stringify(value));
  return /^-?\d+(\.\d+)?$/.test(value) ? value.replace('.', ',') : `«${plainText(value)}»`;
}

const plainText = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

export const roubles = (kopecks: unknown): string => {
  const [whole, part] = formatMoney(BigInt(kopecks as string)).split('.') as [string, string];
  return `${whole.replace(/\B(?=(\d{3})+$)/g, NBSP)}${part === '00' ? '' : `,${part}`}${NBSP}₽`;
};
export const percent = (value: unknown): string => `${String(value).replace('.', ',')}${NBSP}%`;
/** "2026-03-01T09:00:00" as 01.03.2026 09:00. */
export const wallTime = (value: unknown): string => {
  const [date, time] = String(value).split('T') as [string, string | undefined];
  return [shortDate(date), time?.slice(0, 5)].filter(Boolean).join(' ');
};
export const oneOf =
  (words: Readonly<Record<string, string>>) =>
  (value: unknown): string =>
    `«${words[String(value)] ?? String(value)}»`;

export const STAGE_NAMES: Readonly<Record<string, string>> = {
  ANNOUNCEMENT: 'Объявление конкурса',
  TRAINING: 'Обучение участников',
  IDEATION: 'Идеи и предварительные собрания',
  ASSEMBLY: 'Итоговые собрания жителей',
  INTAKE: 'Приём заявок',
  ADMISSION: 'Проверка и допуск',
  PUBLIC_ASSESSMENT: 'Оценка общественным жюри',
  EXPERTISE: 'Экспертная оценка',
  VOTING: 'Голосование',
  COMMISSION: 'Заседание комиссии',
  AGREEMENTS: 'Соглашения о субсидиях',
  COLLECTION: 'Сбор средств',
  PROCUREMENT: 'Закупки',
  IMPLEMENTATION: 'Реализация',
  MONITORING: 'Контроль исполнения',
  REPORT: 'Отчёт',
};
