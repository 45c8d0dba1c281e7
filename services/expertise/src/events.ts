import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import { AppealDecidedSchema, AppealFiledSchema } from '@veche/proto/expertise/v1/appeals';
import {
  ApplicationsDistributedSchema,
  ExpertInvitedSchema,
  ExpertLeftSchema,
  SheetVoidedSchema,
} from '@veche/proto/expertise/v1/assignment';
import { CommissionFormedSchema, MinutesSignedSchema, SessionOpenedSchema } from '@veche/proto/expertise/v1/commission';
import {
  ConflictDeclaredSchema,
  ExpertAssignedSchema,
  ExpertJoinedSchema,
  RankingDeterminedSchema,
  SheetFinalisedSchema,
} from '@veche/proto/expertise/v1/expertise';
import { JurorDecidedSchema, JurySheetAssignedSchema } from '@veche/proto/expertise/v1/jury';
import { appealEnd } from './domain/appeal-term.ts';
import type { Appeal, AppealEvent } from './domain/appeal.ts';
import type { Commission, CommissionEvent } from './domain/commission.ts';
import type { DistributionEvent, DistributionRecord } from './domain/distribution-record.ts';
import type { Juror, JurorEvent } from './domain/jury.ts';
import type { StageWindow } from './domain/stage.ts';
import { SheetSignedSchema } from '@veche/proto/expertise/v1/signatures';
import type { Expert, PoolEvent } from './domain/pool.ts';
import type { Ranking, RankingEvent } from './domain/ranking.ts';
import { decisionsOf } from './domain/minutes.ts';
import type { Session, SessionEvent } from './domain/session.ts';
import type { ScoreSheet, SheetEvent } from './domain/sheet.ts';
import type { SheetSignature, SignatureEvent } from './domain/signature.ts';

export const produces = topicsOf(
  ExpertJoinedSchema,
  ExpertAssignedSchema,
  RankingDeterminedSchema,
  ApplicationsDistributedSchema,
  SheetSignedSchema,
  CommissionFormedSchema,
  MinutesSignedSchema,
  AppealFiledSchema,
);

export function expertToOutbox({ kind }: PoolEvent, expertId: string, { competences }: Expert): OutboxEvent {
  switch (kind) {
    case 'ExpertJoined':
      return event(ExpertJoinedSchema, expertId, { expertId, competences: [...competences] });
    case 'ExpertInvited':
      return event(ExpertInvitedSchema, expertId, { expertId });
    case 'ExpertLeft':
      return event(ExpertLeftSchema, expertId, { expertId });
  }
}

export function distributionToOutbox(
  _happened: DistributionEvent,
  distributionId: string,
  { contestId, input, inputHash, resultHash }: DistributionRecord,
): OutboxEvent {
  const { rule, seed } = input;
  const told = { distributionId, contestId, rule, seed, inputsHash: inputHash, resultHash };
  return event(ApplicationsDistributedSchema, distributionId, told);
}

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
    case 'SheetVoided':
      return event(SheetVoidedSchema, sheetId, { ...place, kind: sheet.status, expertId });
  }
}

/** What it was decided of a candidate for the jury; reasons stay here. */
export const jurorToOutbox = (
  { onAppeal }: JurorEvent,
  id: string,
  { personId, contestId, state }: Juror,
): OutboxEvent => event(JurorDecidedSchema, id, { jurorId: personId, contestId, state, onAppeal });

/** What a draw gave to a member of the jury. */
export const jurySheetToOutbox =
  (window: StageWindow | null) =>
  (_happened: SheetEvent, sheetId: string, { contestId, applicationId, expertId }: ScoreSheet): OutboxEvent =>
    event(JurySheetAssignedSchema, sheetId, {
      sheetId,
      contestId,
      applicationId,
      jurorId: expertId,
      dueAt: window?.closesAt.toISOString() ?? '',
    });

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

/** That a sheet was signed; nothing of the certificate, which names its owner. */
export function signatureToOutbox(_happened: SignatureEvent, sheetId: string, signature: SheetSignature): OutboxEvent {
  const { contestId, applicationId, kind, sheetHash } = signature;
  return event(SheetSignedSchema, sheetId, { sheetId, contestId, applicationId, kind, sheetHash });
}

export function commissionToOutbox(
  _happened: CommissionEvent,
  contestId: string,
  { members }: Commission,
): OutboxEvent {
  const byCouncil = members.filter((member) => member.byCouncil).length;
  const memberIds = members.map(({ personId }) => personId);
  return event(CommissionFormedSchema, contestId, { contestId, members: members.length, byCouncil, memberIds });
}

/** What a session tells: outcomes with points and the term of an appeal in the zone of the contest, never who voted how, nor reasons. */
export function sessionToOutbox(
  { kind }: SessionEvent,
  sessionId: string,
  session: Session,
  timeZone = 'UTC',
): OutboxEvent {
  const { contestId, number, form } = session;
  if (kind === 'SessionOpened') {
    const votesUntil = session.votesUntil?.toISOString() ?? '';
    return event(SessionOpenedSchema, sessionId, { sessionId, contestId, number, form, votesUntil });
  }
  const { signedAt, commission, ranking } = session;
  const until = signedAt && appealEnd(signedAt, commission.rules.appealDays, timeZone);
  const decisions = decisionsOf(session).map(({ applicationId, outcome }) => {
    const line = ranking.find((one) => one.applicationId === applicationId);
    const { score = '', place = 0 } = line ?? {};
    return { applicationId, outcome, score, place, appealUntil: until?.toISOString() ?? '' };
  });
  return event(MinutesSignedSchema, sessionId, { sessionId, contestId, number, minutesHash: session.hash!, decisions });
}

export function appealToOutbox({ kind }: AppealEvent, appealId: string, appeal: Appeal): OutboxEvent {
  const { contestId, applicationId, session, state } = appeal;
  if (kind === 'AppealFiled')
    return event(AppealFiledSchema, appealId, { appealId, contestId, applicationId, session });
  return event(AppealDecidedSchema, appealId, { appealId, contestId, applicationId, upheld: state === 'UPHELD' });
}
