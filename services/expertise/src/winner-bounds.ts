import { limitsOf } from '@veche/kit/domain/division';
import { stoppedByGates } from '@veche/kit/domain/scoring/assess';
import { decisionsOf } from './domain/minutes.ts';
import type { WinnersKnown } from './domain/winners.ts';
import { signedSessionsOf } from './store/commissions.ts';
import { planOf } from './ranking.ts';
import { admittedOf, toldOf, type ContestFacts, type StoredApplication, type Stores } from './store.ts';

/** The gates of a contest that its applications fail by what is known of them now, in Russian. */
export async function gatesAgainst(
  stores: Stores,
  contestId: string,
  contest: ContestFacts | null,
  applications: readonly StoredApplication[],
): Promise<Map<string, string[]>> {
  if (!contest) return new Map();
  const plan = planOf(contest);
  const { factsOf } = await toldOf(stores, contestId, contest);
  return new Map(applications.map((application) => [application.id, stoppedByGates(plan, factsOf(application))]));
}

const UNBOUND: WinnersKnown = { limits: [], applications: new Map(), before: new Set() };

/** What binds the winners of a contest; nothing where its groups and nominations have neither money nor places of their own. */
export async function winnersKnown(
  stores: Stores,
  contestId: string,
  contest: ContestFacts | null,
): Promise<WinnersKnown> {
  const limits = limitsOf(contest?.divisions ?? [], contest?.budget ?? 0n);
  if (limits.length === 0) return UNBOUND;
  const [admitted, signed] = await Promise.all([admittedOf(stores, contestId), signedSessionsOf(stores, contestId)]);
  const last = new Map(
    signed.flatMap(({ state }) => decisionsOf(state)).map(({ applicationId, outcome }) => [applicationId, outcome]),
  );
  return {
    limits,
    applications: new Map(admitted.map(({ id, divisions = [], cost = 0n }) => [id, { divisions, cost }])),
    before: new Set([...last].flatMap(([id, outcome]) => (outcome === 'WINNER' ? [id] : []))),
  };
}
