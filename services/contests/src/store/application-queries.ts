import type { Aggregate, AggregateStore, Connection, ConnectionArgs } from '@veche/kit';
import { prefixOf } from '@veche/kit/domain/oktmo';
import type { ApplicationStatus } from '../domain/application-states.ts';
import { sortKeyOf, type Application, type Content } from '../domain/application.ts';
import type { Registered } from '../domain/register.ts';

const SAME_SHOWN = 10;
const NO_DUPLICATES: readonly ApplicationStatus[] = ['WITHDRAWN', 'REFUSED'];

/**
 * Numbers of filed applications of a contest for the same place whose titles have the same words, the first ten; those that were withdrawn
 * or refused left out. What the index does not know is looked at here, in the few of one title.
 */
export async function sameProjects(
  { model }: AggregateStore<Application>,
  contestId: string,
  { id, titleKey, oktmo }: { id: string; titleKey: string; oktmo: string },
): Promise<string[]> {
  const fields = { number: 1, sortKey: 1, status: 1, 'content.oktmo': 1 };
  const found: { _id: string; number: string; sortKey: string; status: ApplicationStatus; content: Content }[] =
    (await model.find({ contestId, titleKey }, fields).lean()) as never;
  return found
    .filter(({ _id, status, content }) => _id !== id && content.oktmo === oktmo && !NO_DUPLICATES.includes(status))
    .toSorted((one, other) => (one.sortKey < other.sortKey ? -1 : 1))
    .slice(0, SAME_SHOWN)
    .map(({ number }) => number);
}

export interface QueueFilter {
  contestId?: string | null;
  oktmo?: string | null;
  states?: readonly ApplicationStatus[] | null;
  assigneeId?: string | null;
  unassigned?: boolean | null;
  due?: 'OVERDUE' | 'TODAY' | 'LATER' | null;
}

/** Where the day of the official stands: now, and the instant when today ends. */
export interface Today {
  now: Date;
  ends: Date;
}

/** Anything that has a term at all: absent ones are no dates. */
const WAITING = { $gt: new Date(0) };

/** Where the applications of a queue are: a contest, or territories by the prefixes of their codes; none of these: nowhere. */
export type Place = { contestId: string } | { scopes: readonly string[] };

/** Territories of the officials, narrowed to one of them or to a place inside. */
export function scopesIn(territories: readonly string[], oktmo: string | null): string[] {
  const own = [...new Set(territories.map(prefixOf))];
  if (oktmo === null) return own;
  const narrow = prefixOf(oktmo);
  // Territories nest, so what is in two of them is in the narrower one.
  return own.some((scope) => narrow.startsWith(scope)) ? [narrow] : own.filter((scope) => scope.startsWith(narrow));
}

/** By a contest or by territories and never by both, which no index could answer. */
const inPlace = (place: Place): Record<string, unknown> =>
  'contestId' in place ? place : { scopes: place.scopes.length === 1 ? place.scopes[0] : { $in: [...place.scopes] } };

/** The queue of a place, a page at a time. */
export function pageOfQueue(
  applications: AggregateStore<Application>,
  { filter, sort, place, today }: { filter: QueueFilter; sort: QueueSort; place: Place; today: Today },
  args: ConnectionArgs,
): Promise<Connection<Aggregate<Application>>> {
  const where = {
    ...inPlace(place),
    ...asked(filter, today),
    ...(sort === 'SUBMITTED' ? { submittedAt: WAITING } : {}),
  };
  // Steps are of use where an index answers each of them.
  const stepped = sort === 'DUE' && !filter.states?.length && ('contestId' in place || place.scopes.length === 1);
  return applications.page(where, ORDERS[sort], args, stepped ? stepsFrom(today.now) : []);
}

function asked({ states, due, assigneeId, unassigned }: QueueFilter, today: Today): Record<string, unknown> {
  // Whoever asks for states sees those without a term as well.
  const term = due ? windowOf(due, today) : states?.length ? null : WAITING;
  return {
    ...(states?.length ? { status: { $in: [...states] } } : {}),
    ...(assigneeId ? { assigneeId } : {}),
    ...(unassigned ? { assigneeId: null } : {}),
    ...(term ? { dueAt: term } : {}),
  };
}

export type QueueSort = 'DUE' | 'SUBMITTED';
const ORDERS: Record<QueueSort, Record<string, 1 | -1>> = {
  DUE: { dueAt: 1, _id: 1 },
  SUBMITTED: { submittedAt: -1, _id: -1 },
};

const DAY_MS = 86_400_000;
const EDGES = [-30, -7, -1, 0, 0.5, 1, 2, 4, 8, 16, 32, 64].map((days) => days * DAY_MS);

/** Terms from the oldest on, in steps that are short where most of them lie. */
function stepsFrom(now: Date) {
  const edges = EDGES.map((edge) => new Date(now.getTime() + edge));
  return [...edges, null].map((end, index) => ({
    ...(index > 0 ? { $gt: new Date(edges[index - 1]!.getTime() - 1) } : {}),
    ...(end ? { $lt: end } : {}),
  }));
}

/**
 * The bound of what is at most at an instant; instants are whole milliseconds. Instead of $lte, which the database of the stand reads as $lt
 * where an index goes on after the field.
 */
const justAfter = (at: Date): Date => new Date(at.getTime() + 1);

function windowOf(due: NonNullable<QueueFilter['due']>, { now, ends }: Today): Record<string, Date> {
  // A term ends with the midnight after its last day, so that midnight still belongs to the day.
  if (due === 'OVERDUE') return { ...WAITING, $lt: justAfter(now) };
  return due === 'TODAY' ? { $gt: now, $lt: justAfter(ends) } : { $gt: ends };
}

const ASSIGNED_SHOWN = 100;

/** What an official has in hand in some territories, the most urgent first. */
export const ofAssignee = (applications: AggregateStore<Application>, scopes: readonly string[], assigneeId: string) =>
  applications.find(
    { ...inPlace({ scopes }), assigneeId, dueAt: WAITING },
    { sort: { dueAt: 1, _id: 1 }, limit: ASSIGNED_SHOWN },
  );

/** How many applications of some territories nobody has in hand, and the first term of them. */
export async function firstUnassigned(applications: AggregateStore<Application>, scopes: readonly string[]) {
  const free = { ...inPlace({ scopes }), assigneeId: null, dueAt: WAITING };
  const [count, first] = await Promise.all([
    applications.count(free),
    applications.find(free, { sort: { dueAt: 1, _id: 1 }, limit: 1 }),
  ]);
  return { count: Number(count), dueAt: first[0]?.state.dueAt ?? null };
}

interface Waiting {
  overdue: number;
  today: number;
  later: number;
  unassigned: number;
}

/** Numbers above this are told as they were a moment ago: nobody reads them to the last application. */
const MANY = 2_000;
const KEPT_MS = 5_000;
const KEPT_MOST = 500;
const kept = new WeakMap<object, Map<string, { at: number; counts: Waiting }>>();

/** How much waits in a place, by term. */
export async function queueSummary(
  { model }: AggregateStore<Application>,
  place: Place,
  { now, ends }: Today,
): Promise<Waiting> {
  const known = kept.get(model) ?? new Map<string, { at: number; counts: Waiting }>();
  const key = JSON.stringify([place, ends]);
  const last = known.get(key);
  if (last && Math.abs(now.getTime() - last.at) < KEPT_MS) return last.counts;
  const countIf = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
  const [row] = await model.aggregate([
    { $match: { ...inPlace(place), dueAt: WAITING } },
    {
      $group: {
        _id: null,
        overdue: countIf({ $lte: ['$dueAt', now] }),
        today: countIf({ $and: [{ $gt: ['$dueAt', now] }, { $lte: ['$dueAt', ends] }] }),
        later: countIf({ $and: [{ $gt: ['$dueAt', now] }, { $gt: ['$dueAt', ends] }] }),
        unassigned: countIf({ $eq: [{ $ifNull: ['$assigneeId', null] }, null] }),
      },
    },
  ]);
  const counts = { overdue: 0, today: 0, later: 0, unassigned: 0 };
  for (const name of Object.keys(counts) as (keyof Waiting)[]) counts[name] = Number(row?.[name] ?? 0);
  if (counts.overdue + counts.today + counts.later > MANY) {
    if (known.size >= KEPT_MOST) known.clear();
    kept.set(model, known.set(key, { at: now.getTime(), counts }));
  }
  return counts;
}

/** State of each application of a contest and since when it is in it. */
export async function statesOf(
  { model }: AggregateStore<Application>,
  contestId: string,
): Promise<{ status: ApplicationStatus; stateSince?: Date }[]> {
  return model.find({ contestId }, { _id: 0, status: 1, stateSince: 1 }).lean() as never;
}

const REGISTERED = {
  number: 1,
  status: 1,
  revision: 1,
  submittedAt: 1,
  publishedAt: 1,
  'terms.decideBy': 1,
  'refusal.reason': 1,
  imported: 1,
  'content.title': 1,
  'content.category': 1,
  'content.oktmo': 1,
  'content.totalCost': 1,
  'content.funding': 1,
  'content.answers': 1,
};

/** Numbers of the filed applications of a contest, in their order, with who has each. */
export async function numberedOf(
  { model }: AggregateStore<Application>,
  contestId: string,
): Promise<{ id: string; number: string }[]> {
  const found: { _id: string; number: string | null }[] = (await model
    .find({ contestId }, { number: 1 })
    .sort({ sortKey: 1, _id: 1 })
    .lean()) as never;
  return found.flatMap(({ _id: id, number }) => (typeof number === 'string' ? [{ id, number }] : []));
}

/** Every numbered application of a contest by number, as far as the register shows it; one after another, for answers are long. */
export async function* registeredOf(
  { model }: AggregateStore<Application>,
  contestId: string,
): AsyncGenerator<Registered> {
  const found = model.find({ contestId }, REGISTERED).sort({ sortKey: 1, _id: 1 }).lean();
  for await (const line of found.cursor({ batchSize: 200 })) {
    if (typeof line.number === 'string') yield line as unknown as Registered;
  }
}

const ADMITTED: readonly ApplicationStatus[] = ['ADMITTED', 'WINNER', 'RESERVE', 'NOT_SELECTED'];

/** Applications of a contest that were admitted, whatever became of them, by number, the first `limit`. */
export const admittedOf = (
  applications: AggregateStore<Application>,
  contestId: string,
  limit: number,
): Promise<Aggregate<Application>[]> =>
  applications.find({ contestId, status: { $in: [...ADMITTED] } }, { sort: { sortKey: 1, _id: 1 }, limit });

/** Applications of a contest that have one of the numbers. */
export async function withNumbers(
  applications: AggregateStore<Application>,
  contestId: string,
  numbers: readonly string[],
): Promise<Aggregate<Application>[]> {
  const asked = new Set(numbers);
  // Numbers have an index of some documents only, which not every server reads; what lists are sorted by stands in all.
  const found = await applications.find({ contestId, sortKey: { $in: [...new Set(numbers.map(sortKeyOf))] } });
  return found.filter(({ state }) => asked.has(state.number!));
}
