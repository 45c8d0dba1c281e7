import type { SignatureVerdict } from './signature-verdict.ts';

/** A signature that was accepted under something; how it was made, and what was found. */
export interface ElectronicSignature {
  /** By a certificate, or by a login with a second factor (63-ФЗ article 5). */
  kind: 'ENHANCED' | 'SIMPLE';
  signedAt: Date;
  /** Null for a simple one. */
  verdict: SignatureVerdict | null;
}

export type SimpleSignatureCode = 'SIMPLE_SIGNATURE_NOT_ALLOWED' | 'SECOND_FACTOR_REQUIRED';

/** Why a login is no signature here; null when it is one. */
export function simpleSignatureProblem({
  allowed,
  secondFactor,
}: {
  /** By the rules of the contest. */
  allowed: boolean;
  secondFactor: boolean;
}): SimpleSignatureCode | null {
  if (!allowed) return 'SIMPLE_SIGNATURE_NOT_ALLOWED';
  return secondFactor ? null : 'SECOND_FACTOR_REQUIRED';
}
