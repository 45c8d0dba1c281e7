import { parseMoney } from '@veche/kit/domain/money';
import { sumOf, type Content, type Funding } from './application.ts';
import type { FieldError } from './field-error.ts';

interface Line {
  source?: unknown;
  amount?: unknown;
}

/** Cost lines (`costLines` in the form) must add up to the planned money of each source; lines that are no lines have their own errors. */
export function costLineErrors(form: object, { answers, funding }: Content): FieldError[] {
  const properties = (form as { properties?: Record<string, { costLines?: unknown }> }).properties ?? {};
  const names = Object.keys(properties).filter((name) => properties[name]?.costLines === true);
  return names
    .filter((name) => Array.isArray(answers[name]) && !addsUp(answers[name] as Line[], funding))
    .map((name) => ({ path: `answers.${name}`, code: 'SUM_DIFFERS' }));
}

function addsUp(lines: readonly Line[], funding: readonly Funding[]): boolean {
  const sources = new Set([...lines.map(({ source }) => source), ...funding.map(({ source }) => source)]);
  return [...sources].every((source) => {
    const planned = sumOf(funding.filter((one) => one.source === source));
    return (
      lines.filter((line) => line.source === source).reduce((sum, { amount }) => sum + kopecks(amount), 0n) === planned
    );
  });
}

function kopecks(amount: unknown): bigint {
  try {
    return parseMoney(String(amount));
  } catch {
    return 0n;
  }
}
