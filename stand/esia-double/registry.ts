/** Systems registered at the double, the faults it can be told to show, and its diary. */
import { readFileSync } from 'node:fs';
import { certificateHash, publicKeyOf } from '../../services/esia-bridge/src/gost/certificate.ts';
import type { Point } from '../../services/esia-bridge/src/gost/curve.ts';
import { derOf } from '@veche/kit/signatures/pem';

export interface ClientCertificate {
  /** Streebog-256 of the DER, upper-case hex. */
  hash: string;
  key: Point;
  der: Buffer;
  active: boolean;
}

export type TokenAlgorithm = 'RS256' | 'GOST3410_2012_256';

export interface Client {
  mnemonic: string;
  certificates: ClientCertificate[];
  /** Hosts that a redirect may lead to: ESIA registers domains, not addresses. */
  redirectHosts: string[];
  scopes: string[];
  algorithm: TokenAlgorithm;
  pkce: 'off' | 'S256';
  confirmedOnly: boolean;
}

const SCOPES = [
  'openid',
  'fullname',
  'birthdate',
  'gender',
  'snils',
  'inn',
  'email',
  'mobile',
  'contacts',
  'addresses',
  'id_doc',
  'usr_org',
];

export function readCertificate(file: Uint8Array): ClientCertificate {
  const der = derOf(file);
  return { hash: certificateHash(der), key: publicKeyOf(der), der, active: true };
}

export function newClient(mnemonic: string, certificateFile: string): Client {
  return {
    mnemonic,
    certificates: [readCertificate(readFileSync(certificateFile))],
    redirectHosts: ['127.0.0.1', 'localhost'],
    scopes: SCOPES,
    algorithm: 'RS256',
    pkce: 'off',
    confirmedOnly: false,
  };
}

export type AnswerFault = '' | '007007' | '007008' | 'html502' | 'slow' | 'reset';

/** Each fault stays until it is switched off. */
export interface Faults {
  /** Authorization, token and person endpoints. */
  ac: AnswerFault;
  te: AnswerFault;
  rs: AnswerFault;
  slowMs: number;
  /** The double's own clock against ours. */
  clockSeconds: number;
  wrongKey: boolean;
  /** Tokens are issued to another system. */
  foreignToken: boolean;
  /** The token answer echoes another state. */
  wrongState: boolean;
  subject: 'number' | 'string';
  expiresIn: 'number' | 'string';
  /** `embed` is ignored: elements come as links. */
  noEmbed: boolean;
  /** A signed authorization request is accepted once only. */
  refuseReplay: boolean;
}

export const NO_FAULTS: Faults = {
  ac: '',
  te: '',
  rs: '',
  slowMs: 15_000,
  clockSeconds: 0,
  wrongKey: false,
  foreignToken: false,
  wrongState: false,
  subject: 'number',
  expiresIn: 'number',
  noEmbed: false,
  refuseReplay: false,
};

/** One verdict: which endpoint, for whom, how it ended. */
export interface Entry {
  at: string;
  endpoint: string;
  client?: string;
  oid?: number;
  verdict: string;
}
