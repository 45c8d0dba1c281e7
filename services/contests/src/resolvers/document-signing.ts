import type { Caller, Context } from '@veche/kit';
import { documentRegister, signAnswer } from '@veche/kit/documents/answers';
import type { MeetingMinutesData } from '@veche/kit/documents/letter-shapes';
import type { DocumentRecord, SignerRole } from '@veche/kit/documents/register';
import type { Entitlement } from '@veche/kit/documents/signing';
import type { Application } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import type { InitiativeGroup } from '../domain/group.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { aroundOf, loadContest } from '../loaders.ts';
import { isInsider, isLead, mayOrganise, mayOversee } from '../policy.ts';
import { DOCUMENTS_PATH, type DocumentsParts } from './documents.ts';
import { MEETINGS_PATH, meetingWithMinutes } from './meeting-documents.ts';

const baseOf = (kind: DocumentRecord['kind']): string => (kind === 'meeting' ? MEETINGS_PATH : DOCUMENTS_PATH);

export const documentRegisterQuery = ({
  stores,
  papers,
}: DocumentsParts): Pick<QueryResolvers, 'contestDocuments'> => ({
  contestDocuments: async (_source, args, context) => {
    const contest = await loadContest(stores, context, args.contestId);
    if (!contest || !mayOversee(context.caller, contest.state.oktmo)) return null;
    return (await documentRegister(papers, args, baseOf)) as never;
  },
});

export const documentSigning = (parts: DocumentsParts): Pick<MutationResolvers, 'signDocument'> => ({
  signDocument: async (_source, { input }, context) =>
    (await signAnswer(
      { ...parts, verifier: parts.signatures },
      context,
      { name: 'signDocument', input },
      { baseOf, entitlementOf: (document) => entitlementOf(parts, context, document.state) },
    )) as never,
});

const takesLogins = (contest: Contest | undefined): boolean => contest?.scoring?.documentSignature === 'SIMPLE';

const entitlementOf = (
  parts: DocumentsParts,
  context: Context,
  document: DocumentRecord,
): Promise<Entitlement | null> =>
  document.kind === 'meeting' ? ofMinutes(parts, context, document) : ofApplication(parts, context, document);

async function ofApplication({ stores }: DocumentsParts, context: Context, { kind, subjectId }: DocumentRecord) {
  const around = await aroundOf(stores, context, subjectId);
  if (!around) return null;
  const { application, contest, group } = around;
  if (!isInsider(context.caller, application.state, contest, group)) return null;
  const { municipality } = application.state;
  const head = municipality ? await stores.heads.load(municipality) : null;
  const role =
    kind === 'notice'
      ? officialRole(context.requireCaller(), contest)
      : applicantRole(context, application.state, { group, headId: head?.state.terms.at(-1)?.personId });
  return { role, signers: null, simpleAllowed: takesLogins(contest) };
}

/** An official is a person: a program that moves contests signs nothing. */
const officialRole = (caller: Caller, { oktmo }: Contest): SignerRole | null =>
  !caller.service && mayOrganise(caller, oktmo) ? 'OFFICIAL' : null;

interface Applicant {
  group: InitiativeGroup | null;
  /** Who signs for the municipality. */
  headId: string | undefined;
}

function applicantRole(
  context: Context,
  { municipality }: Application,
  { group, headId }: Applicant,
): SignerRole | null {
  const caller = context.requireCaller();
  if (municipality) return headId === caller.personId ? 'HEAD' : null;
  return isLead(caller, group) ? 'APPLICANT' : null;
}

/** Minutes are signed by those whom this edition of them names. */
async function ofMinutes(
  parts: DocumentsParts,
  context: Context,
  document: DocumentRecord,
): Promise<Entitlement | null> {
  const meeting = await meetingWithMinutes(parts, context, document.subjectId);
  if (!meeting) return null;
  const { edition } = JSON.parse(document.snapshot) as MeetingMinutesData;
  const { chairId, secretaryId } = meeting.state.records[edition - 1]!;
  const { personId } = context.requireCaller();
  const contest = await loadContest(parts.stores, context, meeting.state.contestId);
  const secretaryRole = personId === secretaryId ? 'SECRETARY' : null;
  return {
    role: personId === chairId ? 'CHAIR' : secretaryRole,
    signers: [chairId, secretaryId].filter((id) => id !== null),
    simpleAllowed: takesLogins(contest?.state),
  };
}
