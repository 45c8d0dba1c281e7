import {
  byId,
  commandOf,
  forbidden,
  mapConnection,
  rejectionOf,
  type Aggregate,
  type Command,
  type ConnectionArgs,
  type Context,
  type StoreRejection,
} from '@veche/kit';
import { accept, type Rejection } from '@veche/kit/domain/decision';
import { territoryLevel } from '@veche/kit/domain/oktmo';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import {
  lineProblem,
  namedCodes,
  noteTerritory,
  type Territory,
  type TerritoryCode,
  type TerritoryEvent,
  type TerritoryLine,
} from './domain/territory.ts';
import { territoryToOutbox } from './events.ts';
import type { MutationResolvers, NoteTerritoriesInput, QueryResolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { pageOfTerritories, type TerritoryStores } from './territory-store.ts';

interface Parts {
  territories: TerritoryStores;
}

/** What is known of a code; without an entry of the directory the code alone tells the level. */
interface Seen {
  oktmo: string;
  name: string | null;
  level: Territory['level'] | null;
  parentCode: string | null;
}

const seen = ({ id, state }: Aggregate<Territory>): Seen => ({
  oktmo: id,
  name: state.name,
  level: state.level,
  parentCode: state.parent,
});

const found = async ({ territories }: Parts, context: Context, oktmo: string): Promise<Seen | null> => {
  const one = await byId<Aggregate<Territory>>(context, 'territories', (ids) =>
    territories.territories.loadMany(ids),
  ).load(oktmo);
  return one && seen(one);
};

export const territoryType = (parts: Parts) => ({
  __resolveReference: async ({ oktmo }: { oktmo: string }, context: Context): Promise<Seen> =>
    (await found(parts, context, oktmo)) ?? { oktmo, name: null, level: territoryLevel(oktmo), parentCode: null },
  parent: ({ parentCode }: Seen, _args: object, context: Context) =>
    parentCode === null ? null : found(parts, context, parentCode),
  parents: async ({ parentCode }: Seen, _args: object, context: Context) => {
    const above: Seen[] = [];
    for (let code = parentCode; code !== null; code = above[0]!.parentCode) {
      const one = await found(parts, context, code);
      if (!one) break;
      above.unshift(one);
    }
    return above;
  },
  parts: async ({ oktmo }: Seen, args: ConnectionArgs) =>
    mapConnection(await pageOfTerritories(parts.territories, { parent: oktmo }, args), seen),
});

export const territoryQueries = (parts: Parts): Pick<QueryResolvers, 'territory' | 'territories'> => ({
  territory: (_source, { oktmo }, context) => found(parts, context, oktmo) as never,
  territories: async (_source, { within, level, parent, ...args }) =>
    mapConnection(await pageOfTerritories(parts.territories, { within, level, parent }, args), seen) as never,
});

/** Writes that are on their way at once; more would only queue in the driver. */
const WRITES_AT_ONCE = 20;

export const territoryMutations = (parts: Parts): Pick<MutationResolvers, 'noteTerritories'> => ({
  noteTerritories: (_source, { input }, context) => note(parts, context, input),
});

const refusal = (rejection: Rejection<TerritoryCode | StoreRejection>) =>
  ({ territories: [], rejection: rejectionOf(rejection, messages) }) as never;

/** All lines are checked before the first is written; a call that broke off in the middle goes on when it is repeated. */
async function note({ territories: stores }: Parts, context: Context, input: NoteTerritoriesInput) {
  const command = commandOf(context, 'noteTerritories', input);
  const lines = input.territories.map(({ oktmo, name, parent }) => ({ oktmo, name, parent: parent ?? null }));
  const caller = context.requireCaller();
  const known = await stores.territories.loadMany(namedCodes(lines));
  const problem = lineProblem(lines, new Set(known.map(({ id }) => id)));
  if (problem) return refusal(problem);
  if (!lines.every(({ oktmo }) => mayActIn(caller, oktmo))) throw forbidden();
  const asked = await stores.imports.create<never, never>({
    command,
    events: () => [],
    decide: () => accept({ count: lines.length }),
  });
  if (asked.rejection) return refusal(asked.rejection);
  const noted: Aggregate<Territory>[] = [];
  const ordered = lines.toSorted((a, b) => (a.oktmo < b.oktmo ? -1 : 1));
  for (let start = 0; start < ordered.length; start += WRITES_AT_ONCE) {
    const some = ordered.slice(start, start + WRITES_AT_ONCE);
    noted.push(...(await Promise.all(some.map((line) => write(stores, command, line)))));
  }
  return { territories: noted.map(seen), rejection: null } as never;
}

async function write({ territories }: TerritoryStores, command: Command, line: TerritoryLine) {
  const outcome = await territories.upsert<TerritoryEvent, never>({
    id: line.oktmo,
    command: { ...command, key: `${command.key}:${line.oktmo}`, payload: line },
    events: territoryToOutbox,
    initial: () => ({ name: '', parent: null, level: territoryLevel(line.oktmo)! }),
    decide: (current) => noteTerritory(current, line),
  });
  if (!outcome.aggregate) throw new Error(`territory ${line.oktmo} was not noted: ${outcome.rejection?.code}`);
  return outcome.aggregate;
}
