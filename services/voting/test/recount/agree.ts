import fc from 'fast-check';
import { sha256Hex } from '@veche/kit';
import type { RecordedChoices } from '../../src/domain/ballot.ts';
import { recounted } from '../../src/domain/count/inputs.ts';
import { anyCase, type Case } from './any-election.ts';
import { startPython } from './python.ts';

export interface Agreement {
  determined: number;
  needDecision: number;
  /** Refused by both. */
  refused: number;
  /** First difference, made as small as it goes; null when there is none. */
  difference: string | null;
}

/** Gives the same generated elections to both implementations of the count. */
export async function agree(
  elections: number,
  seed: number,
  progress: (done: number) => void = () => undefined,
): Promise<Agreement> {
  const python = startPython();
  const seen: Agreement = { determined: 0, needDecision: 0, refused: 0, difference: null };
  let done = 0;
  const property = fc.asyncProperty(anyCase, async (drawn) => {
    const [ours, theirs] = [here(drawn), await python.count(drawn)];
    if (!same(ours, theirs)) throw new Error(`TypeScript ${ours}\nPython     ${theirs}`);
    if (theirs.startsWith('{"refused"')) seen.refused += 1;
    else if (theirs.includes('"NEEDS_DECISION"')) seen.needDecision += 1;
    else seen.determined += 1;
    done += 1;
    progress(done);
  });
  try {
    const checked = await fc.check(property, { numRuns: elections, seed });
    if (checked.failed)
      seen.difference = `${JSON.stringify(checked.counterexample?.[0])}\n${String(checked.errorInstance)}`;
  } finally {
    await python.stop();
  }
  return seen;
}

export const same = (ours: string, theirs: string): boolean =>
  ours === theirs || (ours.startsWith('{"refused"') && theirs.startsWith('{"refused"'));

/** What the service's own implementation says. */
export function here({ rule, inputs, records }: Case): string {
  const last = new Map<string, { rev: number; choices: RecordedChoices }>();
  for (const record of records) if ((last.get(record.tag)?.rev ?? 0) < record.rev) last.set(record.tag, record);
  try {
    const counted = [...last.values()].map(({ choices }) => choices);
    return recounted(rule, inputs, { counted, sha256: sha256Hex });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify({ refused: error.message });
  }
}
