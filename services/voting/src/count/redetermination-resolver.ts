import { commandOf, forbidden, payload, sha256Hex, type Context } from '@veche/kit';
import { refusal } from '../box/admission.ts';
import { redetermine, type Redetermination } from '../domain/redetermination.ts';
import type { Voting } from '../domain/voting.ts';
import { toOutbox } from '../events.ts';
import type { RedetermineResultInput } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOrder } from '../policy.ts';
import { votingView, type ViewParts } from '../views.ts';

/** Takes an order to count otherwise from the commission of the territory; the counter follows it. */
export async function redetermined(parts: ViewParts, input: RedetermineResultInput, context: Context) {
  const { stores } = parts;
  const command = commandOf(context, 'redetermineResult', input);
  const { contestId: id, reason, withdrawn, budget = null, decision, lotSeed = null } = input;
  const found = await stores.votings.load(id);
  const passport = found?.state.announcement;
  if (!passport) return { voting: null, rejection: refusal({ code: 'NOT_FOUND', path: ['contestId'] }) };
  const order = { reason, withdrawn, budget, decision, lotSeed } as Redetermination;
  if (!mayOrder(context.requireCaller(), passport.oktmo, order)) throw forbidden();
  const decide = (voting: Voting) => redetermine(voting, order, sha256Hex);
  const outcome = await stores.votings.change({ id, command, events: toOutbox, decide });
  return payload(outcome, messages, (voting) => ({ voting: votingView(parts, voting) }));
}
