import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Certificate, CertificateChainValidationEngine, CertificateRevocationList } from 'pkijs';
import { isSame } from './parsed.ts';
import type { ChainFault, SignatureTool } from './tool.ts';

const { version } = createRequire(import.meta.url)('pkijs/package.json') as { version: string };

/** Codes of the library's chain validation. */
const FAULTS: Readonly<Record<number, ChainFault>> = {
  8: 'CERTIFICATE_NOT_IN_FORCE',
  11: 'REVOCATION_UNKNOWN',
  12: 'CERTIFICATE_REVOKED',
};

const bytesOf = (der: Buffer): ArrayBuffer => new Uint8Array(der).buffer;

/** RSA by PKI.js over the Web Crypto of Node. */
export const pkijsTool: SignatureTool = {
  family: 'RSA',
  describe: async () => ({ tool: `PKI.js ${version}, Node ${process.versions.node}`, certified: false }),
  digest: async ({ digest }, document) => createHash(digest.name).update(document).digest(),
  async verifies({ cms }, document) {
    try {
      return await cms.verify({ signer: 0, data: new Uint8Array(document).buffer, checkChain: false });
    } catch {
      return false;
    }
  },
  async chainFault({ signature, roots, intermediates, crls, at }) {
    const { signer } = signature;
    const engine = new CertificateChainValidationEngine({
      trustedCerts: roots.map((der) => Certificate.fromBER(bytesOf(der))),
      // The path starts from the last one, unless the same stands before it: then from whatever is last without it.
      certs: [...intermediates, ...signature.others]
        .map((der) => Certificate.fromBER(bytesOf(der)))
        .filter((one) => !isSame(one, signer))
        .concat(signer),
      crls: crls.map((der) => CertificateRevocationList.fromBER(bytesOf(der))),
      checkDate: at,
    });
    const { result, resultCode, certificatePath: [end] = [] } = await engine.verify();
    if (!result) return FAULTS[resultCode] ?? 'CERTIFICATE_NOT_TRUSTED';
    return end && isSame(end, signer) ? null : 'CERTIFICATE_NOT_TRUSTED';
  },
};
