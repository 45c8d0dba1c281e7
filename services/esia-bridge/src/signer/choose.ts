import type { Config } from '../config.ts';
import { CRYPTOPRO_XCHA, verify } from '../gost/curve.ts';
import { publicKeyOf } from '../gost/certificate.ts';
import { streebog } from '../gost/streebog.ts';
import { plainSigner } from './plain.ts';
import { commandSigner, opensslSigner } from './process.ts';
import type { Signer } from './signer.ts';

const PROBE = 'esia-bridge self-test';

/** Whether the signer's key belongs to the certificate: found at start, not by ESIA-007002 at the first login. */
export async function matchesCertificate(signer: Signer, certificate: Uint8Array): Promise<boolean> {
  const signature = await signer.sign(PROBE);
  return verify(CRYPTOPRO_XCHA, publicKeyOf(certificate), streebog(Buffer.from(PROBE)), signature);
}

/**
 * The configured adapter, tested against the certificate. `auto` takes OpenSSL when its GOST engine works and, outside
 * production, the plain one otherwise.
 * @throws when no allowed adapter signs what the certificate verifies.
 */
export async function chooseSigner(config: Config, certificate: Uint8Array): Promise<Signer> {
  const adapters: Record<string, () => Signer> = {
    openssl: () => opensslSigner({ keyFile: config.esia.keyFile, configFile: config.esia.opensslConfig }),
    command: () => commandSigner({ command: config.esia.signCommand, reverse: config.esia.signReverse }),
    plain: () => plainSigner({ keyFile: config.esia.keyFile, production: config.production }),
  };
  const wanted = config.esia.signer;
  const order = wanted === 'auto' ? ['openssl', ...(config.production ? [] : ['plain'])] : [wanted];
  for (const name of order) {
    const signer = adapters[name]!();
    if (await matchesCertificate(signer, certificate).catch(() => false)) return signer;
  }
  throw new Error(
    `no signer (${order.join(', ')}) makes signatures that ESIA_CERT_FILE verifies: check ESIA_KEY_FILE and the GOST engine`,
  );
}
