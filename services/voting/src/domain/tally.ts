/** What the counted ballots give to one project so far. */
export interface TallyLine {
  score: number;
  /** Ballots that give something to it. */
  voters: number;
  /** Ballots against it. */
  against: number;
}

/** Counters over the first `size` entries of a log. */
export interface Counters {
  size: number;
  lines: ReadonlyMap<string, TallyLine>;
  /** Counted ballots by channel; they sum up to all counted ballots. */
  channels: ReadonlyMap<string, number>;
}

/** Counters that follow a log, and what is not settled in them. */
export interface Tally extends Counters {
  /** Revisions that stand in the log before the revision they replace; while there are any, the counters are of no moment that was. */
  early: ReadonlySet<string>;
  /** The counters when nothing was early last: what may be shown. */
  shown: Counters;
}

/** What a ballot gives, and where it was cast. */
export interface Given {
  points: readonly (readonly [string, number])[];
  channel: string;
}

/** An entry of the log with its ballot. */
export interface TallyEntry extends Given {
  tag: string;
  rev: number;
  /** The revision that it replaces; null for the first of its tag. */
  replaced: Given | null;
  /** Whether the replaced one stands before it in the log. */
  inOrder: boolean;
}

const NOTHING: Counters = { size: 0, lines: new Map(), channels: new Map() };

export const emptyTally = (): Tally => ({ ...NOTHING, early: new Set(), shown: NOTHING });

/**
 * Takes the next entries of the log, in index order. Each revision adds its own choices and takes away those it replaces, so of each tag the last
 * one remains, in whatever order a seal has put them.
 */
export function takeEntries(tally: Tally, entries: readonly TallyEntry[]): Tally {
  const lines = new Map(tally.lines);
  const channels = new Map(tally.channels);
  const early = new Set(tally.early);
  for (const entry of entries) {
    give(lines, channels, entry, 1);
    if (entry.replaced) give(lines, channels, entry.replaced, -1);
    if (entry.replaced && !entry.inOrder) early.add(nameOf(entry));
    early.delete(nameOf({ tag: entry.tag, rev: entry.rev + 1 }));
  }
  const counters = { size: tally.size + entries.length, lines, channels };
  return { ...counters, early, shown: early.size === 0 ? counters : tally.shown };
}

const nameOf = ({ tag, rev }: Pick<TallyEntry, 'tag' | 'rev'>): string => `${tag}:${rev}`;

function give(lines: Map<string, TallyLine>, channels: Map<string, number>, given: Given, sign: 1 | -1): void {
  channels.set(given.channel, (channels.get(given.channel) ?? 0) + sign);
  for (const [project, points] of given.points) {
    const { score, voters, against } = lines.get(project) ?? { score: 0, voters: 0, against: 0 };
    lines.set(project, {
      score: score + sign * Math.max(0, points),
      voters: voters + (points > 0 ? sign : 0),
      against: against + (points < 0 ? sign : 0),
    });
  }
}
