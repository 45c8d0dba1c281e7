import { within, type Aggregate, type AggregateStore, type Connection, type ConnectionArgs } from '@veche/kit';
import { scopesOver } from '@veche/kit/domain/oktmo';
import type { Contest, ContestLevel, Practice, StageType } from '../domain/contest.ts';

/** What narrows a list of contests; null says nothing. */
export interface ContestFilter {
  oktmo?: string | null;
  /** Together with those of the levels above, in which the place takes part. */
  withWider?: boolean | null;
  levels?: readonly ContestLevel[] | null;
  practices?: readonly Practice[] | null;
  states?: readonly Contest['status'][] | null;
  /** A stage of it is open now. */
  openStage?: StageType | null;
  /** Its calendar has something from this instant on. */
  from?: Date | null;
  /** Its calendar has begun before this instant. */
  until?: Date | null;
}

/** Contests newest first; drafts only inside the territories given. */
export function pageOfContests(
  contests: AggregateStore<Contest>,
  filter: ContestFilter,
  { territories, now }: { territories: readonly string[]; now: Date },
  args: ConnectionArgs,
): Promise<Connection<Aggregate<Contest>>> {
  const drafts = territories.map((scope) => ({ oktmo: within(scope) }));
  const visible = { $or: [{ status: { $in: ['PUBLISHED', 'DECIDED'] } }, ...drafts] };
  return contests.page({ $and: [visible, ...conditions(filter, now)] }, { createdAt: -1, _id: -1 }, args);
}

function conditions({ oktmo, withWider, levels, practices, states, openStage, from, until }: ContestFilter, now: Date) {
  const open = { type: openStage, opensAt: { $lte: now }, closesAt: { $gt: now } };
  const wider = oktmo && withWider ? [{ oktmo: { $in: scopesOver(oktmo) } }] : [];
  return [
    ...(oktmo ? [{ $or: [{ oktmo: within(oktmo) }, ...wider] }] : []),
    ...among('level', levels),
    ...among('practice', practices),
    ...among('status', states),
    ...(openStage ? [{ stages: { $elemMatch: open } }] : []),
    ...(from ? [{ stages: { $elemMatch: { closesAt: { $gt: from } } } }] : []),
    ...(until ? [{ stages: { $elemMatch: { opensAt: { $lt: until } } } }] : []),
  ];
}

const among = (field: string, values: readonly string[] | null | undefined) =>
  values?.length ? [{ [field]: { $in: [...values] } }] : [];
