import { commandOf, forbidden, rejectionOf, type Context } from '@veche/kit';
import { documentsAbout, makeDated } from '@veche/kit/documents/answers';
import { documentView, type DocumentParts } from '@veche/kit/documents/register';
import { applicationFields } from '@veche/kit/documents/shapes';
import { applicationData } from '../application-document.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { aroundOf } from '../loaders.ts';
import { messages } from '../messages.ts';
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

export function documentMutation(parts: DocumentsParts): Pick<MutationResolvers, 'generateApplicationDocument'> {
  return {
    generateApplicationDocument: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateApplicationDocument', input);
      const { applicationId } = input;
      const seen = await seenApplication(parts, context, applicationId);
      const notFound = { code: 'NOT_FOUND' as const, path: ['applicationId'] };
      if (!seen) return { document: null, rejection: rejectionOf(notFound, messages) } as never;
      if (!seen.inside) throw forbidden();
      const data = applicationData(seen.application, seen.contest);
      const { aggregate, rejection } = await makeDated(parts.papers, {
        command,
        kind: 'application',
        subjectId: applicationId,
        data,
        fields: applicationFields(data),
        now: parts.clock.now(),
        timeZone: seen.contest.timeZone,
      });
      if (rejection) return { document: null, rejection: rejectionOf(rejection, messages) } as never;
      return { document: documentView(DOCUMENTS_PATH, aggregate), rejection: null } as never;
    },
  };
}

/** Documents of an application; one query for all applications of an answer. */
export const applicationDocuments = (parts: DocumentsParts) => ({
  documents: async ({ id }: { id: string }, _args: object, context: Context) => {
    if (!(await seenApplication(parts, context, id))?.inside) return [];
    return documentsAbout(parts.papers, context, DOCUMENTS_PATH, id);
  },
});
