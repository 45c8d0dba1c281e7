import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { tooLong } from './query-limits.ts';

/** UTF-8 takes no more for a unit of UTF-16, and JSON writes no character of a document in more, save those that nobody puts there. */
const BYTES_OF_CHARACTER = 3;
const QUERY = '"query"';
const [QUOTE, BACKSLASH] = ['"', '\\'].map((character) => character.charCodeAt(0));
const BETWEEN = new Set([...': \n\r\t'].map((character) => character.charCodeAt(0)));

/**
 * Reads bodies of JSON. One whose document is much too long is refused as bytes, for to make a text of it and to parse it would cost more than many a
 * query; what is nearly short enough is measured exactly later.
 */
export function addJsonBody(app: FastifyInstance, maxLength: number): void {
  const most = maxLength * BYTES_OF_CHARACTER;
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Not as a failure of parsing, after which the connection would end: the body has been read.
    if (body.length > most && hasLongDocument(body, most)) done(null, tooLong(maxLength));
    else void parse(request, body.toString(), done);
  });
  app.addHook('preValidation', ({ body }, _reply, done) => done(body instanceof GraphQLError ? body : undefined));
}

/** Does the first document of the body take more than `most` bytes, as it stands there? */
export function hasLongDocument(body: Buffer, most: number): boolean {
  const key = body.indexOf(QUERY);
  if (key < 0) return false;
  let at = key + QUERY.length;
  while (BETWEEN.has(body[at]!)) at += 1;
  if (body[at] !== QUOTE) return false;
  const end = at + most + 1;
  for (at += 1; at <= end && at < body.length && body[at] !== QUOTE; at += 1) if (body[at] === BACKSLASH) at += 1;
  return at > end;
}
