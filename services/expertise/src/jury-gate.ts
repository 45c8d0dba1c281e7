import type { Clock } from '@veche/kit';
import { gatesRead, stoppedBefore } from '@veche/kit/domain/scoring/assess';
import {
  coveredBy,
  requestedOf,
  type AssessedFacts,
  type CapitalPoints,
  type JuryPoints,
} from '@veche/kit/domain/scoring/facts';
import type { Plan } from '@veche/kit/domain/scoring/plan';
import { percentOf } from '@veche/kit/domain/formula/functions';
import { formatMoney } from '@veche/kit/domain/money';
import { rational, shortDecimal } from '@veche/kit/domain/rational';
import { phaseOf, type StageWindow } from './domain/stage.ts';
import { planOf } from './ranking.ts';
import type { CapitalFacts, VoteFacts } from './store/projections.ts';
import { admittedOf, toldOf, type Stores, type StoredApplication } from './store.ts';

/** Percent of the possible points. */
export const shareOf = ({ points, possible }: JuryPoints): string =>
  shortDecimal(percentOf(rational(points), rational(possible)));

/** Percent of the requested sum that the virtual capital covers. */
export const capitalShareOf = (facts: AssessedFacts): string =>
  shortDecimal(coveredBy(facts.capital?.points ?? 0n, requestedOf(facts)));

export const NO_POINTS: JuryPoints = { sheets: 0, points: 0n, possible: 0n };
export const NO_CAPITAL: CapitalPoints = { points: 0n, supporters: 0 };

/** What residents gave of the virtual capital, once it was counted for the end of the stage as it stands now. */
export const capitalOf = (window: StageWindow | null, counted: CapitalFacts | null): CapitalFacts | null =>
  window && counted && counted.closesAt >= window.closesAt ? counted : null;

/** What gates before the experts wait for, as far as it was told. */
interface Heard {
  window: StageWindow | null;
  capital: CapitalFacts | null;
  votes: VoteFacts | null;
}

/** Whether all that the gates before the experts read is known: the public stage is over, its points and the vote are counted. */
export function gatesDecided(plan: Plan, { window, capital, votes }: Heard, now: Date): boolean {
  const counted = gatesRead(plan, 'capital.');
  if (counted || gatesRead(plan, 'jury.')) {
    if (phaseOf(window, now) !== 'AFTER' || (counted && capitalOf(window, capital) === null)) return false;
  }
  return !gatesRead(plan, 'vote.') || votes !== null;
}

/** Why an application does not reach the experts: the words of the regulation, and what residents gave where a gate asks for that. */
export function stopReasons(plan: Plan, facts: AssessedFacts): string[] {
  const reasons = stoppedBefore(plan, facts);
  if (reasons.length === 0) return reasons;
  return [
    ...reasons,
    ...(gatesRead(plan, 'jury.') ? [juryReason(facts.jury ?? NO_POINTS)] : []),
    ...(gatesRead(plan, 'capital.') ? [capitalReason(facts)] : []),
  ];
}

const juryReason = (given: JuryPoints): string =>
  `Общественное жюри: ${given.points} из ${given.possible} возможных баллов (${shareOf(given).replace('.', ',')} %).`;

const capitalReason = (facts: AssessedFacts): string =>
  `Виртуальный капитал: ${facts.capital?.points ?? 0n} баллов на ${formatMoney(requestedOf(facts)).replace('.', ',')} запрошенных рублей (${capitalShareOf(facts).replace('.', ',')} %).`;

/**
 * The admitted applications that experts are given: those that no gate before them stops. A refusal where a gate cannot be decided yet, or where it
 * stops all of them.
 */
export async function reachingExperts(
  stores: Stores,
  clock: Clock,
  contestId: string,
): Promise<
  | { applications: StoredApplication[]; rejection: null }
  | { applications: null; rejection: { code: 'GATE_UNDECIDED' | 'STOPPED_BY_GATE' } }
> {
  const [contest, admitted] = await Promise.all([stores.contests.get(contestId), admittedOf(stores, contestId)]);
  const plan = contest && planOf(contest);
  if (!plan || admitted.length === 0) return { applications: admitted, rejection: null };
  const [window, told] = await Promise.all([stores.juryWindows.get(contestId), toldOf(stores, contestId, contest)]);
  if (!gatesDecided(plan, { ...told, window }, clock.now()))
    return { applications: null, rejection: { code: 'GATE_UNDECIDED' } };
  const applications = admitted.filter((one) => stopReasons(plan, told.factsOf(one)).length === 0);
  if (applications.length === 0) return { applications: null, rejection: { code: 'STOPPED_BY_GATE' } };
  return { applications, rejection: null };
}

/** What keeps one admitted application from the experts; null when nothing does. */
export async function stopOf(stores: Stores, clock: Clock, contestId: string, applicationId: string) {
  const { applications, rejection } = await reachingExperts(stores, clock, contestId);
  if (rejection) return rejection;
  const reaches = applications.some(({ id }) => id === applicationId);
  return reaches ? null : { code: 'STOPPED_BY_GATE' as const, path: ['applicationId'] };
}
