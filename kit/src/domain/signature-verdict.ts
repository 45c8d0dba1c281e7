/** What a check of an electronic signature found. */
export interface SignatureVerdict {
  /** The instant for which validity and revocation were looked at: that of the receipt, for a claimed time proves nothing. */
  at: Date;
  claimedAt: Date | null;
  tool: string;
  certified: boolean;
  algorithm: string;
  /** What passed; a check that could not be made is not among them. */
  passed: readonly string[];
  /** SHA-256 of the signer's certificate, hex. */
  certificateSha256: string;
  /** Name of the authority that issued it. */
  issuer: string;
  notAfter: Date;
  /** SHA-256 of the roots and lists of revoked certificates that were configured then. */
  trustSha256: string;
}
