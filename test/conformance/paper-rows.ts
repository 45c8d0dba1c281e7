import { randomUUID } from 'node:crypto';
import type { Row, Valid } from './bad-input.ts';

/** Documents come out of a slow converter; the tests of the services sign theirs. */
const absentDocument = { documentId: randomUUID(), sha256: '0'.repeat(64) };

/** Documents and signatures. */
export const PAPERS: Record<string, Valid> = {
  generateApplicationDocument: { as: 'lead', anyRole: true, input: (w) => ({ applicationId: w.applicationId }) },
  generateApplicationNotice: { as: 'lead', anyRole: true, input: (w) => ({ applicationId: w.applicationId }) },
  signDocument: { as: 'lead', anyRole: true, absent: true, input: () => absentDocument },
  signAssessmentDocument: { as: 'lead', anyRole: true, absent: true, input: () => absentDocument },
  signScoreSheet: { as: 'expert', input: (w) => ({ sheetId: w.sheetId, signature: 'MAA=' }) },
  confirmScoreSheet: { as: 'expert', input: (w) => ({ sheetId: w.sheetId }) },
  generateScoreSheetDocument: { as: 'expert', input: (w) => ({ sheetId: w.sheetId }) },
  generateCommissionProtocol: { as: 'commission', input: (w) => ({ sessionId: w.commissionSessionId }) },
  generateDecisionLetter: { as: 'lead', anyRole: true, input: (w) => ({ applicationId: w.admittedId }) },
  generateRankingList: { as: 'organiser', input: (w) => ({ contestId: w.contestId }) },
  generateMeetingMinutes: { as: 'outsider', input: (w) => ({ meetingId: w.community.meetingId }) },
};

export const WRONG_PAPERS: Row[] = [
  ['generateApplicationDocument', 'unknown application', { applicationId: randomUUID() }, 'NOT_FOUND'],
  ['generateApplicationNotice', 'unknown application', { applicationId: randomUUID() }, 'NOT_FOUND'],
  ['generateApplicationNotice', 'nothing was decided', {}, 'WRONG_STATE'],
  ['signDocument', 'unknown document', {}, 'NOT_FOUND'],
  ['signDocument', 'not base64', { signature: '<подпись>' }, 'BAD_USER_INPUT'],
  ['signAssessmentDocument', 'unknown document', {}, 'NOT_FOUND'],
  ['signAssessmentDocument', 'not base64', { signature: '<подпись>' }, 'BAD_USER_INPUT'],
  ['signScoreSheet', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
  ['signScoreSheet', 'not base64', { signature: '<подпись>' }, 'BAD_USER_INPUT'],
  ['signScoreSheet', 'unknown sheet', { sheetId: randomUUID() }, 'NOT_FOUND'],
  ['confirmScoreSheet', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
  ['confirmScoreSheet', 'unknown sheet', { sheetId: randomUUID() }, 'NOT_FOUND'],
  ['generateScoreSheetDocument', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
  ['generateCommissionProtocol', 'not counted', {}, 'NOT_COUNTED'],
  ['generateCommissionProtocol', 'unknown session', { sessionId: randomUUID() }, 'NOT_FOUND'],
  ['generateDecisionLetter', 'nothing was decided', {}, 'NOT_DECIDED'],
  ['generateDecisionLetter', 'not of the group', {}, 'NOT_FOUND', 'outsider'],
  ['generateRankingList', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['generateMeetingMinutes', 'nothing was written down', {}, 'MINUTES_MISSING'],
  ['generateMeetingMinutes', 'not of the group', {}, 'FORBIDDEN', 'lead'],
];
