/**
 * Money is a bigint of kopecks everywhere inside; "1234.56" outside. Never a float: 0.1 + 0.2 is not a sum a
 * treasury accepts.
 */

const PATTERN = /^(-)?(\d{1,15})(?:\.(\d{1,2}))?$/;

/** "1234.56", "1234.5" or "1234" to kopecks. Throws RangeError on anything else. */
export function parseMoney(text: string): bigint {
  const match = PATTERN.exec(text);
  if (!match) throw new RangeError('money must look like 1234.56');
  const kopecks = BigInt(match[2]!) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] ? -kopecks : kopecks;
}

/** Kopecks to "1234.56": always two digits after the point, no grouping. */
export function formatMoney(kopecks: bigint): string {
  const absolute = kopecks < 0n ? -kopecks : kopecks;
  const text = `${absolute / 100n}.${String(absolute % 100n).padStart(2, '0')}`;
  return kopecks < 0n ? `-${text}` : text;
}

/**
 * Splits `total` in proportion to `weights` by the method of largest remainders: the parts are whole and add up to
 * the total exactly. Equal remainders go to the earlier weight. Throws RangeError when a number is negative or all
 * weights are zero.
 */
export function shareOf(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (total < 0n || sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('a total and weights must not be negative, and one weight must be positive');
  }
  const parts = weights.map((weight, index) => ({
    index,
    whole: (total * weight) / sum,
    rest: (total * weight) % sum,
  }));
  let left = total - parts.reduce((a, part) => a + part.whole, 0n);
  const byRest = [...parts].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const part of byRest) {
    if (left === 0n) break;
    part.whole += 1n;
    left -= 1n;
  }
  return parts.map((part) => part.whole);
}
