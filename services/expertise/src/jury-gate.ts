import type { Clock } from '@veche/kit';
import { gatesRead, stoppedBefore } from '@veche/kit/domain/scoring/assess';
import type { AssessedFacts, JuryPoints } from '@veche/kit/domain/scoring/facts';
import type { Plan } from '@veche/kit/domain/scoring/plan';
import { percentOf } from '@veche/kit/domain/formula/functions';
import { rational, toDecimalString } from '@veche/kit/domain/rational';
import { phaseOf } from './domain/stage.ts';
import { planOf } from './ranking.ts';
import { admittedOf, factsReader, type Stores, type StoredApplication } from './store.ts';

/** Percent of the possible points, six decimals rounded down, so that what is not enough is not shown as enough. */
export const shareOf = ({ points, possible }: JuryPoints): string =>
  toDecimalString(percentOf(rational(points), rational(possible)), 6, 'floor').replace(/\.?0+$/, '');

export const NO_POINTS: JuryPoints = { sheets: 0, points: 0n, possible: 0n };

/** Whether all that the gates before the experts read is known: the public jury is done, the vote is counted. */
export async function gatesDecided(
  { juryWindows, votes }: Stores,
  clock: Clock,
  contestId: string,
  plan: Plan,
): Promise<boolean> {
  if (gatesRead(plan, 'jury.')) {
    const over = phaseOf(await juryWindows.get(contestId), clock.now()) === 'AFTER';
    if (!over) return false;
  }
  return !gatesRead(plan, 'vote.') || (await votes.get(contestId)) !== null;
}

/** Why an application does not reach the experts: the words of the regulation, and what the public jury gave where a gate asks for that. */
export function stopReasons(plan: Plan, facts: AssessedFacts): string[] {
  const reasons = stoppedBefore(plan, facts);
  if (reasons.length === 0 || !gatesRead(plan, 'jury.')) return reasons;
  const given = facts.jury ?? NO_POINTS;
  return [
    ...reasons,
    `Общественное жюри: ${given.points} из ${given.possible} возможных баллов (${shareOf(given).replace('.', ',')} %).`,
  ];
}

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
  if (!(await gatesDecided(stores, clock, contestId, plan)))
    return { applications: null, rejection: { code: 'GATE_UNDECIDED' } };
  const factsOf = await factsReader(stores, contestId);
  const applications = admitted.filter((one) => stopReasons(plan, factsOf(one)).length === 0);
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
