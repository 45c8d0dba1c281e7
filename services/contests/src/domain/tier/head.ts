import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import {
  simpleSignatureProblem,
  type ElectronicSignature,
  type SimpleSignatureCode,
} from '@veche/kit/domain/electronic-signature';
import type { Application } from '../application.ts';
import { may } from '../application-states.ts';
import type { Contest } from '../contest.ts';
import { valuesOf } from '../content-values.ts';
import { revisionToFile } from '../rework.ts';

/** Who may sign for a municipality, by which act; the last one stands. */
export interface MunicipalityHead {
  terms: readonly { personId: string; act: string; since: Date; noteBy: string }[];
}

export type HeadCode = 'HEAD_INVALID' | 'NOT_HEAD' | 'HEAD_SIGNATURE_MISSING' | 'SIGNED_ALREADY' | SimpleSignatureCode;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ACT = { min: 5, max: 300 };

/** Notes a new head; those before stay readable. */
export function noteHead(
  head: MunicipalityHead,
  { personId, act, noteBy }: { personId: string; act: string; noteBy: string },
  now: Date,
): Decision<MunicipalityHead, never, HeadCode> {
  const said = act.trim();
  if (!UUID.test(personId)) return reject('HEAD_INVALID', ['personId'], ACT);
  if (said.length < ACT.min || said.length > ACT.max) return reject('HEAD_INVALID', ['act'], ACT);
  return accept({ terms: [...head.terms, { personId, act: said, since: now, noteBy }] });
}

/** The head's signature under one version of an application. */
export interface HeadSignature extends ElectronicSignature {
  applicationId: string;
  /** Revision that is filed under it. */
  revision: number;
  /** SHA-256 of what was signed. */
  hash: string;
  personId: string;
  /** Detached CMS in base64; null for a simple one. */
  cms: string | null;
}

/** What the head signs: the application as it would be filed now, under the number of its version, as canonical JSON (RFC 8785). */
export function documentToSign(applicationId: string, application: Application): string {
  const { contestId, sourceId, municipality, content } = application;
  const fields = Object.fromEntries(valuesOf(content));
  const document = { applicationId, contestId, sourceId, municipality, revision: revisionToFile(application), fields };
  return canonicalJson(JSON.parse(JSON.stringify(document)));
}

/** How a signature is to be made. */
export interface Signing {
  contest: Contest;
  head: MunicipalityHead | null;
  personId: string;
  secondFactor: boolean;
  /** Whether it comes with a certificate. */
  certificate: boolean;
}

/** Why a person cannot sign now in this way; null when he can. A certificate does where a login would. */
export function signingProblem(application: Application, signing: Signing): HeadCode | 'WRONG_STATE' | null {
  const { contest, head, personId, secondFactor, certificate } = signing;
  if (!application.municipality || !may('submit', application.status)) return 'WRONG_STATE';
  if (head?.terms.at(-1)?.personId !== personId) return 'NOT_HEAD';
  if (certificate) return null;
  return simpleSignatureProblem({ allowed: contest.tier?.signature === 'SIMPLE', secondFactor });
}
