import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../hash.ts';
import { derOf } from './pem.ts';

/** Whom an installation trusts. */
export interface Trust {
  /** Certificates that are trusted by themselves, DER. */
  roots: readonly Buffer[];
  /** Certificates between them and those of signers, DER. */
  intermediates: readonly Buffer[];
  /** Lists of revoked certificates, DER. */
  crls: readonly Buffer[];
  /** Of all of it together. */
  sha256: string;
}

const CERTIFICATE = /\.(der|cer|crt|pem)$/i;
const REVOKED = /\.crl$/i;

/**
 * Reads `roots/*.cer`, `intermediates/*.cer` and `revoked/*.crl` (DER or PEM, one in a file) of a directory that the operator keeps current.
 * Nothing is fetched while a signature is checked: addresses in a certificate are its owner's words.
 */
export async function readTrust(directory: string): Promise<Trust> {
  const [roots, intermediates, crls] = await Promise.all([
    ders(join(directory, 'roots'), CERTIFICATE),
    ders(join(directory, 'intermediates'), CERTIFICATE),
    ders(join(directory, 'revoked'), REVOKED),
  ]);
  const sha256 = sha256Hex([...roots, ...intermediates, ...crls].map(sha256Hex).join('\n'));
  return { roots, intermediates, crls, sha256 };
}

async function ders(directory: string, names: RegExp): Promise<Buffer[]> {
  const found = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = found.filter((name) => names.test(name)).toSorted();
  return Promise.all(files.map(async (name) => derOf(await readFile(join(directory, name)))));
}
