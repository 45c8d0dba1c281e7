import type { Criterion, TieBreaker } from '../criterion.ts';
import type { Values } from '../formula/evaluate.ts';
import { compare, type Rational } from '../rational.ts';
import { readAs, refuse, type Reader } from './reader.ts';

/** What a tie is broken by, of one application. */
export interface Standing {
  values: Values;
  points: ReadonlyMap<string, Rational>;
  /** Instant of the first submission, null when it is not known: then it comes last. */
  submittedAt: Date | null;
}

/** Below 0 when the first comes before the second. */
export type Comparison = (a: Standing, b: Standing) => number;

export const readTieBreakers = (
  reader: Reader,
  breakers: readonly TieBreaker[],
  criteria: readonly Criterion[],
): Comparison[] =>
  breakers.map((breaker, index) => READ[breaker.by](reader, breaker, `scoring.tieBreakers.${index}`, criteria));

type Read = (reader: Reader, breaker: TieBreaker, path: string, criteria: readonly Criterion[]) => Comparison;

const READ: Record<TieBreaker['by'], Read> = {
  CRITERION: (reader, { criterion }, path, criteria) => {
    const known = criteria.some(({ code, kind }) => code === criterion && kind !== 'GATE');
    refuse(reader, !known, `${path}.criterion`, `критерия с баллами «${criterion ?? ''}» нет`);
    return (a, b) => compare(b.points.get(criterion!)!, a.points.get(criterion!)!);
  },
  FORMULA: (reader, { formula, first }, path) => {
    refuse(reader, !first, `${path}.first`, 'укажите, что раньше: MORE или LESS');
    const { value } = readAs(reader, formula ?? '', 'NUMBER', `${path}.formula`);
    const sign = first === 'LESS' ? 1 : -1;
    return (a, b) => sign * compare(value(a.values), value(b.values));
  },
  EARLIER: () => (a, b) => timeOf(a) - timeOf(b),
};

const timeOf = ({ submittedAt }: Standing): number => submittedAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
