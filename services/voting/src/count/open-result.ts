import { routeError } from '@veche/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Protocol } from './counting.ts';
import type { Voting } from '../domain/voting.ts';
import { csvOf } from '../exports/csv.ts';
import { documentOf } from '../exports/document.ts';
import { xlsxOf } from '../exports/xlsx.ts';
import { latestResult, resultOfVersion, type StoredResult, type Stores } from '../store.ts';

export interface ResultParts {
  stores: Stores;
}

export type ResultRequest = FastifyRequest<{
  Params: { contest: string; file?: string };
  Querystring: { version?: string | string[] };
}>;

interface Kind {
  type: string;
  make: (voting: Voting, stored: StoredResult) => string | Promise<Buffer>;
}

/** A result in the forms that people open. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['protocol.json', { type: 'application/json', make: (_voting, { protocol }) => protocol }],
  ['result.csv', { type: 'text/csv; charset=utf-8', make: (_voting, stored) => csvOf(protocolOf(stored)) }],
  [
    'result.xlsx',
    {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      make: (_voting, stored) => xlsxOf(protocolOf(stored)),
    },
  ],
  ['protocol.html', { type: 'text/html; charset=utf-8', make: documentOf }],
]);

const protocolOf = ({ protocol }: StoredResult): Protocol => JSON.parse(protocol) as Protocol;

/** The result of a counted contest as a table, a workbook, a page and the protocol itself. */
export const openResult =
  (parts: ResultParts) =>
  (app: FastifyInstance): void =>
    void app.get('/open/contests/:contest/result/:file', async (request, reply) => {
      const { file } = (request as ResultRequest).params;
      const stored = await wanted(parts, request as ResultRequest);
      const kind = KINDS.get(file!);
      if (!kind) throw unknown();
      const { state } = (await parts.stores.votings.load(stored.contest))!;
      void reply.header('content-type', kind.type);
      attach(reply, `${stored.contest}-${stored.version}-${file}`);
      return reply.send(await kind.make(state, stored));
    });

export const attach = (reply: FastifyReply, name: string): void =>
  void reply.header('content-disposition', `attachment; filename="${name}"`);

export const unknown = (): Error =>
  routeError(
    404,
    'RESULT_UNKNOWN',
    'No such result',
    'Такого результата нет: голосование ещё не подсчитано или версия не существует.',
  );

/** The version that a request names, or the latest; nothing before the count. */
export async function wanted(
  { stores }: ResultParts,
  { params: { contest }, query }: ResultRequest,
): Promise<StoredResult> {
  const { version } = query;
  const whole = typeof version === 'string' && /^[1-9]\d{0,3}$/.test(version);
  if (!/^[0-9a-f-]{36}$/.test(contest) || (version !== undefined && !whole)) throw unknown();
  const found = whole ? await resultOfVersion(stores, contest, Number(version)) : await latestResult(stores, contest);
  // Stored first, told second: what is not told yet is not shown.
  const voting = found && (await stores.votings.load(contest));
  if (!found || voting!.state.resultVersion < found.version) throw unknown();
  return found;
}
