import type { Aggregate, AggregateStore } from '@veche/kit';
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
