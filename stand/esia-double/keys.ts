/** What the double signs its tokens with, and the certificates it publishes. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeKey,
  generateKey,
  selfSignedGost,
  signMessage,
} from '../../services/esia-bridge/src/gost/certificate.ts';
import { KEY_FILES, selfSignedRsa } from '../../services/esia-bridge/src/make-keys.ts';
import type { TokenAlgorithm } from './registry.ts';
import { zipOf } from './zip.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;

interface Generation {
  rsa: KeyObject;
  gost: bigint;
  rsaCertificate: Buffer;
  gostCertificate: Buffer;
}

function readGeneration(directory: string): Generation {
  const read = (name: string) => readFileSync(join(directory, name));
  return {
    rsa: createPrivateKey(read(KEY_FILES.doubleRsaKey)),
    gost: decodeKey(read(KEY_FILES.doubleGostKey)),
    rsaCertificate: read(KEY_FILES.doubleRsaCert),
    gostCertificate: read(KEY_FILES.doubleGostCert),
  };
}

function newGeneration(now: Date): Generation {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const gost = generateKey();
  const options = {
    commonName: 'ESIA double',
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter: new Date(now.getTime() + YEAR_MS),
  };
  return {
    rsa: pair.privateKey,
    gost,
    rsaCertificate: selfSignedRsa(options, pair.privateKey, pair.publicKey),
    gostCertificate: selfSignedGost(options, gost),
  };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class SigningKeys {
  #generations: Generation[];
  readonly #stranger: Generation;

  constructor(directory: string, now: Date) {
    this.#generations = [readGeneration(directory)];
    this.#stranger = newGeneration(now);
  }

  /** Signs with a new key from now on; with `overlap` the former certificates stay published. */
  rotate(now: Date, overlap: boolean): void {
    this.#generations = [newGeneration(now), ...(overlap ? this.#generations : [])];
  }

  /** `/public/esia.zip`. */
  archive(): Buffer {
    const files = this.#generations.toReversed().flatMap((generation, index): [string, Buffer][] => [
      [`esia-rsa-${index + 1}.cer`, generation.rsaCertificate],
      [`esia-gost-${index + 1}.cer`, generation.gostCertificate],
    ]);
    return zipOf(new Map(files));
  }

  /** Compact JWS. With `wrongKey` the signature is a stranger's. */
  sign(sbt: 'access' | 'id', payload: object, algorithm: TokenAlgorithm, wrongKey: boolean): string {
    const generation = wrongKey ? this.#stranger : this.#generations[0]!;
    const text = `${part({ ver: 1, typ: 'JWT', sbt, alg: algorithm })}.${part(payload)}`;
    const bytes = Buffer.from(text);
    const signature =
      algorithm === 'RS256' ? sign('RSA-SHA256', bytes, generation.rsa) : signMessage(generation.gost, bytes);
    return `${text}.${signature.toString('base64url')}`;
  }
}
