import { commandOf, contextOf, type Aggregate, type Context, type TokenVerifier } from '@veche/kit';
import { documentsAbout, makeDated } from '@veche/kit/documents/answers';
import { documentFile, type DocumentParts } from '@veche/kit/documents/register';
import { scoreSheetFields, type ScoreSheetData } from '@veche/kit/documents/shapes';
import { documentView } from '@veche/kit/documents/views';
import { formatInstant } from '@veche/kit/domain/calendar';
import type { Criterion } from '@veche/kit/domain/criterion';
import { noFile, sendFile } from '@veche/kit/files/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { markedCriteria, type ScoreSheet } from '../domain/sheet.ts';
import { signingProblem, type SheetSignature } from '../domain/signature.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { hashOf } from '../sheet-hash.ts';
import type { ApplicationFacts, ContestFacts, Stores } from '../store.ts';
import { contestFacts, rulesFor } from '../views.ts';
import { refusal, seenSheet, type ResolverParts } from './parts.ts';

export interface DocumentsParts extends ResolverParts {
  papers: DocumentParts;
}

export const SHEETS_PATH = '/files/score-sheets';

export function documentMutation(parts: DocumentsParts): Pick<MutationResolvers, 'generateScoreSheetDocument'> {
  return {
    generateScoreSheetDocument: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateScoreSheetDocument', input);
      const sheet = await seenSheet(parts.stores, context, input.sheetId);
      if (!sheet) return refusal('document', { code: 'NOT_FOUND', path: ['sheetId'] });
      const problem = signingProblem(sheet.state, hashOf(sheet.state));
      if (problem) return refusal('document', { code: problem, path: ['sheetId'] });
      const { stores } = parts;
      const contest = await contestFacts(stores, context, sheet.state.contestId);
      const timeZone = contest?.timeZone || 'UTC';
      const { blind } = await rulesFor(stores, context, sheet.state.contestId);
      const about = { title: contest?.title ?? '', criteria: contest?.criteria ?? [], timeZone, blind };
      const data = await sheetData(stores, sheet, about);
      const { aggregate, rejection } = await makeDated(parts.papers, {
        command,
        kind: 'score',
        subjectId: sheet.id,
        contestId: sheet.state.contestId,
        about: `Оценочный лист: ${data.application}`,
        data,
        fields: scoreSheetFields(data),
        now: parts.clock.now(),
        timeZone,
      });
      if (rejection) return refusal('document', rejection);
      return { document: documentView(parts.papers, SHEETS_PATH, aggregate), rejection: null } as never;
    },
  };
}

const KINDS = { ENHANCED: 'сертификат', SIMPLE: 'вход с подтверждением вторым фактором' };

/** What the document of a sheet says; the expert is the pseudonymous id. */
async function sheetData(
  stores: Stores,
  { id, state }: Aggregate<ScoreSheet>,
  { title, criteria, timeZone, blind }: Pick<ContestFacts, 'title' | 'criteria' | 'timeZone'> & { blind: boolean },
): Promise<ScoreSheetData> {
  const [application, signature] = await Promise.all([
    stores.applications.get(state.applicationId),
    stores.signatures.load(id),
  ]);
  return {
    contest: title,
    ...namesOf(application, blind),
    expert: state.expertId,
    marks: marksOf(state, criteria),
    sheetSha256: state.hash ?? '',
    signature: signature && signatureData(signature.state, timeZone),
  };
}

/** The expert has the document too, whoever made it. Projections from before titles were kept have none. */
const namesOf = (application: ApplicationFacts | null, blind: boolean) => ({
  applicationNumber: blind ? '' : (application?.number ?? ''),
  application: application?.title ?? '',
});

/** Every criterion that experts mark, in the order of the rules. */
const marksOf = ({ marks }: ScoreSheet, criteria: readonly Criterion[]): ScoreSheetData['marks'] =>
  markedCriteria(criteria).map(({ code, title, maxPoints }) => {
    const mark = marks.find(({ criterion }) => criterion === code);
    return { criterion: title, max: Number(maxPoints), points: mark?.points ?? 0, comment: mark?.comment ?? '' };
  });

function signatureData({ kind, signedAt, verdict }: SheetSignature, timeZone: string): ScoreSheetData['signature'] {
  const checked = verdict
    ? `${verdict.algorithm}; выдан: ${verdict.issuer}; SHA-256 сертификата: ${verdict.certificateSha256}; проверено: ${verdict.tool}${verdict.certified ? '' : ' (средство не сертифицировано)'}`
    : 'простая электронная подпись';
  return { kind: KINDS[kind], at: formatInstant(signedAt, timeZone), detail: checked };
}

/** Documents of a sheet, which has been found visible by then. */
export const sheetDocuments = ({ papers }: DocumentsParts) => ({
  documents: ({ id }: { id: string }, _args: object, context: Context) =>
    documentsAbout(papers, context, SHEETS_PATH, id),
});

/** Files of documents, for whom the sheets are. */
export const documentRoutes =
  ({ stores, papers, verifier }: { stores: Stores; papers: DocumentParts; verifier: TokenVerifier }) =>
  (app: FastifyInstance): void => {
    app.get(`${SHEETS_PATH}/:name`, async (request: FastifyRequest, reply) => {
      const context = await contextOf(request, verifier);
      const found = await documentFile(papers.documents, (request.params as { name: string }).name);
      if (!found || !(await seenSheet(stores, context, found.record.subjectId))) throw noFile();
      return sendFile(reply, papers.storage, found.file);
    });
  };
