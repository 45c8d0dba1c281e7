import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Decision } from '@veche/kit/domain/decision';
import type { Contest, ContestCode, ContestEvent } from './contest.ts';

/** A passport that was in force, under the signature of the service. */
export interface PassportVersion {
  /** From 1, the publication. */
  version: number;
  at: Date;
  /** As published; null for the publication itself. */
  reason: string | null;
  passportHash: string;
  /** Ed25519 over `statementOf`, base64, and the raw public key, hex. */
  signature: string;
  publicKey: string;
}

/** What the signature of a version is over: canonical JSON (RFC 8785). */
export const statementOf = (
  contestId: string,
  { version, passportHash }: Pick<PassportVersion, 'version' | 'passportHash'>,
): string => canonicalJson({ contest: contestId, passport: passportHash, type: 'passport', v: 1, version });

/** Signs a text; given by the caller, for the domain holds no key. */
export interface Signer {
  publicKey: string;
  sign(text: string): string;
}

type Result = Decision<Contest, ContestEvent, ContestCode>;

/** A decision that froze other rules than before leaves a signed version of them. */
export function withVersion(before: Contest, decision: Result, contestId: string, now: Date, signer: Signer): Result {
  if (!decision.ok || decision.state.passportHash === before.passportHash) return decision;
  const { passportHash, amendments, versions = [] } = decision.state;
  const stated = { version: versions.length + 1, passportHash: passportHash! };
  const fresh: PassportVersion = {
    ...stated,
    at: now,
    reason: amendments.length > before.amendments.length ? amendments.at(-1)!.reason : null,
    signature: signer.sign(statementOf(contestId, stated)),
    publicKey: signer.publicKey,
  };
  return { ...decision, state: { ...decision.state, versions: [...versions, fresh] } };
}
