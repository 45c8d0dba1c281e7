import type { Violation } from './audit.ts';

/** How many tags voted on a day, online; the tag of one day with several revisions counts once. */
export class DailyTags {
  readonly #days = new Map<string, number>();
  #tag = '';
  #seen = new Set<string>();

  /** Ballots of a tag must follow each other. `day` is of the calendar, UTC. */
  add(tag: string, day: string): void {
    if (tag !== this.#tag) {
      this.#tag = tag;
      this.#seen = new Set();
    }
    if (this.#seen.has(day)) return;
    this.#seen.add(day);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
  }

  /** Days with a vote, the oldest first. */
  days(): [day: string, tags: number][] {
    return [...this.#days].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

export interface SignIns {
  /** Distinct confirmed people who signed in. */
  distinct: number;
  /** Of the estimate, as a share of it. */
  standardError: number;
}

/** An estimate is exceeded by chance once in thirty thousand days. */
const ERRORS_ALLOWED = 4;

/** Nobody votes without signing in, so more tags than people are votes of nobody. */
export function compareDay(day: string, tags: number, { distinct, standardError }: SignIns): Violation[] {
  const most = Math.ceil(distinct * (1 + ERRORS_ALLOWED * standardError));
  if (tags <= most) return [];
  return [
    { invariant: 'ELIGIBILITY', fault: 'MORE_TAGS_THAN_SIGN_INS', at: `${day}: ${tags} tags, ${distinct} sign-ins` },
  ];
}

const DAY_MS = 86_400_000;

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The day before: a session lasts ten hours at most, so who votes signed in on the day of the vote or on the one before. */
export const dayBefore = (day: string): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS));
