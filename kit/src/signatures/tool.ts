import type { Family } from './algorithms.ts';
import type { ParsedSignature } from './parsed.ts';

export type ChainFault =
  | 'CERTIFICATE_NOT_TRUSTED'
  | 'CERTIFICATE_NOT_IN_FORCE'
  | 'CERTIFICATE_REVOKED'
  | 'REVOCATION_UNKNOWN';

export interface ChainQuestion {
  signature: ParsedSignature;
  /** Certificates that are trusted by themselves, DER. */
  roots: readonly Buffer[];
  /** Certificates between them and the signer's, DER; what came with the signature is looked at as well. */
  intermediates: readonly Buffer[];
  /** Lists of revoked certificates, DER. Without any, revocation is not looked at. */
  crls: readonly Buffer[];
  at: Date;
}

/**
 * What does the arithmetic of signatures. Replaceable: production puts a certified tool here (63-ФЗ article 11), and every verdict names
 * the tool that gave it.
 */
export interface SignatureTool {
  readonly family: Family;
  /** Name and version, and whether it is certified. */
  describe(): Promise<{ tool: string; certified: boolean }>;
  /** Digest of a document by the algorithm of the signature. */
  digest(signature: ParsedSignature, document: Uint8Array): Promise<Buffer>;
  /** Whether the signature was made by the key of the signer's certificate over this document. */
  verifies(signature: ParsedSignature, document: Uint8Array): Promise<boolean>;
  /** Why the signer's certificate is not to be trusted at that instant, null when it is. */
  chainFault(question: ChainQuestion): Promise<ChainFault | null>;
}
