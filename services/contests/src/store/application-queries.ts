import type { Aggregate, AggregateStore, Connection, ConnectionArgs } from '@veche/kit';
import { prefixOf } from '@veche/kit/domain/oktmo';
import type { ApplicationStatus } from '../domain/application-states.ts';
import type { Application } from '../domain/application.ts';

const SAME_SHOWN = 10;

/** Filed applications of a contest whose titles have the same words, those that were withdrawn or refused left out. */
export const sameProjects = (
  applications: AggregateStore<Application>,
  contestId: string,
  titleKey: string,
): Promise<Aggregate<Application>[]> =>
  applications.find(
    { contestId, titleKey, status: { $nin: ['WITHDRAWN', 'REFUSED'] } },
    { sort: { sortKey: 1 }, limit: SAME_SHOWN },
  );

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

/** The queue of the officials of the territories given (codes), a page at a time. */
export function pageOfQueue(
  applications: AggregateStore<Application>,
  {
    filter,
    sort,
    territories,
    today,
  }: { filter: QueueFilter; sort: QueueSort; territories: readonly string[]; today: Today },
  args: ConnectionArgs,
): Promise<Connection<Aggregate<Application>>> {
  const { states, due } = filter;
  // Whoever asks for states sees those without a term as well.
  const term = due ? windowOf(due, today) : states?.length ? null : WAITING;
  const where = {
    ...placeOf(filter, territories),
    ...(states?.length ? { status: { $in: [...states] } } : {}),
    ...(filter.assigneeId ? { assigneeId: filter.assigneeId } : {}),
    ...(filter.unassigned ? { assigneeId: null } : {}),
    ...(term ? { dueAt: term } : {}),
    ...(sort === 'SUBMITTED' ? { submittedAt: WAITING } : {}),
  };
  return applications.page(where, ORDERS[sort], args);
}

export type QueueSort = 'DUE' | 'SUBMITTED';
const ORDERS: Record<QueueSort, Record<string, 1 | -1>> = {
  DUE: { dueAt: 1, _id: 1 },
  SUBMITTED: { submittedAt: -1, _id: -1 },
};

/** Officials see the territories that they were given, narrowed to one of them or to a place inside. */
function placeOf({ contestId, oktmo }: QueueFilter, territories: readonly string[]) {
  const scopes = [...new Set(territories.map(prefixOf))];
  const mine = { scopes: scopes.length === 1 ? scopes[0] : { $in: scopes } };
  const narrow = oktmo ? prefixOf(oktmo) : null;
  const place =
    narrow === null
      ? mine
      : scopes.some((scope) => narrow.startsWith(scope))
        ? { scopes: narrow }
        : { ...mine, $and: [{ scopes: narrow }] };
  return contestId ? { contestId, ...place } : place;
}

function windowOf(due: NonNullable<QueueFilter['due']>, { now, ends }: Today): Record<string, Date> {
  // A term ends with the midnight after its last day, so that midnight still belongs to the day.
  if (due === 'OVERDUE') return { ...WAITING, $lte: now };
  return due === 'TODAY' ? { $gt: now, $lte: ends } : { $gt: ends };
}

/** How much waits in a place, by term. */
export async function queueSummary(
  applications: AggregateStore<Application>,
  filter: Pick<QueueFilter, 'contestId' | 'oktmo'>,
  territories: readonly string[],
  today: Today,
) {
  const place = placeOf(filter, territories);
  const inWindow = (due: NonNullable<QueueFilter['due']>) =>
    applications.count({ ...place, dueAt: windowOf(due, today) });
  const [overdue, ofToday, later, unassigned] = await Promise.all([
    inWindow('OVERDUE'),
    inWindow('TODAY'),
    inWindow('LATER'),
    applications.count({ ...place, dueAt: WAITING, assigneeId: null }),
  ]);
  return { overdue, today: ofToday, later, unassigned };
}

/** State of each application of a contest and since when it is in it. */
export async function statesOf(
  { model }: AggregateStore<Application>,
  contestId: string,
): Promise<{ status: ApplicationStatus; stateSince?: Date }[]> {
  return model.find({ contestId }, { _id: 0, status: 1, stateSince: 1 }).lean() as never;
}

const REGISTER_MAX = 20_000;

/** Numbered applications of a contest, by number. */
export const numberedOf = (
  applications: AggregateStore<Application>,
  contestId: string,
): Promise<Aggregate<Application>[]> =>
  applications.find({ contestId, number: { $type: 'string' } }, { sort: { sortKey: 1, _id: 1 }, limit: REGISTER_MAX });
