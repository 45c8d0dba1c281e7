import {
  outsideOf,
  projectionStore,
  within,
  type BlockScope,
  type ConnectionArgs,
  type ProjectionStore,
} from '@veche/kit';
import type mongoose from 'mongoose';
import type { Entry, EntryKind, NamedEntry } from '../domain/agenda/entries.ts';

/** Lines of the calendar, kept by the events of contests and meetings so that both are listed by time together. */
export type AgendaStore = ProjectionStore<Entry>;

export const makeAgenda = (connection: mongoose.Connection): AgendaStore =>
  projectionStore<Entry>(connection, {
    collection: 'calendar_entries',
    fields: { kind: String, contestId: String, meetingId: String, stage: String, oktmo: String, at: Date },
    indexes: [
      [{ at: 1, _id: 1, kind: 1, oktmo: 1 }], // of a territory or of all
      [{ contestId: 1, at: 1, _id: 1, kind: 1, oktmo: 1 }],
    ],
  });

/** Writes the lines of one object as its version has them; an older version changes nothing. */
export async function keepEntries(agenda: AgendaStore, entries: readonly NamedEntry[], version: number): Promise<void> {
  for (const { id, ...entry } of entries) await agenda.upsertIfNewer(id, version, entry);
}

export interface AgendaFilter {
  oktmo?: string | null;
  contestId?: string | null;
  kinds?: readonly EntryKind[] | null;
  from?: Date | null;
  to?: Date | null;
}

/** `off`: territories and contests that do without meetings. */
function conditions({ oktmo, contestId, kinds, from, to }: AgendaFilter, off: readonly BlockScope[]) {
  const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
  return {
    ...(contestId ? { contestId } : {}),
    ...(from || to ? { at } : {}),
    ...(kinds?.length ? { kind: { $in: [...kinds] } } : {}),
    ...(oktmo ? { oktmo: within(oktmo) } : {}),
    ...outsideOf(off, { oktmo, contestId }, { kind: 'MEETING' }),
  };
}

/** The soonest first. */
export const pageOfAgenda = (
  agenda: AgendaStore,
  filter: AgendaFilter,
  off: readonly BlockScope[],
  args: ConnectionArgs,
) => agenda.page(conditions(filter, off), { at: 1, _id: 1 }, args);

export const agendaUntil = (agenda: AgendaStore, filter: AgendaFilter, off: readonly BlockScope[], limit: number) =>
  agenda.find(conditions(filter, off), { sort: { at: 1, _id: 1 }, limit });
