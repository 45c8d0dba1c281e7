import type { Cell } from '@veche/kit/domain/csv';
import { formatMoney } from '@veche/kit/domain/money';
import type { Protocol, ProtocolLine } from '../count/counting.ts';

export const OUTCOMES: Record<ProtocolLine['outcome'], string> = {
  WINNER: 'Победитель',
  RESERVE: 'Резерв',
  NOT_SELECTED: 'Не отобран',
};

export interface Column {
  title: string;
  of: (line: ProtocolLine) => Cell;
}

const text = (value: string): Cell => ({ text: value });
const number = (value: string | number): Cell => ({ number: String(value) });

/** Columns of the result as a table; those that no project has a value for are left out. */
export function columnsOf({ projects }: Protocol): Column[] {
  const has = (field: 'part' | 'against'): boolean => projects.some((line) => line[field] !== undefined);
  return [
    ...(has('part') ? [{ title: 'Часть бюджета', of: (line: ProtocolLine) => text(line.part ?? '') }] : []),
    { title: 'Место', of: ({ place }) => number(place) },
    { title: 'Номер', of: (line) => text(line.number) },
    { title: 'Проект', of: ({ title }) => text(title) },
    { title: 'Стоимость, руб.', of: ({ costKopecks }) => number(formatMoney(BigInt(costKopecks))) },
    { title: 'Голоса или баллы', of: ({ score }) => number(score) },
    { title: 'Проголосовало за', of: ({ voters }) => number(voters) },
    ...(has('against') ? [{ title: 'Против', of: (line: ProtocolLine) => number(line.against ?? 0) }] : []),
    { title: 'Итог', of: ({ outcome }) => text(OUTCOMES[outcome]) },
    { title: 'Основание', of: ({ explanation }) => text(explanation) },
  ];
}
