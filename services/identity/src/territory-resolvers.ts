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
import { scopesOver, territoryLevel } from '@veche/kit/domain/oktmo';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import {
  joinRegion,
  lineProblem,
  namedCodes,
  noteTerritory,
  regionOver,
  regionsOver,
  saysNothingNew,
  type Territory,
  type TerritoryCode,
  type TerritoryEvent,
  type TerritoryLine,
} from './domain/territory.ts';
import { territoryToOutbox } from './events.ts';
import type { MutationResolvers, NoteTerritoriesInput, QueryResolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { pageOfTerritories, rootsInside, type TerritoryStores } from './territory-store.ts';

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

const loader = ({ territories: { territories } }: Parts, context: Context) =>
  byId<Aggregate<Territory>>(context, 'territories', (ids) => territories.loadMany(ids));

const found = async (parts: Parts, context: Context, oktmo: string): Promise<Seen | null> => {
  const one = await loader(parts, context).load(oktmo);
  return one && seen(one);
};

export const territoryType = (parts: Parts) => ({
  __resolveReference: async ({ oktmo }: { oktmo: string }, context: Context): Promise<Seen> =>
    (await found(parts, context, oktmo)) ?? { oktmo, name: null, level: territoryLevel(oktmo), parentCode: null },
  parent: ({ parentCode }: Seen, _args: object, context: Context) =>
    parentCode === null ? null : found(parts, context, parentCode),
  parents: async ({ oktmo, parentCode }: Seen, _args: object, context: Context) => {
    // A parent covers its part by code, so all that the walk may meet is read at once.
    if (parentCode !== null) await loader(parts, context).loadMany(scopesOver(oktmo));
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

const answer = (territories: readonly Aggregate<Territory>[]) =>
  ({ territories: territories.map(seen), rejection: null }) as never;

/** All lines are checked before the first is written; a call that broke off in the middle goes on when it is repeated. */
async function note({ territories: stores }: Parts, context: Context, input: NoteTerritoriesInput) {
  const command = commandOf(context, 'noteTerritories', input);
  const lines = input.territories.map(({ oktmo, name, parent }) => ({ oktmo, name, parent: parent ?? null }));
  const caller = context.requireCaller();
  const authorise = (): void => {
    if (!lines.every(({ oktmo }) => mayActIn(caller, oktmo))) throw forbidden();
  };
  const named = await stores.territories.loadMany(namedCodes(lines));
  const known = new Map(named.map((one) => [one.id, one]));
  const asked = await stores.imports.create<never, TerritoryCode>({
    command,
    events: () => [],
    decide: () => {
      const problem = lineProblem(lines, new Set(known.keys()));
      if (problem) return { ok: false, rejection: problem };
      authorise();
      return accept({ count: lines.length, done: false });
    },
  });
  if (asked.rejection) return refusal(asked.rejection);
  // A repetition is not checked again, for the directory may have grown since; rights may have gone.
  authorise();
  const ordered = lines.toSorted((a, b) => (a.oktmo < b.oktmo ? -1 : 1));
  if (asked.aggregate.state.done) return answer(ordered.map(({ oktmo }) => known.get(oktmo)!));
  const noted = await inTurns(ordered, (line) => write(stores, command, line, known.get(line.oktmo)));
  // Read after the writes: another list may have entered a region meanwhile and not seen what this one made a root.
  const regions = await stores.territories.loadMany(regionsOver(lines));
  await joinRegions(
    stores,
    regions.map(({ id }) => id),
  );
  const finished = { id: asked.aggregate.id, events: () => [] };
  await stores.imports.change<never, never>({ ...finished, decide: (state) => accept({ ...state, done: true }) });
  return answer(noted);
}

async function inTurns<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += WRITES_AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + WRITES_AT_ONCE).map(act))));
  return results;
}

/** Writes a line; one that says nothing new is not even remembered. */
async function write(
  { territories }: TerritoryStores,
  command: Command,
  line: TerritoryLine,
  known: Aggregate<Territory> | undefined,
): Promise<Aggregate<Territory>> {
  if (known && saysNothingNew(known.state, line)) return known;
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

/** Municipalities that were roots until these regions were entered lie in them from now on. */
async function joinRegions(stores: TerritoryStores, regions: readonly string[]): Promise<void> {
  await inTurns(await rootsInside(stores, regions), ({ id }) =>
    stores.territories.change<TerritoryEvent, never>({
      id,
      events: territoryToOutbox,
      decide: (current) => joinRegion(current, regionOver(id, regions)!),
    }),
  );
}
