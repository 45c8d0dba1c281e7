import { createHash } from 'node:crypto';
import type { Outcome } from '@veche/kit';
import { conflictOf, type DetectedConflict } from './domain/conflict.ts';
import type { PanelRules } from './domain/panel.ts';
import type { Expert } from './domain/pool.ts';
import { assignExpert, type ScoreSheet, type SheetCode, type SheetEvent } from './domain/sheet.ts';
import { sheetToOutbox } from './events.ts';
import { sheetsOf, type StoredApplication, type Stores } from './store.ts';

/** An expert of the pool with the person's id. */
export type Pooled = Expert & { id: string };

/** Those of the ids who are in the pool and have agreed; entries from before there were invitations have agreed. */
export async function activeExperts({ experts }: Stores, ids: readonly string[]): Promise<Map<string, Pooled>> {
  const found = await experts.loadMany([...new Set(ids)]);
  const active = found.filter(({ state }) => (state.state ?? 'ACTIVE') === 'ACTIVE');
  return new Map(active.map(({ id, state }) => [id, { ...state, id }]));
}

/** What keeps an expert, or a member of a commission, from an application as far as the data shows. */
export const conflictWith = (
  { id, organisationInn, territories }: Pick<Pooled, 'id' | 'organisationInn' | 'territories'>,
  { memberIds, organisationInns, oktmo }: StoredApplication,
  { ownTerritoryBarred }: Pick<PanelRules, 'ownTerritoryBarred'>,
): DetectedConflict | null =>
  conflictOf(
    { expertId: id, organisationInn: organisationInn ?? null, territories: territories ?? [] },
    { memberIds, organisationInns: organisationInns ?? [], oktmo },
    ownTerritoryBarred,
  );

/** The sheet of a pair; its id is that of the pair, so two organisers at once make one sheet. */
export const giveSheet = (
  { sheets }: Stores,
  { id: applicationId, contestId }: StoredApplication,
  expertId: string,
  conflict: DetectedConflict | null,
): Promise<Outcome<ScoreSheet, SheetCode>> => {
  const id = sheetId(applicationId, expertId);
  return sheets.create<SheetEvent, SheetCode>({
    id,
    command: { caller: 'assignment', key: id, name: 'assignExperts', payload: { applicationId, expertId } },
    events: sheetToOutbox,
    decide: () => assignExpert({ contestId, applicationId, expertId }, conflict),
  });
};

/** Experts whom an application is given to. */
export interface Giving {
  application: StoredApplication;
  experts: readonly Pooled[];
}

/** Gives those sheets of a contest that are not there yet. */
export async function giveSheets(
  stores: Stores,
  contestId: string,
  wanted: readonly Giving[],
  rules: PanelRules,
): Promise<void> {
  const known = new Set((await sheetsOf(stores, contestId)).map(({ id }) => id));
  for (const { application, experts } of wanted)
    await Promise.all(
      experts
        .filter((expert) => !known.has(sheetId(application.id, expert.id)))
        .map((expert) => giveSheet(stores, application, expert.id, conflictWith(expert, application, rules))),
    );
}

/** A UUID of the pair (RFC 9562 version 8). */
export function sheetId(applicationId: string, expertId: string): string {
  const hex = createHash('sha256').update(`${applicationId}\n${expertId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
