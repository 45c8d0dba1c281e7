import { commandOf, forbidden, payload, sha256Hex, type Context } from '@veche/kit';
import { refusal } from '../box/admission.ts';
import { MOST_EXCLUDED, redetermine, type LeafStanding, type Redetermination } from '../domain/redetermination.ts';
import type { Voting } from '../domain/voting.ts';
import { toOutbox } from '../events.ts';
import type { RedetermineResultInput } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOrder } from '../policy.ts';
import { ballotId, type Stores } from '../store.ts';
import { votingView, type ViewParts } from '../views.ts';

/** Takes an order to count otherwise from the commission of the territory; the counter follows it. */
export async function redetermined(parts: ViewParts, input: RedetermineResultInput, context: Context) {
  const { stores } = parts;
  const command = commandOf(context, 'redetermineResult', input);
  const { contestId: id, reason, withdrawn, budget = null, decision, lotSeed = null, excluded = null } = input;
  const found = await stores.votings.load(id);
  const passport = found?.state.announcement;
  if (!passport) return { voting: null, rejection: refusal({ code: 'NOT_FOUND', path: ['contestId'] }) };
  const order = { reason, withdrawn, budget, decision, lotSeed, excluded } as Redetermination;
  if (!mayOrder(context.requireCaller(), passport.oktmo, order)) throw forbidden();
  const standings = await standingsOf(stores, id, order.excluded ?? []);
  const standingOf = (leaf: string): LeafStanding => standings.get(leaf) ?? 'unknown';
  const decide = (voting: Voting) => redetermine(voting, order, { sha256: sha256Hex, standingOf });
  const outcome = await stores.votings.change({ id, command, events: toOutbox, decide });
  return payload(outcome, messages, (voting) => ({ voting: votingView(parts, voting) }));
}

/** What leaves are in the log of a contest; those that are not there have no standing. More than an order may name are not looked up. */
async function standingsOf({ leaves, ballots }: Stores, contest: string, named: readonly string[]) {
  const found = await leaves
    .find({ contest, leaf: { $in: named.slice(0, MOST_EXCLUDED) } }, { leaf: 1, ballot: 1 })
    .lean();
  const next = new Map(found.map(({ leaf, ballot }) => [leaf, nextRevision(ballot)]));
  const later = await ballots.find({ _id: { $in: [...next.values()] } }, { _id: 1 }).lean();
  const replaced = new Set(later.map(({ _id }) => _id));
  return new Map(
    [...next].map(([leaf, id]): [string, LeafStanding] => [leaf, replaced.has(id) ? 'superseded' : 'last']),
  );
}

/** Id of the ballot that would replace this one. */
function nextRevision(ballot: string): string {
  const [contest, tag, rev] = ballot.split(':') as [string, string, string];
  return ballotId(contest, tag, Number(rev) + 1);
}
