import { contextOf, type TokenVerifier } from '@veche/kit';
import type { Antivirus } from '@veche/kit/files/antivirus';
import { fileError, forbiddenFile, noFile, offeredFile, refusedRoute, sendFile } from '@veche/kit/files/http';
import { takeFile } from '@veche/kit/files/intake';
import { rawRoutes } from '@veche/kit/files/raw-routes';
import type { FileStorage } from '@veche/kit/files/storage';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { may } from '../domain/application-states.ts';
import { UPLOADS_MAX, uploadRules, uploadsInUse } from '../domain/uploads.ts';
import { aroundOf } from '../loaders.ts';
import { messages } from '../messages.ts';
import { isInsider, mayActFor, maySeeApplication } from '../policy.ts';
import type { Stores } from '../store.ts';

export interface FileRouteParts {
  stores: Stores;
  storage: FileStorage;
  antivirus: Antivirus | null;
  verifier: TokenVerifier;
  maxBytes: number;
}

const TOO_MANY = { FILES_TOO_MANY: 'К заявке можно приложить не больше {max} файлов.' };

type OfApplication = FastifyRequest<{ Params: { applicationId: string; sha256: string } }>;

/**
 * Files of applications. Bytes are no matter for GraphQL: they come and go by plain HTTP under the same tokens, and who may read an
 * application may read the files that belong to it.
 */
export function fileRoutes(parts: FileRouteParts): (app: FastifyInstance) => void {
  return (app) =>
    rawRoutes(app, (scope) => {
      scope.post('/files/applications/:applicationId', async (request, reply) => {
        const file = await upload(parts, request as OfApplication);
        return reply.code(201).send({ file });
      });
      scope.get('/files/applications/:applicationId/:sha256', async (request, reply) => {
        const file = await visibleFile(parts, request as OfApplication);
        return sendFile(reply, parts.storage, file);
      });
    });
}

/** The application with what decides about it, as far as the caller sees it. */
async function seen({ stores, verifier }: FileRouteParts, request: OfApplication) {
  const context = await contextOf(request, verifier);
  const { caller } = context;
  const around = await aroundOf(stores, context, request.params.applicationId);
  if (!around) throw noFile();
  const { application, contest, group } = around;
  if (!maySeeApplication(caller, application.state, contest, group)) throw noFile();
  return { caller, application: application.state, contest, group };
}

async function upload(parts: FileRouteParts, request: OfApplication) {
  const { applicationId } = request.params;
  const { caller, application, contest, group } = await seen(parts, request);
  if (!caller || !mayActFor(caller, application, group)) throw forbiddenFile();
  if (!may('save', application.status)) throw refusedRoute(409, 'WRONG_STATE', messages);
  const kept = await parts.stores.uploads.of([applicationId]);
  if (kept.length >= UPLOADS_MAX) throw refusedRoute(409, 'FILES_TOO_MANY', TOO_MANY, { max: UPLOADS_MAX });
  const rules = uploadRules(contest.form, parts.maxBytes);
  const { file, refusal } = await takeFile(await offeredFile(request, parts.maxBytes), rules, parts);
  if (refusal) throw fileError(refusal);
  await parts.stores.uploads.keep({ applicationId, ...file });
  return file;
}

/** Whoever prepares or decides sees every upload, the public those that the application names. */
async function visibleFile(parts: FileRouteParts, request: OfApplication) {
  const { applicationId, sha256 } = request.params;
  const { caller, application, contest, group } = await seen(parts, request);
  const found = await parts.stores.uploads.find(applicationId, sha256);
  if (!found) throw noFile();
  const inside = isInsider(caller, application, contest, group);
  if (!inside && uploadsInUse(application.content.answers, [found]).length === 0) throw noFile();
  return found;
}
