import type { VotingRule } from '@veche/kit/domain/voting-rule';

/** Channels whose voter sees the refusal of a choice and can choose otherwise. */
const IN_PERSON: ReadonlySet<string> = new Set(['online', 'booth']);

export const isInPerson = (channel: string): boolean => IN_PERSON.has(channel);

/** On paper, in the hand of a commission; at a booth, after an operator; anything else by the voter's own login or an import. */
const KINDS: Readonly<Record<string, string>> = { paper: 'paper', meeting: 'paper', booth: 'booth' };

const kindOf = (channel: string): string => KINDS[channel] ?? 'online';

/** Why a further ballot of a voter is not taken; null when it becomes the next revision. `earlier`: channels of the ballots that are there. */
export function faultOfFurther(
  rule: Pick<VotingRule, 'revote' | 'doubleVote'>,
  earlier: readonly string[],
  channel: string,
): 'ALREADY_VOTED' | 'DOUBLE_VOTE' | null {
  const kind = kindOf(channel);
  const kinds = new Set(earlier.map(kindOf));
  return (kinds.has(kind) ? faultOfAlike(rule, kind) : null) ?? faultOfOthers(rule, kinds, kind);
}

function faultOfAlike({ revote }: Pick<VotingRule, 'revote'>, kind: string) {
  // Of two sheets of one voter nobody knows which is the later.
  if (kind === 'paper') return 'DOUBLE_VOTE';
  return revote === 'single' ? 'ALREADY_VOTED' : null;
}

function faultOfOthers(
  { revote, doubleVote = revote === 'single' ? 'refuse' : 'lastCounts' }: Pick<VotingRule, 'revote' | 'doubleVote'>,
  kinds: ReadonlySet<string>,
  kind: string,
): 'DOUBLE_VOTE' | null {
  const other = [...kinds].some((earlier) => earlier !== kind);
  const overPaper = doubleVote === 'paperCounts' && kind !== 'paper' && kinds.has('paper');
  return (other && doubleVote === 'refuse') || overPaper ? 'DOUBLE_VOTE' : null;
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
    const mixed = same !== null && (same.mixed || kindOf(same.channel) !== kindOf(channel));
    this.#of(channel).accepted += 1;
    this.#last = { tag, channel, mixed };
  }

  /** By name of the channel; `doubles`: voters with ballots of more than one kind of channel, of which the last counts. */
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
