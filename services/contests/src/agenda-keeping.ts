import type { Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import { ContestPublishedSchema, ContestRescheduledSchema } from '@veche/proto/contests/v1/contests';
import { MeetingChangedSchema } from '@veche/proto/contests/v1/discussion';
import { entriesOfContest, entryOfMeeting } from './domain/agenda/entries.ts';
import { keepEntries, type AgendaStore } from './store/agenda.ts';
import type { MeetingStores } from './store/meetings.ts';
import type { Stores } from './store.ts';

interface Sources {
  stores: Stores;
  meetings: MeetingStores;
  agenda: AgendaStore;
}

/** Keeps the calendar by what contests and meetings tell; what is written is what the object says now, so a repetition changes nothing. */
export function agendaConsumers({ stores, meetings, agenda }: Sources): Consumer[] {
  const contest = async ({ contestId }: { contestId: string }): Promise<void> => {
    const found = await stores.contests.load(contestId);
    if (found) await keepEntries(agenda, entriesOfContest(contestId, found.state), found.version);
  };
  return [
    on(ContestPublishedSchema, contest),
    on(ContestRescheduledSchema, contest),
    on(MeetingChangedSchema, async ({ meetingId }) => {
      const found = await meetings.meetings.load(meetingId);
      if (found) await keepEntries(agenda, [entryOfMeeting(meetingId, found.state)], found.version);
    }),
  ];
}
