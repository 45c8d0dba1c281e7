import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import { routeError, USER_MESSAGES } from '../graphql/errors.ts';
import { rejectionOf, type Messages } from '../graphql/payload.ts';
import { FILE_MESSAGES, inMb, type FileCode, type Intake, type OfferedFile, type TakenFile } from './intake.ts';
import type { FileStorage } from './storage.ts';

/** Reads an offered file: the body, its type, and the name from `?name=`. Stops listening beyond the limit. */
export async function offeredFile(request: FastifyRequest, maxBytes: number): Promise<OfferedFile> {
  const { name } = request.query as { name?: unknown };
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw fileError({ code: 'FILE_TOO_LARGE', params: { max: inMb(maxBytes) } });
    chunks.push(chunk);
  }
  return { name: typeof name === 'string' ? name : '', mediaType, bytes: Buffer.concat(chunks) };
}

const STATUS: Partial<Record<FileCode, number>> = { FILE_TOO_LARGE: 413, FILE_TYPE_NOT_ALLOWED: 415 };

/** The refusal of a file as an HTTP error with its code and sentence. */
export function fileError(refusal: NonNullable<Intake['refusal']>): GraphQLError {
  return refusedRoute(STATUS[refusal.code] ?? 422, refusal.code, FILE_MESSAGES, refusal.params);
}

/** A refusal of a service's own as an HTTP error. */
export function refusedRoute<C extends string>(
  status: number,
  code: C,
  messages: Messages<C>,
  params: Readonly<Record<string, string | number>> = {},
): GraphQLError {
  const { userMessage } = rejectionOf({ code, params }, messages);
  return routeError(status, code, 'The request was refused', userMessage);
}

export const noFile = (): GraphQLError => routeError(404, 'NOT_FOUND', 'No such file', USER_MESSAGES['NOT_FOUND']!);
export const forbiddenFile = (): GraphQLError =>
  routeError(403, 'FORBIDDEN', 'Not allowed', USER_MESSAGES['FORBIDDEN']!);

/**
 * Answers with a file so that no browser acts upon it: it is saved, never shown in our name. Whoever has it already (If-None-Match) is told
 * so and no more. Throws NOT_FOUND when the bytes are gone.
 */
export async function sendFile(
  reply: FastifyReply,
  storage: FileStorage,
  { name, mediaType, bytes, sha256 }: TakenFile,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`;
  void reply.header('cache-control', 'private, no-cache').header('etag', etag);
  if (isHeld(reply.request.headers['if-none-match'], etag)) return reply.code(304).send();
  const content = await storage.open(sha256);
  if (!content) throw noFile();
  return reply
    .header('content-type', mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType)
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename*=UTF-8''${encoded(name)}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(content);
}

/** By the weak comparison of RFC 9110 section 13.1.2; a hash has no comma in it. */
const isHeld = (asked: string | undefined, etag: string): boolean =>
  asked?.trim() === '*' || (asked ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);

/** As RFC 8187 wants it: `encodeURIComponent` leaves four characters that it does not allow. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`,
  );
