import { aggregateStore, type Aggregate, type AggregateStore } from '@veche/kit';
import type { JuryPoints } from '@veche/kit/domain/scoring/facts';
import type { PublicJury } from '@veche/kit/domain/criterion';
import mongoose from 'mongoose';
import type { Juror } from '../domain/jury.ts';
import type { JuryModel } from '../domain/jury-model.ts';
import type { JuryDraw } from '../domain/jury-draw.ts';
import type { ScoreSheet } from '../domain/sheet.ts';
import { SHEET_FIELDS } from './sheet-fields.ts';

const { Mixed } = mongoose.Schema.Types;

/** The key under which networks of a contest's candidates are hashed; the id is the contest. */
export interface JuryKey {
  key: string;
}

export interface JuryStores {
  jurors: AggregateStore<Juror>;
  juryDraws: AggregateStore<JuryDraw>;
  /** Sheets of the public jury, apart from those of the experts. */
  jurySheets: AggregateStore<ScoreSheet>;
  juryKeys: AggregateStore<JuryKey>;
  /** Every version of the model of every region; none is changed. */
  juryModels: AggregateStore<JuryModel>;
}

export const juryStores = (connection: mongoose.Connection): JuryStores => ({
  jurors: aggregateStore<Juror>(connection, {
    collection: 'jurors',
    fields: {
      contestId: String,
      personId: String,
      state: String,
      organisationInn: String,
      territories: [String],
      claims: Mixed,
      origin: Mixed,
      appliedAt: Date,
      decision: Mixed,
      appeal: Mixed,
    },
    indexes: [
      [{ contestId: 1, appliedAt: 1, _id: 1 }], // all of a contest in the order of applying
      [{ contestId: 1, state: 1, appliedAt: 1, _id: 1 }], // those who wait, the members
      [{ contestId: 1, 'origin.network': 1 }], // how many came from one network
      [{ personId: 1, appliedAt: -1 }], // of a person, the latest first
      [{ 'decision.lesson.region': 1, 'decision.at': -1, _id: -1 }], // what a region has decided, the latest first
    ],
  }),
  juryDraws: aggregateStore<JuryDraw>(connection, {
    collection: 'jury_draws',
    fields: { contestId: String, input: Mixed, inputHash: String, resultHash: String, result: Mixed },
    indexes: [[{ contestId: 1, createdAt: 1 }]], // of a contest in their order
  }),
  jurySheets: aggregateStore<ScoreSheet>(connection, {
    collection: 'jury_sheets',
    fields: SHEET_FIELDS,
    indexes: [
      [{ applicationId: 1, expertId: 1 }, { unique: true }], // one sheet for a member and an application
      [{ contestId: 1, _id: 1 }], // all of a contest
      [{ contestId: 1, expertId: 1, createdAt: 1 }], // of a member
    ],
  }),
  juryKeys: aggregateStore<JuryKey>(connection, { collection: 'jury_keys', fields: { key: String } }),
  juryModels: aggregateStore<JuryModel>(connection, {
    collection: 'jury_models',
    fields: {
      region: String,
      number: Number,
      set: String,
      trainedAt: Date,
      decisions: Number,
      admitted: Number,
      heldOut: Mixed,
      intercept: Number,
      weights: Mixed,
      examplesHash: String,
    },
    indexes: [[{ region: 1, number: -1 }]], // the latest of a region
  }),
});

export const jurorId = (contestId: string, personId: string): string => `${contestId}:${personId}`;
export const contestOfJuror = (id: string): string => id.slice(0, Math.max(0, id.indexOf(':')));

/** Most members and candidates that one draw looks at. */
const DRAWN_MAX = 20_000;

export const jurorsIn = ({ jurors }: Pick<JuryStores, 'jurors'>, contestId: string, state: Juror['state']) =>
  jurors.find({ contestId, state }, { sort: { appliedAt: 1, _id: 1 }, limit: DRAWN_MAX });

/** How many candidates and members of the jury of a contest came from each of the networks. */
export async function sameNetworks(
  { jurors }: Pick<JuryStores, 'jurors'>,
  contestId: string,
  networks: readonly string[],
): Promise<number[]> {
  const rows: { _id: string; count: number | bigint }[] = await jurors.model.aggregate([
    { $match: { contestId, 'origin.network': { $in: [...networks] } } },
    { $group: { _id: '$origin.network', count: { $sum: 1 } } },
  ]);
  const counts = new Map(rows.map(({ _id, count }) => [_id, Number(count)]));
  return networks.map((network) => counts.get(network) ?? 0);
}

/** The latest parts of a person in juries that are looked at. */
const PARTS_MAX = 50;

/** What persons applied for and how it was decided, the latest first, in the order of the persons. */
export async function juryPartsOf(
  { jurors }: Pick<JuryStores, 'jurors'>,
  personIds: readonly string[],
): Promise<Juror[][]> {
  // Without a limit over all, by which the parts of one would depend on who else is looked at: one person has one part in a contest.
  const found = await jurors.find({ personId: { $in: [...personIds] } }, { sort: { appliedAt: -1 } });
  const parts = Map.groupBy(
    found.map(({ state }) => state),
    ({ personId }) => personId,
  );
  return personIds.map((id) => (parts.get(id) ?? []).slice(0, PARTS_MAX));
}

export const jurySheetsOf = (
  { jurySheets }: Pick<JuryStores, 'jurySheets'>,
  contestId: string,
): Promise<Aggregate<ScoreSheet>[]> => jurySheets.find({ contestId }, { sort: { _id: 1 } });

/** Points of the final sheets by application; sheets of a past instant only as far as they stood then. */
export function juryPoints(
  sheets: readonly Aggregate<ScoreSheet>[],
  { criteria }: Pick<PublicJury, 'criteria'>,
  until?: Date,
): Map<string, JuryPoints> {
  const most = criteria.reduce((sum, { maxPoints }) => sum + BigInt(maxPoints), 0n);
  const points = new Map<string, JuryPoints>();
  for (const { state, updatedAt } of sheets) {
    if (state.status !== 'FINAL' || (until && updatedAt > until)) continue;
    const before = points.get(state.applicationId) ?? { sheets: 0, points: 0n, possible: 0n };
    const own = state.marks.reduce((sum, mark) => sum + BigInt(mark.points), 0n);
    points.set(state.applicationId, {
      sheets: before.sheets + 1,
      points: before.points + own,
      possible: before.possible + most,
    });
  }
  return points;
}
