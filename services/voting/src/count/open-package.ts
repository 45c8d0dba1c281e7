import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { routeError, type Logger } from '@veche/kit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { attach, unknown, wanted, type ResultRequest as Request } from './open-result.ts';
import { assemble, PACKAGE_FILES, type PackageParts } from '../package/assemble.ts';
import { tarOf, tarSize } from '../package/tar.ts';
import type { StoredResult, Stores } from '../store.ts';

/** How long a reader is kept waiting while a package is made. */
const WAIT_MS = 5000;
const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  txt: 'text/plain; charset=utf-8',
  pb: 'text/plain; charset=utf-8',
};

/** What anybody needs to count a contest anew, once it is counted: one archive, or its files. */
export function openPackage(parts: PackageParts & { stores: Stores; log: Logger }): (app: FastifyInstance) => void {
  const making = new Map<string, Promise<string>>();

  /** The directory of a package; makes it, once at a time. */
  async function ready(stored: StoredResult): Promise<string> {
    const id = stored._id;
    const known = making.get(id) ?? begin(stored);
    making.set(id, known);
    const directory = await Promise.race([known, sleep(WAIT_MS, null, { ref: false })]);
    if (directory === null)
      throw routeError(
        503,
        'PACKAGE_IN_PREPARATION',
        'The package is being made',
        'Файлы подсчёта готовятся. Повторите через минуту.',
      );
    return directory;
  }

  function begin(stored: StoredResult): Promise<string> {
    const begun = parts.stores.votings.load(stored.contest).then((found) => assemble(parts, found!.state, stored));
    begun
      .catch((error: unknown) => parts.log.error({ err: error, contest: stored.contest }, 'no package could be made'))
      .finally(() => making.delete(stored._id));
    return begun;
  }

  async function archive(request: Request, reply: FastifyReply) {
    const stored = await wanted(parts, request);
    const directory = await ready(stored);
    void reply.header('content-type', 'application/x-tar');
    void reply.header('content-length', await tarSize(directory, PACKAGE_FILES));
    attach(reply, `${stored.contest}-${stored.version}.tar`);
    return reply.send(Readable.from(tarOf(directory, PACKAGE_FILES), { objectMode: false }));
  }

  async function single(request: Request, reply: FastifyReply) {
    const { file } = request.params;
    const name = PACKAGE_FILES.find((known) => known === file);
    if (!name) throw unknown();
    const path = join(await ready(await wanted(parts, request)), name);
    void reply.header('content-type', TYPES[name.slice(name.lastIndexOf('.') + 1)]!);
    void reply.header('content-length', (await stat(path)).size);
    return reply.send(createReadStream(path));
  }

  return (app) => {
    app.get('/open/contests/:contest/package.tar', (request, reply) => archive(request as Request, reply));
    app.get('/open/contests/:contest/package/:file', (request, reply) => single(request as Request, reply));
  };
}
