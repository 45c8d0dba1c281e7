import DataLoader from 'dataloader';
import { localDateOf, shortDate } from '../domain/calendar.ts';
import type { Rejection } from '../domain/decision.ts';
import { mapConnection, type ConnectionArgs } from '../graphql/connection.ts';
import { commandOf, loaderOf, type Context } from '../graphql/context.ts';
import { rejectionOf } from '../graphql/payload.ts';
import type { Aggregate, StoreRejection } from '../mongo/aggregate.ts';
import { givenCms } from '../signatures/given.ts';
import { makeDocument, type DocumentParts, type DocumentRecord, type Wanted } from './register.ts';
import {
  PAPER_MESSAGES,
  signDocument,
  type Entitlement,
  type PaperSigningCode,
  type PaperSigningParts,
} from './signing.ts';
import { documentView, registerLine } from './views.ts';

/** Makes a document that bears the day of `now` in the time zone of its place. */
export function makeDated(
  papers: DocumentParts,
  { now, timeZone, ...wanted }: Omit<Wanted, 'year' | 'date'> & { now: Date; timeZone: string },
) {
  const day = localDateOf(now, timeZone);
  return makeDocument(papers, { ...wanted, year: Number(day.slice(0, 4)), date: shortDate(day) });
}

const KEPT = 100;

/** The latest documents of a subject, oldest first, with their files below `base`; one query for all subjects of an answer. */
export const documentsAbout = (papers: DocumentParts, context: Context, base: string, subjectId: string) =>
  loaderOf(
    context,
    `documents ${base}`,
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const newest = { sort: { createdAt: -1, _id: -1 }, limit: KEPT * ids.length } as const;
        const all = await papers.documents.find({ subjectId: { $in: [...ids] } }, newest);
        const made = Map.groupBy(
          all.toReversed().filter(({ state }) => state.docx),
          ({ state }) => state.subjectId,
        );
        return ids.map((id) => (made.get(id) ?? []).map((document) => documentView(papers, base, document)));
      }),
  ).load(subjectId);

/** The register of a contest, the latest first; `baseOf`: below which address the files of a kind are. */
export async function documentRegister(
  papers: DocumentParts,
  { contestId, kind, signed, ...page }: ConnectionArgs & RegisterFilter,
  baseOf: (kind: Wanted['kind']) => string,
) {
  const filter = {
    contestId,
    ...(kind ? { kind: kind.toLowerCase() } : {}),
    ...(typeof signed === 'boolean' ? { signed } : {}),
  };
  const found = await papers.documents.page(filter, { createdAt: -1, _id: -1 }, page);
  return mapConnection(found, (document) => registerLine(papers, baseOf(document.state.kind), document));
}

interface RegisterFilter {
  contestId: string;
  /** As the graph writes it. */
  kind?: string | null;
  signed?: boolean | null;
}

interface SignInput {
  idempotencyKey: string;
  documentId: string;
  sha256: string;
  signature?: string | null;
}

interface PaperRules {
  /** What the caller may do with a document; null: it is not there for the caller. */
  entitlementOf(document: Aggregate<DocumentRecord>): Promise<Entitlement | null>;
  baseOf(kind: Wanted['kind']): string;
}

/** Signs a document for the caller, as the mutation `name` of a service, and answers with its line in the register. */
export async function signAnswer(
  parts: PaperSigningParts,
  context: Context,
  { name, input }: { name: string; input: SignInput },
  { entitlementOf, baseOf }: PaperRules,
) {
  const command = commandOf(context, name, input);
  const { documentId, sha256, signature = null } = input;
  const cms = signature === null ? null : givenCms(signature);
  const refused = (rejection: Rejection<PaperSigningCode | StoreRejection>) => ({
    document: null,
    rejection: rejectionOf(rejection, PAPER_MESSAGES),
  });
  const document = await parts.papers.documents.load(documentId);
  const entitled = document && (await entitlementOf(document));
  if (!entitled) return refused({ code: 'NOT_FOUND', path: ['documentId'] });
  const given = { command, caller: context.requireCaller(), sha256, cms };
  const { aggregate, rejection } = await signDocument(parts, document, entitled, given);
  if (rejection) return refused(rejection);
  return { document: registerLine(parts.papers, baseOf(aggregate.state.kind), aggregate), rejection: null };
}
