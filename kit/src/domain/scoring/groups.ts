import type { Criterion } from '../criterion.ts';
import { add, compare, fractionText, parseRational, rational, toDecimalString, type Rational } from '../rational.ts';
import type { Problem } from '../shape.ts';

/** Those that name `code` as their group. */
export const childrenOf = <T>(code: string, all: readonly T[], criterionOf: (one: T) => Criterion): T[] =>
  all.filter((one) => (criterionOf(one).group ?? null) === code);

/** What is wrong with codes, groups and weights. */
export function groupProblems(criteria: readonly Criterion[], weightSum: string | null): Problem[] {
  const problems: Problem[] = [];
  const byCode = new Map<string, Criterion>();
  for (const [index, criterion] of criteria.entries()) {
    if (byCode.has(criterion.code)) problems.push({ path: `criteria.${index}.code`, reason: 'код встречается дважды' });
    byCode.set(criterion.code, criterion);
  }
  for (const [index, criterion] of criteria.entries()) {
    const reason = parentProblem(criterion, byCode);
    if (reason) problems.push({ path: `criteria.${index}.group`, reason });
    else if (criterion.kind === 'GROUP') problems.push(...childrenProblems(criterion, criteria, `criteria.${index}`));
  }
  const top = criteria.filter(({ group }) => !group);
  return [...problems, ...weightProblems(top, weightSum, 'scoring.weightSum')];
}

function parentProblem(criterion: Criterion, byCode: ReadonlyMap<string, Criterion>): string | null {
  if (!criterion.group) return null;
  if (criterion.kind === 'GATE') return 'условие допуска не входит в группу: баллов оно не даёт';
  const parent = byCode.get(criterion.group);
  if (parent?.kind !== 'GROUP') return `группы «${criterion.group}» нет`;
  const chain = [criterion.code];
  for (let above: Criterion | undefined = parent; above; above = byCode.get(above.group ?? '')) {
    chain.push(above.code);
    if (above.code === criterion.code) return `группы ссылаются по кругу: ${chain.join(' → ')}`;
    if (chain.length > byCode.size + 1) return null;
  }
  return null;
}

function childrenProblems(
  group: Criterion & { kind: 'GROUP' },
  criteria: readonly Criterion[],
  path: string,
): Problem[] {
  const children = childrenOf(group.code, criteria, (criterion) => criterion);
  if (children.length === 0) return [{ path, reason: 'в группе нет ни одного критерия' }];
  return weightProblems(children, group.parameters.weightSum ?? null, `${path}.parameters.weightSum`);
}

/** The weights must add up to what is said, exactly: 99 is not 100. */
function weightProblems(criteria: readonly Criterion[], weightSum: string | null, path: string): Problem[] {
  if (weightSum === null) return [];
  const wanted = parseRational(weightSum);
  const sum = criteria
    .filter(({ kind }) => kind !== 'GATE')
    .reduce((total, { weight }) => add(total, parseRational(weight)), rational(0n));
  if (wanted.n === 0n) return [{ path, reason: 'сумма весов должна быть больше нуля' }];
  if (compare(sum, wanted) === 0) return [];
  const codes = criteria.filter(({ kind }) => kind !== 'GATE').map(({ code }) => code);
  return [{ path, reason: `сумма весов ${short(sum)}, а должна быть ${weightSum} (${codes.join(', ')})` }];
}

/** A sum of decimals of at most six places, without zeros at the end. */
const short = (sum: Rational): string =>
  sum.d === 1n ? fractionText(sum) : toDecimalString(sum, 6).replace(/0+$/, '');
