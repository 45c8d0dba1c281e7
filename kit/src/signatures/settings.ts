import { flag, optionalText, type ConfigSpec } from '../config.ts';
import { opensslTool } from './openssl-tool.ts';
import { pkijsTool } from './pkijs-tool.ts';
import { readTrust } from './trust.ts';
import { signatureVerifier, type SignatureVerifier } from './verify.ts';

/** Settings of a service that checks electronic signatures. */
export interface SignatureSettings {
  /** Directory with `roots`, `intermediates` and `revoked`; without it no certificate is trusted. */
  signatureTrustDir: string | undefined;
  signatureRevocationRequired: boolean;
}

export const signatureSettings: ConfigSpec<SignatureSettings> = {
  signatureTrustDir: optionalText('SIGNATURE_TRUST_DIR'),
  signatureRevocationRequired: flag('SIGNATURE_REVOCATION_REQUIRED', true),
};

const NOBODY = { roots: [], intermediates: [], crls: [], sha256: '' };

/** RSA by PKI.js, GOST by OpenSSL's engine. */
export const configuredVerifier = ({
  signatureTrustDir: directory,
  signatureRevocationRequired: revocationRequired,
}: SignatureSettings): SignatureVerifier =>
  signatureVerifier({
    tools: [pkijsTool, opensslTool('GOST')],
    trust: async () => (directory ? readTrust(directory) : NOBODY),
    revocationRequired,
  });
