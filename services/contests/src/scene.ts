import type { Caller } from '@veche/kit';
import { localDateOf } from '@veche/kit/domain/calendar';
import type { Scene } from './domain/community/idea.ts';
import type { Participant } from './domain/community/participant.ts';
import { rulesFor } from './store/community.ts';
import type { ViewParts } from './views.ts';

/** What holds, and what day it is, in a place and in the contest there. */
export async function sceneOf(
  { stores, community, clock }: ViewParts,
  place: { oktmo: string; contestId: string | null },
): Promise<Scene> {
  const now = clock.now();
  const [rules, contest] = await Promise.all([
    rulesFor(community, place, now),
    place.contestId ? stores.contests.load(place.contestId) : null,
  ]);
  return { rules, now, today: localDateOf(now, contest?.state.timeZone ?? 'UTC') };
}

export const participantOf = ({ personId, assurance, birthdate, residence }: Caller): Participant => ({
  personId,
  assurance,
  birthdate,
  residence,
});
