import type { Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ApplicationWithdrawnSchema,
  type ApplicationFacts,
} from '@veche/proto/contests/v1/contests';
import { stateOfOutcome, type SubmittedState } from './domain/submitted.ts';
import type { Stores } from './store.ts';

interface Told {
  applicationId: string;
  contestId: string;
  facts?: ApplicationFacts | undefined;
}

/** The list of a commission: what was submitted to its contest and what became of it. */
export function submittedConsumers({ submitted }: Pick<Stores, 'submitted'>): Consumer[] {
  const learn =
    (state: SubmittedState) =>
    async ({ applicationId, contestId, facts }: Told, { sequence }: ReceivedEvent): Promise<void> => {
      if (!facts) throw new Error('an application without facts');
      const { number, title, category, oktmo, totalCostKopecks: totalCost, submittedAt } = facts;
      const at = submittedAt ? new Date(submittedAt) : null;
      const known = { contestId, number, title, category, oktmo, totalCost, submittedAt: at, state };
      await submitted.upsertIfNewer(applicationId, sequence, known);
    };
  // Events of one application come in their order; one that was told before there was this list is not in it.
  const move = async (state: SubmittedState, { applicationId }: Told, { sequence }: ReceivedEvent): Promise<void> => {
    const known = await submitted.get(applicationId);
    if (known) await submitted.upsertIfNewer(applicationId, sequence, { ...known, state });
  };
  return [
    on(ApplicationSubmittedSchema, learn('SUBMITTED')),
    on(ApplicationAdmittedSchema, learn('ADMITTED')),
    on(ApplicationReturnedSchema, (told, meta) => move('RETURNED', told, meta)),
    on(ApplicationRefusedSchema, (told, meta) => move('REFUSED', told, meta)),
    on(ApplicationWithdrawnSchema, (told, meta) => move('WITHDRAWN', told, meta)),
    on(ApplicationDecidedSchema, (told, meta) => move(stateOfOutcome(told.outcome), told, meta)),
  ];
}
