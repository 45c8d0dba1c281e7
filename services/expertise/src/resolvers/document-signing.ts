import type { Context } from '@veche/kit';
import { documentRegister, signAnswer } from '@veche/kit/documents/answers';
import type { DocumentRecord, SignerRole } from '@veche/kit/documents/register';
import type { Entitlement } from '@veche/kit/documents/signing';
import type { Seat } from '../domain/commission.ts';
import { memberOf, type Session } from '../domain/session.ts';
import { signersOf } from '../domain/minutes.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import type { Stores } from '../store.ts';
import { COMMISSION_PATH, mayReadLetter, mayReadRanking, seenSession } from './commission-documents.ts';
import { SHEETS_PATH, type DocumentsParts } from './documents.ts';
import { seenSheet } from './parts.ts';
import type { SigningParts } from './signatures.ts';

const baseOf = (kind: DocumentRecord['kind']): string => (kind === 'score' ? SHEETS_PATH : COMMISSION_PATH);

export const documentRegisterQuery = ({
  stores,
  papers,
}: DocumentsParts): Pick<QueryResolvers, 'assessmentDocuments'> => ({
  assessmentDocuments: async (_source, args, context) => {
    const contest = await stores.contests.get(args.contestId);
    if (!contest || !mayOversee(context.requireCaller(), contest.oktmo)) return null;
    return (await documentRegister(papers, args, baseOf)) as never;
  },
});

export const documentSigning = (
  parts: DocumentsParts & SigningParts,
): Pick<MutationResolvers, 'signAssessmentDocument'> => ({
  signAssessmentDocument: async (_source, { input }, context) =>
    (await signAnswer(
      parts,
      context,
      { name: 'signAssessmentDocument', input },
      { baseOf, entitlementOf: (document) => entitlementOf(parts.stores, context, document.state) },
    )) as never,
});

/** Whoever the kind of document says; null: it is not there for the caller. */
async function entitlementOf(stores: Stores, context: Context, document: DocumentRecord): Promise<Entitlement | null> {
  const found = await SIGNERS[document.kind]?.(stores, context, document.subjectId);
  if (!found) return null;
  const contest = await stores.contests.get(found.contestId);
  return { ...found, simpleAllowed: contest?.scoring.documentSignature === 'SIMPLE' };
}

type Found = Omit<Entitlement, 'simpleAllowed'> & { contestId: string };
type Find = (stores: Stores, context: Context, subjectId: string) => Promise<Found | null>;

const SIGNERS: Partial<Record<DocumentRecord['kind'], Find>> = {
  score: async (stores, context, id) => {
    const sheet = await seenSheet(stores, context, id);
    if (!sheet) return null;
    const own = sheet.state.expertId === context.caller?.personId;
    return { role: own ? 'EXPERT' : null, signers: null, contestId: sheet.state.contestId };
  },
  protocol: async (stores, context, id) => {
    const session = await seenSession(stores, context, id);
    if (!session) return null;
    const signers = signersOf(session.state);
    return { role: seatOf(context, session.state, signers), signers, contestId: session.state.contestId };
  },
  letter: async (stores, context, id) => {
    const application = (await mayReadLetter(stores, context, id)) ? await stores.applications.get(id) : null;
    if (!application) return null;
    const commission = await stores.commissions.load(application.contestId);
    const member = commission && memberOf(commission.state.members, context.caller!.personId);
    const found = await byOfficial(stores, context, application.contestId);
    return member && HEADING.includes(member.seat) ? { ...found, role: member.seat } : found;
  },
  ranking: async (stores, context, id) =>
    (await mayReadRanking(stores, context, id)) ? byOfficial(stores, context, id) : null,
};

/** Who tells the applicants what a commission decided, beside the officials of the place. */
const HEADING: readonly Seat[] = ['CHAIR', 'DEPUTY', 'SECRETARY'];

/** The seats of those who sign are the roles in which they do. */
function seatOf({ caller }: Context, { commission }: Session, signers: readonly string[]): SignerRole | null {
  const member = caller && signers.includes(caller.personId) ? memberOf(commission.members, caller.personId) : null;
  return member?.seat ?? null;
}

/** An official is a person: a program that moves contests signs nothing. */
async function byOfficial(stores: Stores, context: Context, contestId: string): Promise<Found> {
  const caller = context.requireCaller();
  const contest = await stores.contests.get(contestId);
  const official = !caller.service && contest !== null && mayOrganise(caller, contest.oktmo);
  return { role: official ? 'OFFICIAL' : null, signers: null, contestId };
}
