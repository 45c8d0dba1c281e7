import { projectionStore, within, type ConnectionArgs, type ProjectionStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { SubmittedState } from '../domain/submitted.ts';

/** What contests told of an application from its submission on; unlike the facts of an admitted one it stays when the application goes. */
export interface SubmittedFacts {
  contestId: string;
  number: string;
  title: string;
  category: string;
  oktmo: string;
  totalCost: bigint;
  submittedAt: Date | null;
  state: SubmittedState;
}

export const submittedStore = (connection: mongoose.Connection): ProjectionStore<SubmittedFacts> =>
  projectionStore<SubmittedFacts>(connection, {
    collection: 'submitted_facts',
    fields: {
      contestId: String,
      number: String,
      title: String,
      category: String,
      oktmo: String,
      totalCost: BigInt,
      submittedAt: Date,
      state: String,
    },
    indexes: [[{ contestId: 1, _id: 1, state: 1, category: 1, oktmo: 1 }]], // of a contest, whatever narrows the list
  });

export interface SubmittedFilter {
  contestId: string;
  state?: SubmittedState | null;
  category?: string | null;
  oktmo?: string | null;
}

/** Applications before the commission of a contest, in the order in which they were drafted. */
export const pageOfSubmitted = (
  { submitted }: { submitted: ProjectionStore<SubmittedFacts> },
  { contestId, state, category, oktmo }: SubmittedFilter,
  args: ConnectionArgs,
) =>
  submitted.page(
    {
      contestId,
      ...(state ? { state } : {}),
      ...(category ? { category } : {}),
      ...(oktmo ? { oktmo: within(oktmo) } : {}),
    },
    { _id: 1 },
    args,
  );
