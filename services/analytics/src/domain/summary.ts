import { accept, type Decision } from '@veche/kit/domain/decision';
import type { Indicator } from './indicators.ts';

export type SummaryEvent = { kind: 'ContestSummarised' };

/** Fixes the indicators as they are now; each act makes a new edition. */
export function summarise<S extends { edition: number }>(
  summary: S,
  indicators: readonly Indicator[],
): Decision<S, SummaryEvent, never> {
  const fixed = indicators.map(({ code, value }) => ({ code, value }));
  return accept({ ...summary, edition: summary.edition + 1, indicators: fixed }, { kind: 'ContestSummarised' });
}
