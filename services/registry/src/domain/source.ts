/** Where money comes from (methodology of the Ministry of Finance, forms of monitoring). */
export const SOURCES = ['REGIONAL', 'MUNICIPAL', 'CITIZENS', 'BUSINESS', 'IN_KIND'] as const;
export type Source = (typeof SOURCES)[number];

/** Kopecks of one source. */
export interface SourceAmount {
  source: Source;
  amount: bigint;
}

export function isSource(text: string): text is Source {
  return (SOURCES as readonly string[]).includes(text);
}

export function amountOf(amounts: readonly SourceAmount[], source: Source): bigint {
  return totalOf(amounts.filter((one) => one.source === source));
}

export function totalOf(amounts: readonly SourceAmount[]): bigint {
  return amounts.reduce((sum, { amount }) => sum + amount, 0n);
}

/** Sums by source in the order of SOURCES; a source without money is left out. */
export function sumBySource(amounts: readonly SourceAmount[]): SourceAmount[] {
  return SOURCES.map((source) => ({ source, amount: amountOf(amounts, source) })).filter(({ amount }) => amount > 0n);
}
