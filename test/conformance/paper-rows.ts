import { randomUUID } from 'node:crypto';
import type { Row, Valid } from './bad-input.ts';

/** Documents and signatures. */
export const PAPERS: Record<string, Valid> = {
  generateApplicationDocument: { as: 'lead', anyRole: true, input: (w) => ({ applicationId: w.applicationId }) },
  signScoreSheet: { as: 'expert', input: (w) => ({ sheetId: w.sheetId, signature: 'MAA=' }) },
  confirmScoreSheet: { as: 'expert', input: (w) => ({ sheetId: w.sheetId }) },
  generateScoreSheetDocument: { as: 'expert', input: (w) => ({ sheetId: w.sheetId }) },
};

export const WRONG_PAPERS: Row[] = [
  ['generateApplicationDocument', 'unknown application', { applicationId: randomUUID() }, 'NOT_FOUND'],
  ['signScoreSheet', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
  ['signScoreSheet', 'not base64', { signature: '<подпись>' }, 'BAD_USER_INPUT'],
  ['signScoreSheet', 'unknown sheet', { sheetId: randomUUID() }, 'NOT_FOUND'],
  ['confirmScoreSheet', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
  ['confirmScoreSheet', 'unknown sheet', { sheetId: randomUUID() }, 'NOT_FOUND'],
  ['generateScoreSheetDocument', 'a sheet that is not final', {}, 'SHEET_NOT_FINAL'],
];
