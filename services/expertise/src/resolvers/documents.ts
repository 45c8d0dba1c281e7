import { commandOf, contextOf, rejectionOf, type Aggregate, type Context, type TokenVerifier } from '@veche/kit';
import { documentsAbout, makeDated, printedDay } from '@veche/kit/documents/answers';
import { documentFile, documentView, type DocumentParts } from '@veche/kit/documents/register';
import { scoreSheetFields, type ScoreSheetData } from '@veche/kit/documents/shapes';
import type { Criterion } from '@veche/kit/domain/criterion';
import type { Rejection } from '@veche/kit/domain/decision';
import { noFile, sendFile } from '@veche/kit/files/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { markedCriteria, type ScoreSheet } from '../domain/sheet.ts';
import { signingProblem, type SheetSignature } from '../domain/signature.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { hashOf } from '../sheet-hash.ts';
import type { ApplicationFacts, Stores } from '../store.ts';
import type { ResolverParts } from './parts.ts';

export interface DocumentsParts extends ResolverParts {
  papers: DocumentParts;
}

const PATH = '/files/score-sheets';

/** A sheet as its expert and the organisers of the place see it. */
async function seenSheet(stores: Stores, context: Context, id: string): Promise<Aggregate<ScoreSheet> | null> {
  const sheet = await stores.sheets.load(id);
  const { caller } = context;
  if (!sheet || !caller) return null;
  if (sheet.state.expertId === caller.personId) return sheet;
  const contest = await stores.contests.get(sheet.state.contestId);
  return contest && mayOrganise(caller, contest.oktmo) ? sheet : null;
}

export function documentMutation(parts: DocumentsParts): Pick<MutationResolvers, 'generateScoreSheetDocument'> {
  return {
    generateScoreSheetDocument: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateScoreSheetDocument', input);
      const sheet = await seenSheet(parts.stores, context, input.sheetId);
      if (!sheet) return refuse({ code: 'NOT_FOUND', path: ['sheetId'] });
      const problem = signingProblem(sheet.state, hashOf(sheet.state));
      if (problem) return refuse({ code: problem, path: ['sheetId'] });
      const data = await sheetData(parts.stores, sheet);
      const contest = await parts.stores.contests.get(sheet.state.contestId);
      const { aggregate, rejection } = await makeDated(parts.papers, {
        command,
        kind: 'score',
        subjectId: sheet.id,
        data,
        fields: scoreSheetFields(data),
        now: parts.clock.now(),
        timeZone: contest?.timeZone || 'UTC',
      });
      if (rejection) return refuse(rejection);
      return { document: documentView(PATH, aggregate), rejection: null } as never;
    },
  };
}

const refuse = (rejection: Rejection<Code>) =>
  ({ document: null, rejection: rejectionOf(rejection, messages) }) as never;

const KINDS = { ENHANCED: 'сертификат', SIMPLE: 'вход с подтверждением вторым фактором' };

/** What the document of a sheet says; the expert is the pseudonymous id. */
async function sheetData(stores: Stores, { id, state }: Aggregate<ScoreSheet>): Promise<ScoreSheetData> {
  const [contest, application, signature] = await Promise.all([
    stores.contests.get(state.contestId),
    stores.applications.get(state.applicationId),
    stores.signatures.load(id),
  ]);
  return {
    contest: contest?.title ?? '',
    ...namesOf(application),
    expert: state.expertId,
    marks: marksOf(state, contest?.criteria ?? []),
    sheetSha256: state.hash ?? '',
    signature: signature && signatureData(signature.state),
  };
}

/** Projections from before titles were kept have none. */
const namesOf = (application: ApplicationFacts | null) => ({
  applicationNumber: application?.number ?? '',
  application: application?.title ?? '',
});

/** Every criterion that experts mark, in the order of the rules. */
const marksOf = ({ marks }: ScoreSheet, criteria: readonly Criterion[]): ScoreSheetData['marks'] =>
  markedCriteria(criteria).map(({ code, title, maxPoints }) => {
    const mark = marks.find(({ criterion }) => criterion === code);
    return { criterion: title, max: Number(maxPoints), points: mark?.points ?? 0, comment: mark?.comment ?? '' };
  });

function signatureData({ kind, signedAt, verdict }: SheetSignature): ScoreSheetData['signature'] {
  const at = signedAt.toISOString();
  const checked = verdict
    ? `${verdict.algorithm}; выдан: ${verdict.issuer}; SHA-256 сертификата: ${verdict.certificateSha256}; проверено: ${verdict.tool}${verdict.certified ? '' : ' (средство не сертифицировано)'}`
    : 'простая электронная подпись';
  return { kind: KINDS[kind], at: `${printedDay(at.slice(0, 10))} ${at.slice(11, 16)} UTC`, detail: checked };
}

/** Documents of a sheet, which has been found visible by then. */
export const sheetDocuments = ({ papers }: DocumentsParts) => ({
  documents: ({ id }: { id: string }, _args: object, context: Context) => documentsAbout(papers, context, PATH, id),
});

/** Files of documents, for whom the sheets are. */
export const documentRoutes =
  ({ stores, papers, verifier }: { stores: Stores; papers: DocumentParts; verifier: TokenVerifier }) =>
  (app: FastifyInstance): void => {
    app.get(`${PATH}/:name`, async (request: FastifyRequest, reply) => {
      const context = await contextOf(request, verifier);
      const found = await documentFile(papers.documents, (request.params as { name: string }).name);
      if (!found || !(await seenSheet(stores, context, found.record.subjectId))) throw noFile();
      return sendFile(reply, papers.storage, found.file);
    });
  };
