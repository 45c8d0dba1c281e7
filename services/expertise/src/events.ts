import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  ConflictDeclaredSchema,
  ExpertAssignedSchema,
  ExpertJoinedSchema,
  RankingDeterminedSchema,
  SheetFinalisedSchema,
} from '@veche/proto/expertise/v1/expertise';
import type { Expert, PoolEvent } from './domain/pool.ts';
import type { Ranking, RankingEvent } from './domain/ranking.ts';
import type { ScoreSheet, SheetEvent } from './domain/sheet.ts';

export const produces = topicsOf(ExpertJoinedSchema, ExpertAssignedSchema, RankingDeterminedSchema);

export const expertToOutbox = (_happened: PoolEvent, expertId: string, { competences }: Expert): OutboxEvent =>
  event(ExpertJoinedSchema, expertId, { expertId, competences: [...competences] });

/** What a sheet tells; marks and reasons stay here. */
export function sheetToOutbox(happened: SheetEvent, sheetId: string, sheet: ScoreSheet): OutboxEvent {
  const { contestId, applicationId, expertId } = sheet;
  const place = { sheetId, contestId, applicationId };
  switch (happened.kind) {
    case 'ExpertAssigned':
      return event(ExpertAssignedSchema, sheetId, { ...place, expertId });
    case 'ConflictDeclared':
      return event(ConflictDeclaredSchema, sheetId, { ...place, kind: happened.how });
    case 'SheetFinalised':
      return event(SheetFinalisedSchema, sheetId, { ...place, sheetHash: sheet.hash! });
  }
}

export function rankingToOutbox(_happened: RankingEvent, contestId: string, { edition, lines }: Ranking): OutboxEvent {
  const told = lines.map(({ applicationId, group, place, tied, score, exactScore, sheets, exclusions }) => ({
    applicationId,
    place,
    tied,
    score,
    exactScore,
    sheets,
    group,
    excluded: exclusions.length > 0,
  }));
  return event(RankingDeterminedSchema, contestId, { contestId, version: edition, lines: told });
}
