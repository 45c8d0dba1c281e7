import { formatInstant } from '@veche/kit/domain/calendar';
import { csvText, type Cell } from '@veche/kit/domain/csv';
import { formatMoney } from '@veche/kit/domain/money';
import { answerColumns } from './answer-columns.ts';
import { STATE_NAMES } from './application-states.ts';
import { ballotCost, type Application, type Content } from './application.ts';
import type { Form } from './form-fields.ts';

/** Numbers from 1 to the last that no application has. */
export function gapsOf(numbers: readonly string[], last: number): number[] {
  const taken = new Set(numbers);
  return Array.from({ length: last }, (_, index) => index + 1).filter((number) => !taken.has(String(number)));
}

const HOUR = 3_600_000;

/** Middle of the times since the instants given, whole hours; of an even number the lower one of the two in the middle. */
export function medianHours(since: readonly Date[], now: Date): number | null {
  const times = since.map((at) => now.getTime() - at.getTime()).toSorted((one, other) => one - other);
  const middle = times[Math.floor((times.length - 1) / 2)];
  return middle === undefined ? null : Math.floor(middle / HOUR);
}

/** What the register shows of a numbered application. */
export interface Registered extends Pick<
  Application,
  'status' | 'revision' | 'submittedAt' | 'publishedAt' | 'imported'
> {
  number: string;
  content: Pick<Content, 'title' | 'category' | 'oktmo' | 'totalCost' | 'funding' | 'answers'>;
  terms?: { decideBy: Date | null } | null;
  refusal: { reason: string } | null;
}

interface Column {
  title: string;
  of: (application: Registered, timeZone: string) => Cell;
}

const text = (value: string): Cell => ({ text: value });
const money = (kopecks: bigint): Cell => ({ number: formatMoney(kopecks) });
const instant = (at: Date | null | undefined, zone: string): Cell => text(at ? formatInstant(at, zone) : '');

const COLUMNS: readonly Column[] = [
  { title: 'Номер', of: ({ number }) => text(number) },
  { title: 'Подана', of: ({ submittedAt }, zone) => instant(submittedAt, zone) },
  { title: 'Состояние', of: ({ status }) => text(STATE_NAMES[status]) },
  { title: 'Редакция', of: ({ revision }) => ({ number: String(revision) }) },
  { title: 'Название', of: ({ content }) => text(content.title) },
  { title: 'Тип проекта', of: ({ content }) => text(content.category) },
  { title: 'Место (ОКТМО)', of: ({ content }) => text(content.oktmo) },
  { title: 'Общая стоимость, руб.', of: ({ content }) => money(content.totalCost) },
  { title: 'Из бюджета, руб.', of: (application) => money(ballotCost(application)) },
  { title: 'Опубликована', of: ({ publishedAt }, zone) => instant(publishedAt, zone) },
  { title: 'Рассмотреть до', of: ({ terms }, zone) => instant(terms?.decideBy, zone) },
  { title: 'Основание отказа', of: ({ refusal }) => text(refusal?.reason ?? '') },
];

/** The register of a contest for a spreadsheet, in its time zone: what every contest has, then the answers to its own form. */
export function register(contest: Form & { timeZone: string }) {
  const own = answerColumns(contest);
  const rows: Cell[][] = [];
  return {
    add(application: Registered): void {
      rows.push([
        ...COLUMNS.map(({ of }) => of(application, contest.timeZone)),
        // What an import or an earlier release stored may have none.
        ...own.map(({ of }) => of(application.content.answers ?? {})),
      ]);
    },
    csv: (): string =>
      csvText(
        [...COLUMNS, ...own].map(({ title }) => title),
        rows,
      ),
  };
}
