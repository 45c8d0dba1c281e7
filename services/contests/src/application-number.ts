import type { Clock } from '@veche/kit';
import { withNumbers } from './store/application-queries.ts';
import type { Stores } from './store.ts';

/**
 * A number that no application has; imported ones bring numbers of their own. One that was given out for this application before, when its filing
 * came to nothing, is taken again, so that it leaves no gap.
 */
export async function freeNumber(
  { stores, clock }: { stores: Stores; clock: Clock },
  contestId: string,
  applicationId: string,
): Promise<string> {
  const isFree = async (number: string) => (await withNumbers(stores.applications, contestId, [number])).length === 0;
  const given = await stores.numbers.issuedTo(contestId, applicationId);
  if (given !== null && (await isFree(given))) return given;
  for (;;) {
    const number = await stores.numbers.next(contestId);
    if (!(await isFree(number))) continue;
    await stores.numbers.issue(contestId, number, applicationId, clock.now());
    return number;
  }
}
