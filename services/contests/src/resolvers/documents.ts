import { commandOf, forbidden, rejectionOf, type Context } from '@veche/kit';
import { documentsAbout, makeDated } from '@veche/kit/documents/answers';
import { noticeFields } from '@veche/kit/documents/letter-shapes';
import type { DocumentParts, Wanted } from '@veche/kit/documents/register';
import { applicationFields } from '@veche/kit/documents/shapes';
import { documentView } from '@veche/kit/documents/views';
import type { Rejection } from '@veche/kit/domain/decision';
import { applicationData } from '../application-document.ts';
import { noticeData } from '../application-notice.ts';
import type { Application } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import type { GenerateApplicationDocumentInput, MutationResolvers } from '../gen/graphql.ts';
import { aroundOf } from '../loaders.ts';
import { messages, type Code } from '../messages.ts';
import { isInsider, maySeeApplication } from '../policy.ts';
import type { ViewParts } from '../views.ts';

export interface DocumentsParts extends ViewParts {
  papers: DocumentParts;
}

export const DOCUMENTS_PATH = '/files/documents';

/** The application with its contest, and what the caller may do; null when it is not there for the caller. */
export async function seenApplication({ stores }: Pick<ViewParts, 'stores'>, context: Context, id: string) {
  const around = await aroundOf(stores, context, id);
  if (!around) return null;
  const { application, contest, group } = around;
  if (!maySeeApplication(context.caller, application.state, contest, group)) return null;
  const inside = isInsider(context.caller, application.state, contest, group);
  return { application: application.state, contest, inside };
}

type DocumentMutations = Pick<MutationResolvers, 'generateApplicationDocument' | 'generateApplicationNotice'>;

export const documentMutations = (parts: DocumentsParts): DocumentMutations => ({
  generateApplicationDocument: (_source, { input }, context) =>
    make(parts, context, { name: 'generateApplicationDocument', input }, (application, contest) => {
      const data = applicationData(application, contest);
      return { kind: 'application', about: aboutOf(application), data, fields: applicationFields(data) };
    }),
  generateApplicationNotice: (_source, { input }, context) =>
    make(parts, context, { name: 'generateApplicationNotice', input }, (application, contest) => {
      const data = noticeData(application, contest);
      const about = `Письмо о рассмотрении заявки № ${application.number}: ${data?.outcome}`;
      return data && { kind: 'notice', about, data, fields: noticeFields(data) };
    }),
});

type Content = Pick<Wanted, 'kind' | 'about' | 'data' | 'fields'>;

/** Makes a document of an application for who is inside; `contentOf` gives null where there is nothing to be told. */
async function make(
  parts: DocumentsParts,
  context: Context,
  { name, input }: { name: string; input: GenerateApplicationDocumentInput },
  contentOf: (application: Application, contest: Contest) => Content | null,
) {
  const command = commandOf(context, name, input);
  const { applicationId } = input;
  const refused = (rejection: Rejection<Code>) =>
    ({ document: null, rejection: rejectionOf(rejection, messages) }) as never;
  const seen = await seenApplication(parts, context, applicationId);
  if (!seen) return refused({ code: 'NOT_FOUND', path: ['applicationId'] });
  if (!seen.inside) throw forbidden();
  const { application, contest } = seen;
  const content = contentOf(application, contest);
  if (!content) return refused({ code: 'WRONG_STATE', path: ['applicationId'] });
  const about = { subjectId: applicationId, contestId: application.contestId };
  const dated = { now: parts.clock.now(), timeZone: contest.timeZone };
  const { aggregate, rejection } = await makeDated(parts.papers, { command, ...about, ...content, ...dated });
  if (rejection) return refused(rejection);
  return { document: documentView(parts.papers, DOCUMENTS_PATH, aggregate), rejection: null } as never;
}

const aboutOf = ({ number, content }: Application): string =>
  `Заявка ${number === null ? 'без номера' : `№ ${number}`}: ${content.title}`;

/** Documents of an application; one query for all applications of an answer. */
export const applicationDocuments = (parts: DocumentsParts) => ({
  documents: async ({ id }: { id: string }, _args: object, context: Context) => {
    if (!(await seenApplication(parts, context, id))?.inside) return [];
    return documentsAbout(parts.papers, context, DOCUMENTS_PATH, id);
  },
});
