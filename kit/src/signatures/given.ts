import type { Caller } from '../auth/caller.ts';
import { badInput } from '../graphql/errors.ts';
import type { ExpectedPerson, SignatureVerifier, Verified } from './verify.ts';

/** A certificate with its chain and a time stamp fit well into it. */
const CMS_MAX = 65_536;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The signature that a request brings in base64. Throws BAD_USER_INPUT on what is none. */
export function givenCms(text: string): Buffer {
  if (text.length > CMS_MAX) throw badInput(`A signature may have at most ${CMS_MAX} characters`, ['signature']);
  if (!BASE64.test(text)) throw badInput('The signature must be base64', ['signature']);
  return Buffer.from(text, 'base64');
}

/** Checks that a signature was made by the caller's own certificate over the document. */
export const verifiedOf = (
  verifier: SignatureVerifier,
  caller: Caller,
  signed: { signature: Uint8Array; document: Uint8Array; at: Date },
): Promise<Verified> => verifier.verify({ ...signed, person: personOf(caller) });

/** Whom the state login names; nobody by half a name. */
function personOf({ name }: Caller): ExpectedPerson | null {
  const { family, given, middle } = name ?? {};
  return family && given ? { family, given, ...(middle ? { middle } : {}) } : null;
}
