import type { Aggregate, Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  StageOpenedSchema,
} from '@veche/proto/contests/v1/contests';
import type { Application } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import { passes, passingStates } from './domain/tier/entry.ts';
import { notePlace, type Stopped } from './domain/tier/places.ts';
import { contestsAbove, passedOf } from './store/tiers.ts';
import { fileIfComplete, raise, type RaisingParts } from './tier-raising.ts';

/**
 * What passed the first tier comes up by itself: with its decision, or with the opening of the intake above. Repeated events find it there already.
 */
export function tierConsumers(parts: RaisingParts): Consumer[] {
  const decided = ({ applicationId }: { applicationId: string }) => carryOne(parts, applicationId);
  return [
    on(ApplicationDecidedSchema, decided),
    on(ApplicationAdmittedSchema, decided),
    on(StageOpenedSchema, async ({ contestId, stage }) => {
      const contest = stage === 'INTAKE' ? await parts.stores.contests.load(contestId) : null;
      if (contest?.state.tier?.entry === 'CARRY') await carryInto(parts, contest);
    }),
  ];
}

async function carryOne(parts: RaisingParts, applicationId: string): Promise<void> {
  const { stores } = parts;
  const source = await stores.applications.load(applicationId);
  const below = source && (await stores.contests.load(source.state.contestId));
  if (!source || !below) return;
  for (const contest of await contestsAbove(stores.contests, below.id, below.state)) {
    if (contest.state.tier?.entry === 'CARRY' && passes(contest.state, source.state))
      await carry(parts, { contest, source, sourceContest: below.state });
  }
}

interface Carried {
  contest: Aggregate<Contest>;
  source: Aggregate<Application>;
  sourceContest: Contest;
}

/** Brings one project up; the reason why it stays below is kept for the organiser. */
async function carry(parts: RaisingParts, what: Carried): Promise<{ raised: string | null; refused: Stopped | null }> {
  const { contest, source } = what;
  const outcome = await raise(parts, { ...what, municipality: null });
  if (!outcome.rejection) {
    await fileIfComplete(parts, outcome.aggregate.id, contest.state);
    return { raised: outcome.repeated ? null : outcome.aggregate.id, refused: null };
  }
  const { code, params = null } = outcome.rejection;
  // Two events at once: the other one has brought it up.
  if (code === 'RAISED_ALREADY') return { raised: null, refused: null };
  const refused: Stopped = { sourceId: source.id, code, params, at: parts.clock.now() };
  await parts.stores.tiers.upsert<never, 'TIER_QUOTA_EXCEEDED'>({
    id: contest.id,
    events: () => [],
    initial: () => ({ taken: [], stopped: [] }),
    decide: (places) => notePlace(places, refused),
  });
  return { raised: null, refused };
}

/** Brings up everything that passed the contests that a contest names, in the order of their list and of the numbers there. */
export async function carryInto(
  parts: RaisingParts,
  contest: Aggregate<Contest>,
): Promise<{ raised: string[]; refused: Stopped[] }> {
  const { stores } = parts;
  const states = passingStates(contest.state);
  const done: Awaited<ReturnType<typeof carry>>[] = [];
  for (const id of contest.state.tier!.contestIds ?? []) {
    const below = await stores.contests.load(id);
    for (const source of below ? await passedOf(stores.applications, id, states) : [])
      done.push(await carry(parts, { contest, source, sourceContest: below!.state }));
  }
  return {
    raised: done.flatMap(({ raised }) => raised ?? []),
    refused: done.flatMap(({ refused }) => refused ?? []),
  };
}
