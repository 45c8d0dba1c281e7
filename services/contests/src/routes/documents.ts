import { contextOf, type TokenVerifier } from '@veche/kit';
import { documentFile, type DocumentParts } from '@veche/kit/documents/register';
import { noFile, sendFile } from '@veche/kit/files/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DOCUMENTS_PATH, seenApplication } from '../resolvers/documents.ts';
import { MEETINGS_PATH, meetingWithMinutes } from '../resolvers/meeting-documents.ts';
import type { ViewParts } from '../views.ts';

interface Parts extends Pick<ViewParts, 'stores' | 'meetings' | 'community' | 'clock'> {
  papers: DocumentParts;
  verifier: TokenVerifier;
}

/** Files of documents, for whom the documents are. */
export const documentRoutes =
  ({ papers, verifier, ...parts }: Parts) =>
  (app: FastifyInstance): void => {
    app.get(`${DOCUMENTS_PATH}/:name`, async (request: FastifyRequest, reply) => {
      const context = await contextOf(request, verifier);
      const found = await documentFile(papers.documents, (request.params as { name: string }).name);
      const seen = found && (await seenApplication(parts, context, found.record.subjectId));
      if (!found || !seen?.inside) throw noFile();
      return sendFile(reply, papers.storage, found.file);
    });
    app.get(`${MEETINGS_PATH}/:name`, async (request: FastifyRequest, reply) => {
      const context = await contextOf(request, verifier);
      const found = await documentFile(papers.documents, (request.params as { name: string }).name);
      const seen = found && (await meetingWithMinutes(parts, context, found.record.subjectId));
      if (!found || !seen) throw noFile();
      return sendFile(reply, papers.storage, found.file);
    });
  };
