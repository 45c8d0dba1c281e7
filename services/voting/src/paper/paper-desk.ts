import type { Aggregate, Background } from '@veche/kit';
import type { BallotBox } from '../box/ballot-box.ts';
import type { Choice, RecordedChoices } from '../domain/ballot.ts';
import { includeBatch, type PaperBatch } from '../domain/paper-batch.ts';
import type { Stores } from '../store.ts';

export interface PaperDesk {
  stores: Stores;
  box: BallotBox;
}

/**
 * Casts the sheets of a signed batch through the same box as every ballot, and notes what became of each. The key of a sheet is that of its batch
 * and number, so that a repetition finds what is there.
 */
export async function include({ stores, box }: PaperDesk, { id, state }: Aggregate<PaperBatch>): Promise<void> {
  const { contestId, kind } = state;
  const voting = (await stores.votings.load(contestId))!.state;
  const outcomes = new Map<number, string>();
  for (const { number, entries } of state.ballots) {
    const { tag, choices } = entries[0]!;
    const { rejection } = await box.cast({
      contestId,
      voting,
      tag,
      choices: choicesOf(choices),
      idempotencyKey: `paper.${id}.${number}`,
      channel: kind === 'PAPER' ? 'paper' : 'meeting',
    });
    // What was cast so far is found again by its key.
    if (rejection?.code === 'OVERLOADED') return;
    outcomes.set(number, rejection?.code ?? 'ACCEPTED');
  }
  await stores.paperBatches.change({ id, events: () => [], decide: (batch) => includeBatch(batch, outcomes) });
}

const choicesOf = (choices: RecordedChoices): Choice[] =>
  choices.map((choice) =>
    typeof choice === 'string' ? { project: choice } : { project: choice[0], points: choice[1] },
  );

/** Ends what a crash or an overload left between the second signature and the log. */
export const paperDesk = (desk: PaperDesk): Background => ({
  name: 'paper',
  everyMs: 10_000,
  run: async () => {
    for (const batch of await desk.stores.paperBatches.find({ status: 'SIGNED' })) await include(desk, batch);
  },
});
