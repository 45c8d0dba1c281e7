import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ranProcess } from '../run-process.ts';
import type { Family } from './algorithms.ts';
import { GOST_OPENSSL_CONFIG } from './gost-config.ts';
import { derOfCertificate } from './parsed.ts';
import { pemOf } from './pem.ts';
import type { ChainFault, SignatureTool } from './tool.ts';

const ENV = { OPENSSL_CONF: GOST_OPENSSL_CONFIG };

/** Codes of X509_verify_cert(3). Whatever else it finds wrong, the chain is not trusted. */
const FAULTS: Readonly<Record<number, ChainFault>> = {
  3: 'REVOCATION_UNKNOWN',
  11: 'REVOCATION_UNKNOWN',
  12: 'REVOCATION_UNKNOWN',
  9: 'CERTIFICATE_NOT_IN_FORCE',
  10: 'CERTIFICATE_NOT_IN_FORCE',
  23: 'CERTIFICATE_REVOKED',
};

/**
 * GOST R 34.10-2012 (and RSA, as a second opinion) by the command line of OpenSSL with the GOST engine, a reference implementation that is
 * not certified. Each question is a child process over files of its own.
 */
export const opensslTool = (family: Family): SignatureTool => ({
  family,
  async describe() {
    const { output } = await ranProcess(['openssl', 'version'], { env: ENV });
    const engine = await ranProcess(['openssl', 'engine', 'gost'], { env: ENV });
    if (engine.code !== 0) throw new Error('OpenSSL has no GOST engine here');
    const version = output.toString().split(' ').slice(0, 2).join(' ');
    return { tool: `${version}, engine gost`, certified: false };
  },
  async digest({ digest }, document) {
    const { code, output } = await ranProcess(['openssl', 'dgst', `-${digest.name}`, '-binary'], {
      input: document,
      env: ENV,
    });
    if (code !== 0) throw new Error(`OpenSSL knows no ${digest.name}`);
    return output;
  },
  verifies: ({ der, signer }, document) =>
    withFiles({ signature: der, document, signer: pemOf('CERTIFICATE', derOfCertificate(signer)) }, async (file) => {
      // By the key of this certificate: OpenSSL compares names more loosely, and might find another one among those that came along.
      const whose = ['-nointern', '-certfile', file('signer')];
      const command = ['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', file('signature')];
      const options = ['-content', file('document'), '-noverify', '-out', '/dev/null'];
      return (await ranProcess([...command, ...whose, ...options], { env: ENV })).code === 0;
    }),
  chainFault: ({ signature, roots, intermediates, crls, at }) => {
    const pems = (label: string, ders: readonly Buffer[]) => ders.map((der) => pemOf(label, der)).join('');
    const files = {
      roots: pems('CERTIFICATE', roots),
      others: pems('CERTIFICATE', [...intermediates, ...signature.others]),
      crls: pems('X509 CRL', crls),
      signer: pemOf('CERTIFICATE', derOfCertificate(signature.signer)),
    };
    return withFiles(files, async (file) => {
      const place = ['-no-CApath', '-no-CAstore', '-CAfile', file('roots')];
      const between = files.others ? ['-untrusted', file('others')] : [];
      const revoked = files.crls ? ['-crl_check_all', '-CRLfile', file('crls')] : [];
      const time = ['-attime', String(Math.floor(at.getTime() / 1000)), '-purpose', 'any'];
      const { code, said } = await ranProcess(
        ['openssl', 'verify', ...place, ...between, ...revoked, ...time, file('signer')],
        { env: ENV },
      );
      if (code === 0) return null;
      const number = Number(/error (\d+) at/.exec(said)?.[1]);
      return FAULTS[number] ?? 'CERTIFICATE_NOT_TRUSTED';
    });
  },
});

async function withFiles<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (file: (name: string) => string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'veche-signature-'));
  const file = (name: string) => join(directory, name);
  try {
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(file(name), content, { mode: 0o600 })));
    return await work(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
