import { isDuplicateKey, LeaseLost, type Background, type Logger } from '@veche/kit';
import { pointsOf, type RecordedChoices } from '../domain/ballot.ts';
import { emptyTally, takeEntries, type Counters, type Given, type Tally, type TallyEntry } from '../domain/tally.ts';
import type { Voting } from '../domain/voting.ts';
import { entriesAt, LogDamaged, marksOf } from '../log/log.ts';
import { ballotId, type Leaf, type StoredBallot, type Stores } from '../store.ts';
import type { StoredCounters, StoredTally } from '../store/tally.ts';

const ENTRIES_AT_ONCE = 1_000;

export interface TallyParts {
  stores: Stores;
  log: Logger;
}

/**
 * Keeps the counters of contests whose rule lets the tally be seen, from their log in index order (voting.md 7). Only what a head commits to is taken. The
 * counters of a hidden tally are kept nowhere. A missing or removed document is made again from the log; the final count never asks it.
 */
export function tallying({ stores, log }: TallyParts): Background {
  return {
    name: 'tally',
    everyMs: 1000,
    run: async ({ signal }) => {
      const shown = { status: { $in: ['OPEN', 'CLOSED'] }, 'announcement.resultsVisibility': 'LIVE' };
      const votings = await stores.votings.find(shown);
      const ids = votings.map(({ id }) => id);
      const marks = await marksOf(stores, ids);
      for (const { id, state } of votings)
        await advance(stores, id, state, { to: marks.get(id)!.head ?? 0, signal }).catch((error: unknown) => {
          if (error instanceof LeaseLost) throw error;
          // A damaged log of one contest does not stop the figures of the others.
          log.error({ err: error, contest: id }, 'a tally cannot follow its log');
        });
    },
  };
}

/** Brings the counters of one contest up to `to` entries. */
async function advance(
  stores: Stores,
  contest: string,
  voting: Voting,
  { to, signal }: { to: number; signal: AbortSignal },
): Promise<void> {
  let tally = await tallyOf(stores, contest);
  while (tally.size < to && !signal.aborted) {
    const range = { from: tally.size, to: Math.min(to, tally.size + ENTRIES_AT_ONCE) };
    const next = takeEntries(tally, await read(stores, contest, voting, range));
    await keep(stores, contest, next, tally.size);
    tally = next;
  }
}

/** The counters that may be shown: those of the last moment in which no revision stood before the one it replaces. */
export const shownTally = async (stores: Stores, contest: string): Promise<Counters> =>
  (await tallyOf(stores, contest)).shown;

async function tallyOf({ tallies }: Stores, contest: string): Promise<Tally> {
  const stored = await tallies.findById(contest).lean<StoredTally>();
  if (!stored) return emptyTally();
  return { ...countersOf(stored), early: new Set(stored.early), shown: countersOf(stored.shown) };
}

const countersOf = ({ size, lines, channels }: StoredCounters): Counters => ({
  size,
  lines: new Map(lines.map(({ project, ...line }) => [project, line])),
  channels: new Map(channels.map(({ name, counted }) => [name, counted])),
});

const stored = ({ size, lines, channels }: Counters): StoredCounters => ({
  size,
  lines: [...lines].map(([project, line]) => ({ project, ...line })),
  channels: [...channels].map(([name, counted]) => ({ name, counted })),
});

/** Whoever took the same entries before has written the same; the document changes only from the size that was read. */
async function keep({ tallies }: Stores, contest: string, tally: Tally, from: number): Promise<void> {
  const document = { ...stored(tally), early: [...tally.early], shown: stored(tally.shown) };
  try {
    const filter = { _id: contest, size: from };
    await tallies.updateOne(filter, { $set: document }, { upsert: from === 0 });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

type Ballot = Pick<StoredBallot, '_id' | 'rev' | 'record' | 'leaf' | 'channel'>;

/** Entries of a stretch of the log with their ballots and with those that they replace. */
async function read(
  stores: Stores,
  contest: string,
  { announcement }: Voting,
  range: { from: number; to: number },
): Promise<TallyEntry[]> {
  const leaves = await entriesAt(stores, contest, range);
  const own = await ballotsById(
    stores,
    leaves.map(({ ballot }) => ballot),
  );
  const named = leaves.map((leaf) => {
    const ballot = own.get(leaf.ballot);
    if (ballot?.leaf !== leaf.leaf) throw new LogDamaged(contest, leaf.index, `entry ${leaf.index} has no ballot`);
    return { leaf, ballot, tag: tagOf(ballot) };
  });
  const later = named.filter(({ ballot }) => ballot.rev > 1);
  const before = await ballotsById(
    stores,
    later.map(({ ballot, tag }) => ballotId(contest, tag, ballot.rev - 1)),
  );
  const places = await placesOf(
    stores,
    contest,
    [...before.values()].map(({ leaf }) => leaf),
  );
  const given = ({ record, channel }: Ballot): Given => ({
    points: pointsOf(announcement!.rule.ballot, choicesOf(record)),
    channel,
  });
  return named.map(({ leaf, ballot, tag }) => {
    const replaced = ballot.rev > 1 ? before.get(ballotId(contest, tag, ballot.rev - 1)) : undefined;
    if (ballot.rev > 1 && !replaced)
      throw new LogDamaged(contest, leaf.index, `entry ${leaf.index} replaces a ballot that is missing`);
    const inOrder = !replaced || (places.get(replaced.leaf) ?? Infinity) < leaf.index;
    return { ...given(ballot), tag, rev: ballot.rev, replaced: replaced ? given(replaced) : null, inOrder };
  });
}

const tagOf = ({ _id }: Ballot): string => _id.split(':')[1]!;
const choicesOf = (record: string): RecordedChoices => (JSON.parse(record) as { choices: RecordedChoices }).choices;

async function ballotsById({ ballots }: Stores, ids: readonly string[]): Promise<Map<string, Ballot>> {
  if (ids.length === 0) return new Map();
  const found = await ballots
    .find({ _id: { $in: [...ids] } }, { rev: 1, record: 1, leaf: 1, channel: 1 })
    .lean<Ballot[]>();
  return new Map(found.map((ballot) => [ballot._id, ballot]));
}

/** Index of entries by their leaf; those that are not in the log yet are left out. */
async function placesOf({ leaves }: Stores, contest: string, of: readonly string[]): Promise<Map<string, number>> {
  if (of.length === 0) return new Map();
  const found = await leaves.find({ contest, leaf: { $in: [...of] } }).lean<Leaf[]>();
  return new Map(found.map(({ leaf, index }) => [leaf, Number(index)]));
}
