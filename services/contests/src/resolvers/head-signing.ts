import { forget, commandOf, forbidden, payload, rejectionOf, type Context } from '@veche/kit';
import { accept, type Rejection } from '@veche/kit/domain/decision';
import { covers, prefixOf } from '@veche/kit/domain/oktmo';
import { givenCms, verifiedOf } from '@veche/kit/signatures/given';
import { documentToSign, noteHead, signingProblem, type HeadCode, type HeadSignature } from '../domain/tier/head.ts';
import { municipalityOf } from '../domain/tier/link.ts';
import { revisionToFile } from '../domain/rework.ts';
import type { MutationResolvers, QueryResolvers, SignMunicipalApplicationInput } from '../gen/graphql.ts';
import { hashToSign } from '../head-signatures.ts';
import { aroundOf, type Surroundings } from '../loaders.ts';
import { messages, type Code } from '../messages.ts';
import { isOfMunicipality, mayOversee, maySeeApplication } from '../policy.ts';
import { signatureId } from '../store/tiers.ts';
import { applicationView, type ViewParts } from '../views.ts';

type HeadQueries = Pick<QueryResolvers, 'municipalityHead' | 'municipalApplicationToSign'>;

export const headQueries = (parts: ViewParts): HeadQueries => ({
  municipalityHead: async (_source, { oktmo }, { caller }) => {
    if (!isOfMunicipality(caller, oktmo) && !mayOversee(caller, oktmo)) throw forbidden();
    const head = await parts.stores.heads.load(municipalityOf(oktmo));
    return head ? (headView(oktmo, head.version, head.state.terms) as never) : null;
  },
  municipalApplicationToSign: async (_source, { applicationId }, context) => {
    const around = await ofOwnMunicipality(parts, context, applicationId);
    if (!around) return null;
    const text = documentToSign(applicationId, around.application.state);
    const sha256 = hashToSign(applicationId, around.application.state);
    return { bytes: Buffer.from(text).toString('base64'), text, sha256 } as never;
  },
});

const headView = (
  oktmo: string,
  version: number,
  terms: readonly { personId: string; act: string; since: Date }[],
) => ({
  oktmo,
  version,
  terms: terms.map(({ personId, act, since }) => ({ act, since, person: { id: personId } })),
});

type HeadMutations = Pick<MutationResolvers, 'noteMunicipalityHead' | 'signMunicipalApplication'>;

export const headMutations = (parts: ViewParts): HeadMutations => ({
  noteMunicipalityHead: async (_source, { input }, context) => {
    const command = commandOf(context, 'noteMunicipalityHead', input);
    const { personId, act, expectedVersion } = input;
    const oktmo = municipalityOf(input.oktmo);
    const caller = context.requireCaller();
    // Nobody says of the own municipality who signs for it: that is said from above.
    const above = caller.territories.some((scope) => covers(scope, oktmo) && prefixOf(scope) !== prefixOf(oktmo));
    if (!above) throw forbidden();
    const outcome = await parts.stores.heads.upsert<never, HeadCode>({
      id: oktmo,
      command,
      expectedVersion: expectedVersion ?? undefined,
      events: () => [],
      initial: () => ({ terms: [] }),
      decide: (head) => noteHead(head, { personId, act, noteBy: caller.personId }, parts.clock.now()),
    });
    return payload(outcome, messages, ({ version, state }) => ({
      head: headView(oktmo, version, state.terms),
    })) as never;
  },
  signMunicipalApplication: (_source, { input }, context) => sign(parts, context, input),
});

/** An application of the caller's own municipality; FORBIDDEN for who sees it without being of its staff, null when it is not there for him. */
async function ofOwnMunicipality({ stores }: ViewParts, context: Context, id: string): Promise<Surroundings | null> {
  const around = await aroundOf(stores, context, id);
  if (!around) return null;
  const { application, contest, group } = around;
  const { municipality } = application.state;
  if (municipality && isOfMunicipality(context.caller, municipality)) return around;
  if (maySeeApplication(context.caller, application.state, contest, group)) throw forbidden();
  return null;
}

const refuse = (rejection: Rejection<Code>) =>
  ({ application: null, rejection: rejectionOf(rejection, messages), fieldErrors: [] }) as never;

/** The head signs the version that would be filed now; whatever is edited afterwards is another one. */
async function sign(parts: ViewParts, context: Context, input: SignMunicipalApplicationInput) {
  const command = commandOf(context, 'signMunicipalApplication', input);
  const { applicationId, signature = null } = input;
  const cms = signature === null ? null : givenCms(signature);
  const around = await ofOwnMunicipality(parts, context, applicationId);
  if (!around) return refuse({ code: 'NOT_FOUND', path: ['applicationId'] });
  const { headSignatures } = parts.stores;
  const { application } = around;
  const hash = hashToSign(applicationId, application.state);
  const id = signatureId(applicationId, hash);
  // A repetition gets its answer whatever has become of head and certificate since.
  const known = (await headSignatures.load(id)) ?? (await headSignatures.isReused(command));
  const { refusal, verdict } = known ? { refusal: null, verdict: null } : await judged(parts, context, cms, around);
  if (refusal) return refuse(refusal);
  const made: HeadSignature = {
    applicationId,
    revision: revisionToFile(application.state),
    hash,
    kind: cms ? 'ENHANCED' : 'SIMPLE',
    personId: context.requireCaller().personId,
    signedAt: parts.clock.now(),
    cms: signature,
    verdict,
  };
  const { rejection } = await headSignatures.create<never, HeadCode>({
    id,
    command,
    events: () => [],
    decide: () => accept(made),
    onDuplicate: () => ({ code: 'SIGNED_ALREADY', path: ['applicationId'] }),
  });
  if (rejection) return refuse(rejection);
  forget(context);
  return { application: applicationView(parts, application), rejection: null, fieldErrors: [] } as never;
}

interface Judged {
  refusal: Rejection<Code> | null;
  verdict: HeadSignature['verdict'];
}

/** Whether the caller may sign in this way, and what the check of the certificate found. */
async function judged(parts: ViewParts, context: Context, cms: Buffer | null, around: Surroundings): Promise<Judged> {
  const { contest, application } = around;
  const { personId, secondFactor } = context.requireCaller();
  const head = (await parts.stores.heads.load(application.state.municipality!))?.state ?? null;
  const signing = { contest, head, personId, secondFactor, certificate: cms !== null };
  const problem = signingProblem(application.state, signing);
  if (problem) return { refusal: { code: problem, path: ['applicationId'] }, verdict: null };
  if (!cms) return { refusal: null, verdict: null };
  const document = Buffer.from(documentToSign(application.id, application.state));
  const given = { signature: cms, document, at: parts.clock.now() };
  const { verdict, code } = await verifiedOf(parts.signatures, context.requireCaller(), given);
  return { refusal: code ? { code, path: ['signature'] } : null, verdict };
}
