import type { VotingRule } from '@veche/kit/domain/voting-rule';

/** Channels whose ballots were given on paper, in the hand of a commission. */
const ON_PAPER: ReadonlySet<string> = new Set(['paper', 'meeting']);

/** Channels whose voter sees the refusal of a choice and can choose otherwise. */
const IN_PERSON: ReadonlySet<string> = new Set(['online', 'booth']);

export const isInPerson = (channel: string): boolean => IN_PERSON.has(channel);

/** Why a further ballot of a voter is not taken; null when it becomes the next revision. `earlier`: channels of the ballots that are there. */
export function faultOfFurther(
  { revote, doubleVote }: Pick<VotingRule, 'revote' | 'doubleVote'>,
  earlier: readonly string[],
  channel: string,
): 'ALREADY_VOTED' | 'DOUBLE_VOTE' | null {
  const onPaper = ON_PAPER.has(channel);
  const alike = earlier.some((other) => ON_PAPER.has(other) === onPaper);
  // Of two sheets of one voter nobody knows which is the later.
  if (alike && onPaper) return 'DOUBLE_VOTE';
  if (alike && revote === 'single') return 'ALREADY_VOTED';
  if (!earlier.some((other) => ON_PAPER.has(other) !== onPaper)) return null;
  switch (doubleVote ?? (revote === 'single' ? 'refuse' : 'lastCounts')) {
    case 'refuse':
      return 'DOUBLE_VOTE';
    case 'lastCounts':
      return null;
    case 'paperCounts':
      return onPaper ? null : 'DOUBLE_VOTE';
  }
}

/** Ballots of one channel. */
export interface ChannelCount {
  channel: string;
  accepted: number;
  /** Those that are the last of their voter. */
  counted: number;
}

/** Counts by channel over all ballots in the order of tag and revision. */
export class ChannelTally {
  readonly #counts = new Map<string, { accepted: number; counted: number }>();
  #last: { tag: string; channel: string; mixed: boolean } | null = null;
  #doubles = 0;

  add(tag: string, channel: string): void {
    const same = this.#last?.tag === tag ? this.#last : null;
    if (!same) this.#finish();
    const mixed = same !== null && (same.mixed || ON_PAPER.has(same.channel) !== ON_PAPER.has(channel));
    this.#of(channel).accepted += 1;
    this.#last = { tag, channel, mixed };
  }

  /** By name of the channel; `doubles`: voters with ballots both on paper and not, of which the last counts. */
  result(): { channels: ChannelCount[]; doubles: number } {
    this.#finish();
    const channels = [...this.#counts].map(([channel, counts]) => ({ channel, ...counts }));
    return { channels: channels.toSorted((a, b) => (a.channel < b.channel ? -1 : 1)), doubles: this.#doubles };
  }

  #of(channel: string) {
    const known = this.#counts.get(channel) ?? { accepted: 0, counted: 0 };
    this.#counts.set(channel, known);
    return known;
  }

  #finish(): void {
    if (!this.#last) return;
    this.#of(this.#last.channel).counted += 1;
    if (this.#last.mixed) this.#doubles += 1;
    this.#last = null;
  }
}
