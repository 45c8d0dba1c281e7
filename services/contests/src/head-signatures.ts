import { sha256Hex, type Aggregate, type Context } from '@veche/kit';
import type { Application } from './domain/application.ts';
import { documentToSign, type HeadSignature } from './domain/tier/head.ts';
import { signatureId } from './store/tiers.ts';
import type { Stores } from './store.ts';

/** SHA-256 of what the head signs of an application as it stands. */
export const hashToSign = (id: string, application: Application): string => sha256Hex(documentToSign(id, application));

/** The hash of the present version when its head has signed it; null otherwise, and for what no municipality files. */
export async function signedHashOf(
  { headSignatures }: Pick<Stores, 'headSignatures'>,
  { id, state }: Aggregate<Application>,
): Promise<string | null> {
  if (!state.municipality) return null;
  const hash = hashToSign(id, state);
  return (await headSignatures.load(signatureId(id, hash))) ? hash : null;
}

const SIGNATURES = 100;

/** Signatures under the versions of an application, the first first. */
export async function signaturesOf({ headSignatures }: Stores, applicationId: string) {
  const found = await headSignatures.find({ applicationId }, { sort: { signedAt: 1 }, limit: SIGNATURES });
  return found.map(({ state }) => signatureView(state));
}

const signatureView = ({ personId, ...signature }: HeadSignature) => ({ ...signature, person: { id: personId } });

/** Of an application: what was signed, and whether that is what stands there now. */
export const applicationSignatures = ({ stores }: { stores: Stores }) => ({
  headSignatures: ({ id, municipality }: { id: string; municipality: string | null }) =>
    municipality ? signaturesOf(stores, id) : [],
  signedByHead: async ({ id }: { id: string }, _args: object, _context: Context) => {
    const application = await stores.applications.load(id);
    return application ? (await signedHashOf(stores, application)) !== null : false;
  },
});
