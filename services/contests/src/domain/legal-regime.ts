/** Rule sets of the law that a contest can rest on, with the dates between which they are in force. */
export const LEGAL_REGIMES = {
  /** Article 26.1 of 131-ФЗ; the law lapses on 1 January 2028. */
  RU_131FZ_26_1: { from: '2021-01-01', until: '2028-01-01' },
  /** Article 49 of 33-ФЗ. */
  RU_33FZ_49: { from: '2025-06-19', until: null },
  /** Contests with money of the region: content, terms, criteria and grounds are those of the region's act. */
  RU_REGIONAL: { from: '2021-01-01', until: null },
} as const;
export type LegalRegime = keyof typeof LEGAL_REGIMES;

/** Whether a regime is in force on an ISO date. */
export function inForce(regime: LegalRegime, date: string): boolean {
  const { from, until } = LEGAL_REGIMES[regime];
  return from <= date && (until === null || date < until);
}
