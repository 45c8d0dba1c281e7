import type { RecordedChoices } from '../domain/ballot.ts';
import { ballotsOf, type Stores } from '../store.ts';

export interface CountedBallot {
  leaf: string;
  choices: RecordedChoices;
}

/**
 * Ballots that count (docs/count-rules.md, 2): of each tag the last revision, unless it is excluded by decision. `each` is told of every ballot. Throws when
 * an excluded leaf is not the last revision of a tag.
 */
export async function* countedBallots(
  stores: Stores,
  contest: string,
  excluded: ReadonlySet<string>,
  each?: (tag: string, channel: string) => void,
): AsyncGenerator<CountedBallot> {
  const missing = new Set(excluded);
  let held: (CountedBallot & { tag: string }) | null = null;
  const counts = ({ leaf }: CountedBallot): boolean => !excluded.has(leaf) || !missing.delete(leaf);
  // The cursor goes by tag and revision, so the last of a tag is followed by another tag.
  for await (const { record, leaf, channel } of ballotsOf(stores, contest)) {
    const { tag, choices } = JSON.parse(record) as { tag: string; choices: RecordedChoices };
    each?.(tag, channel);
    if (held && held.tag !== tag && counts(held)) yield held;
    held = { tag, leaf, choices };
  }
  if (held && counts(held)) yield held;
  if (missing.size > 0)
    throw new Error(`excluded ballots are not there as the last of a voter: ${[...missing].join(', ')}`);
}
