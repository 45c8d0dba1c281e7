import type { Look } from '@veche/kit';
import type { Violation } from '../domain/audit.ts';
import { compareDay, DailyTags, dayBefore, dayOf } from '../domain/eligibility-audit.ts';
import { onlineBallots } from '../store/audit.ts';
import type { Stores } from '../store.ts';
import type { SignInPort } from './sign-ins.ts';

/** The login side forgets its counts after ninety days. */
const DAYS_KNOWN_MS = 85 * 86_400_000;

/**
 * The daily audit of eligibility (ADR 15): of each day, how many tags voted online against how many confirmed people signed in on it or the day before.
 * Only numbers cross; neither side learns who the other has.
 */
export async function auditEligibility(
  stores: Stores,
  signIns: SignInPort,
  contest: string,
  { now, tell }: Pick<Look, 'now' | 'tell'>,
): Promise<Violation[]> {
  const tags = new DailyTags();
  for await (const { _id, acceptedAt } of onlineBallots(stores, contest))
    tags.add(_id.slice(0, _id.lastIndexOf(':')), dayOf(acceptedAt));
  const known = dayOf(new Date(now.getTime() - DAYS_KNOWN_MS));
  const found: Violation[] = [];
  for (const [day, voted] of tags.days().filter(([one]) => one > known)) {
    const people = await signIns.distinct(dayBefore(day), day);
    if (people) {
      tell({ figure: 'eligibility', contest, day, tags: voted, signIns: people.distinct });
      found.push(...compareDay(day, voted, people));
    } else found.push({ invariant: 'ELIGIBILITY', fault: 'SIGN_INS_UNKNOWN', at: day });
  }
  return found;
}
