import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import {
  simpleSignatureProblem,
  type ElectronicSignature,
  type SimpleSignatureCode,
} from '@veche/kit/domain/electronic-signature';
import type { SignatureVerdict } from '@veche/kit/domain/signature-verdict';
import type { ScoreSheet } from './sheet.ts';

/** The signature under a final sheet; its id is the sheet's. */
export interface SheetSignature extends ElectronicSignature {
  contestId: string;
  applicationId: string;
  expertId: string;
  /** SHA-256 of the canonical sheet that was signed. */
  sheetHash: string;
  /** Detached CMS in base64; null for a simple one. */
  cms: string | null;
}

export type SignatureEvent = { kind: 'SheetSigned' };

export type SigningCode = 'SHEET_NOT_FINAL' | 'SHEET_ALTERED' | 'SHEET_SIGNED' | SimpleSignatureCode;

/** Why a sheet cannot be signed, null when it can; `hash` is that of the sheet as it is now. */
export function signingProblem(sheet: ScoreSheet, hash: string): 'SHEET_NOT_FINAL' | 'SHEET_ALTERED' | null {
  if (sheet.status !== 'FINAL') return 'SHEET_NOT_FINAL';
  return sheet.hash === hash ? null : 'SHEET_ALTERED';
}

type Result = Decision<SheetSignature, SignatureEvent, SigningCode>;

interface Signed {
  sheet: ScoreSheet;
  hash: string;
  at: Date;
}

/** Puts a signature that was checked under the sheet. */
export function signByCertificate({ sheet, hash, at }: Signed, cms: string, verdict: SignatureVerdict): Result {
  const problem = signingProblem(sheet, hash);
  return problem ? reject(problem) : signed({ sheet, hash, at }, { kind: 'ENHANCED', cms, verdict });
}

/** Puts a simple signature under the sheet, where the regulation allows it and a second factor confirmed the login. */
export function signByLogin(given: Signed, rules: { allowed: boolean; secondFactor: boolean }): Result {
  const problem = signingProblem(given.sheet, given.hash) ?? simpleSignatureProblem(rules);
  if (problem) return reject(problem);
  return signed(given, { kind: 'SIMPLE', cms: null, verdict: null });
}

function signed({ sheet, hash, at }: Signed, how: Pick<SheetSignature, 'kind' | 'cms' | 'verdict'>): Result {
  const { contestId, applicationId, expertId } = sheet;
  return accept<SheetSignature, SignatureEvent>(
    { contestId, applicationId, expertId, sheetHash: hash, signedAt: at, ...how },
    { kind: 'SheetSigned' },
  );
}
