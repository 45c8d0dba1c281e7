import type { Command, Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import type { Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { passport } from '../domain/passport.ts';
import { withVersion } from '../domain/version.ts';
import { contestToOutbox as events } from '../events.ts';
import type { ViewParts } from '../views.ts';

type Decide = (contest: Contest) => Decision<Contest, ContestEvent, ContestCode>;

export interface FreezingChange {
  contestId: string;
  command: Command;
  expectedVersion?: number | null | undefined;
  decide: Decide;
}

const ATTEMPTS = 5;

/**
 * A change that freezes rules: the text of the passport is kept before the contest points to it by its hash, and the version is signed. It is
 * decided on the very state that it is written over; when another writer was first, it is decided again.
 */
export async function changeFrozen(parts: ViewParts, change: FreezingChange): Promise<Outcome<Contest, ContestCode>> {
  const { stores, clock, signer } = parts;
  const { contestId: id, command, expectedVersion, decide } = change;
  for (let attempt = 1; ; attempt += 1) {
    const contest = await stores.contests.load(id);
    if (contest) await keepPassport(parts, decide(contest.state));
    const outcome = await stores.contests.change<ContestEvent, ContestCode>({
      id,
      command,
      expectedVersion: expectedVersion ?? contest?.version,
      events,
      decide: (state) => withVersion(state, decide(state), id, clock.now(), signer),
    });
    const stale = outcome.rejection?.code === 'VERSION_CONFLICT';
    if (!stale || typeof expectedVersion === 'number' || attempt === ATTEMPTS) return outcome;
  }
}

async function keepPassport({ stores }: ViewParts, decision: ReturnType<Decide>): Promise<void> {
  if (!decision.ok || !decision.state.passportHash) return;
  await stores.passports.keep(decision.state.passportHash, passport(decision.state));
}
