import { commandOf, contextOf, type Context, type TokenVerifier } from '@veche/kit';
import { documentsAbout, makeDated } from '@veche/kit/documents/answers';
import { letterFields, rankingFields } from '@veche/kit/documents/letter-shapes';
import { documentFile, type DocumentParts, type Wanted } from '@veche/kit/documents/register';
import { protocolFields } from '@veche/kit/documents/shapes';
import { documentView } from '@veche/kit/documents/views';
import type { Rejection } from '@veche/kit/domain/decision';
import { noFile, sendFile } from '@veche/kit/files/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { applicationsOf, letterData, protocolData, rankingData, type PaperScene } from '../commission-papers.ts';
import { appealEnd } from '../domain/appeal-term.ts';
import { memberOf } from '../domain/session.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import type { Code } from '../messages.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import { decidedOf } from '../session-views.ts';
import type { Stores } from '../store.ts';
import type { DocumentsParts } from './documents.ts';
import { refusal } from './parts.ts';

export const COMMISSION_PATH = '/files/commission';

const refuse = (rejection: Rejection<Code>) => refusal('document', rejection);
const notFound = (field: string) => refuse({ code: 'NOT_FOUND', path: [field] });

type Names = 'generateCommissionProtocol' | 'generateDecisionLetter' | 'generateRankingList';

export const commissionDocumentMutations = (parts: DocumentsParts): Pick<MutationResolvers, Names> => ({
  ...protocol(parts),
  ...letter(parts),
  ...list(parts),
});

async function sceneFor(stores: Stores, contestId: string, applicationIds: readonly string[]): Promise<PaperScene> {
  const [contest, found] = await Promise.all([
    stores.contests.get(contestId),
    stores.applications.getMany(applicationIds),
  ]);
  const facts = new Map(found.map((one) => [one.id, one]));
  return {
    contest: contest?.title ?? '',
    timeZone: contest?.timeZone || 'UTC',
    factsOf: (id) => facts.get(id) ?? null,
  };
}

async function made(
  { papers, clock }: DocumentsParts,
  { timeZone }: PaperScene,
  wanted: Omit<Wanted, 'year' | 'date'>,
) {
  const { aggregate, rejection } = await makeDated(papers, { ...wanted, now: clock.now(), timeZone });
  return rejection
    ? refuse(rejection)
    : ({ document: documentView(papers, COMMISSION_PATH, aggregate), rejection: null } as never);
}

/** A session as its members, the organisers and the auditors of the place see it. */
export async function seenSession(stores: Stores, { caller }: Context, id: string) {
  const session = await stores.sessions.load(id);
  if (!session || !caller) return null;
  if (memberOf(session.state.commission.members, caller.personId)) return session;
  const contest = await stores.contests.get(session.state.contestId);
  return contest && mayOversee(caller, contest.oktmo) ? session : null;
}

function protocol(parts: DocumentsParts): Pick<MutationResolvers, 'generateCommissionProtocol'> {
  return {
    generateCommissionProtocol: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateCommissionProtocol', input);
      const session = await seenSession(parts.stores, context, input.sessionId);
      if (!session) return notFound('sessionId');
      if (session.state.hash === null) return refuse({ code: 'NOT_COUNTED', path: ['sessionId'] });
      const scene = await sceneFor(parts.stores, session.state.contestId, applicationsOf(session.state));
      const data = protocolData(session.state, scene);
      return made(parts, scene, {
        command,
        kind: 'protocol',
        subjectId: session.id,
        contestId: session.state.contestId,
        about: `Протокол № ${data.number}: ${data.commission}, ${data.date}`,
        data,
        fields: protocolFields(data),
      });
    },
  };
}

/** Whether a letter is for the caller: of the group, of the commission, or an organiser of the place. */
export async function mayReadLetter(stores: Stores, { caller }: Context, applicationId: string): Promise<boolean> {
  const application = caller && (await stores.applications.get(applicationId));
  if (!application) return false;
  if (application.memberIds.includes(caller.personId)) return true;
  const [contest, commission] = await Promise.all([
    stores.contests.get(application.contestId),
    stores.commissions.load(application.contestId),
  ]);
  const seated = commission !== null && memberOf(commission.state.members, caller.personId) !== undefined;
  return seated || (contest !== null && mayOrganise(caller, contest.oktmo));
}

function letter(parts: DocumentsParts): Pick<MutationResolvers, 'generateDecisionLetter'> {
  const { stores } = parts;
  return {
    generateDecisionLetter: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateDecisionLetter', input);
      const { applicationId } = input;
      if (!(await mayReadLetter(stores, context, applicationId))) return notFound('applicationId');
      const decided = await decidedOf(stores, context, applicationId);
      if (!decided) return refuse({ code: 'NOT_DECIDED', path: ['applicationId'] });
      const { session } = decided;
      const scene = await sceneFor(stores, session.contestId, [applicationId]);
      const appealUntil = appealEnd(session.signedAt!, session.commission.rules.appealDays, scene.timeZone);
      const data = letterData({ applicationId, ...decided, appealUntil }, scene);
      return made(parts, scene, {
        command,
        kind: 'letter',
        subjectId: applicationId,
        contestId: session.contestId,
        about: `Письмо о решении по заявке № ${data.applicationNumber}: ${data.outcome}`,
        data,
        fields: letterFields(data),
      });
    },
  };
}

/** Whether the list of a ranking is for the caller: staff of the place, auditors, the commission. */
export async function mayReadRanking(stores: Stores, { caller }: Context, contestId: string): Promise<boolean> {
  const contest = caller && (await stores.contests.get(contestId));
  if (!contest) return false;
  if (mayOversee(caller, contest.oktmo)) return true;
  const commission = await stores.commissions.load(contestId);
  return commission !== null && memberOf(commission.state.members, caller.personId) !== undefined;
}

function list(parts: DocumentsParts): Pick<MutationResolvers, 'generateRankingList'> {
  const { stores } = parts;
  return {
    generateRankingList: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateRankingList', input);
      const { contestId } = input;
      if (!(await mayReadRanking(stores, context, contestId))) return notFound('contestId');
      const ranking = (await stores.rankings.load(contestId))?.state;
      if (!ranking || ranking.edition === 0) return refuse({ code: 'NO_RANKING', path: ['contestId'] });
      const ids = ranking.lines.map(({ applicationId }) => applicationId);
      const scene = await sceneFor(stores, contestId, ids);
      const data = rankingData(ranking, scene);
      return made(parts, scene, {
        command,
        kind: 'ranking',
        subjectId: contestId,
        contestId,
        about: `Рейтинг заявок, редакция ${data.edition}`,
        data,
        fields: rankingFields(data),
      });
    },
  };
}

interface Decision {
  applicationId: string;
}

/** Documents of a session, which has been found visible by then, and letters of a decision for whom they are. */
export const commissionDocuments = ({ papers, stores }: DocumentsParts) => ({
  CommissionSession: {
    documents: ({ id }: { id: string }, _args: object, context: Context) =>
      documentsAbout(papers, context, COMMISSION_PATH, id),
  },
  ApplicationDecision: {
    letters: async ({ applicationId }: Decision, _args: object, context: Context) =>
      (await mayReadLetter(stores, context, applicationId))
        ? documentsAbout(papers, context, COMMISSION_PATH, applicationId)
        : [],
  },
});

type Seen = (stores: Stores, context: Context, subjectId: string) => Promise<boolean>;

const SEEN: Readonly<Record<string, Seen>> = {
  protocol: async (stores, context, id) => (await seenSession(stores, context, id)) !== null,
  letter: mayReadLetter,
  ranking: mayReadRanking,
};

/** Files of these documents, for whom the documents are. */
export const commissionDocumentRoutes =
  ({ stores, papers, verifier }: { stores: Stores; papers: DocumentParts; verifier: TokenVerifier }) =>
  (app: FastifyInstance): void => {
    app.get(`${COMMISSION_PATH}/:name`, async (request: FastifyRequest, reply) => {
      const context = await contextOf(request, verifier);
      const found = await documentFile(papers.documents, (request.params as { name: string }).name);
      const seen = found && SEEN[found.record.kind];
      if (!found || !seen || !(await seen(stores, context, found.record.subjectId))) throw noFile();
      return sendFile(reply, papers.storage, found.file);
    });
  };
