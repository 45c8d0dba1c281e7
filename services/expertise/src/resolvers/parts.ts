import { badInput, forbidden, rejectionOf, type Aggregate, type Clock, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import type { ScoreSheet } from '../domain/sheet.ts';
import { messages, type Code } from '../messages.ts';
import { memberOf } from '../domain/session.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import type { ContestFacts, Stores } from '../store.ts';
import { contestFacts } from '../views.ts';

export interface ResolverParts {
  stores: Stores;
  clock: Clock;
}

/** Throws FORBIDDEN for the staff of another place. */
export async function contestFor(
  { stores }: ResolverParts,
  context: Context,
  contestId: string,
): Promise<ContestFacts | null> {
  const contest = await contestFacts(stores, context, contestId);
  if (contest && !mayOrganise(context.requireCaller(), contest.oktmo)) throw forbidden();
  return contest;
}

/** Whether the caller sits in the commission of a contest, or oversees its place. */
export async function seesCommission({ stores }: ResolverParts, context: Context, contestId: string): Promise<boolean> {
  const caller = context.requireCaller();
  const [contest, commission] = await Promise.all([stores.contests.get(contestId), stores.commissions.load(contestId)]);
  const seated = commission !== null && memberOf(commission.state.members, caller.personId) !== undefined;
  return seated || (contest !== null && mayOversee(caller, contest.oktmo));
}

/** The caller's own sheet. Those of others are not there: an expert must not learn who else scores. */
export async function ownSheet(
  { stores }: ResolverParts,
  context: Context,
  id: string,
): Promise<Aggregate<ScoreSheet> | null> {
  const sheet = await stores.sheets.load(id);
  return sheet?.state.expertId === context.requireCaller().personId ? sheet : null;
}

/** A sheet as its expert and the organisers of the place see it. */
export async function seenSheet(stores: Stores, context: Context, id: string): Promise<Aggregate<ScoreSheet> | null> {
  const sheet = await stores.sheets.load(id);
  const { caller } = context;
  if (!sheet || !caller) return null;
  if (sheet.state.expertId === caller.personId) return sheet;
  const contest = await contestFacts(stores, context, sheet.state.contestId);
  return contest && mayOrganise(caller, contest.oktmo) ? sheet : null;
}

/** A payload that refuses; `field` is what it would have carried. */
export const refusal = (field: string, rejection: Rejection<Code>) =>
  ({ [field]: field === 'sheets' ? [] : null, rejection: rejectionOf(rejection, messages) }) as never;

const TEXT_MAX = 4000;

/** A text that nobody would write by hand is refused before anything reads it. */
export function boundedText(text: string | null | undefined, path: string[]): void {
  if (text && text.length > TEXT_MAX) throw badInput(`A text may have at most ${TEXT_MAX} characters`, path);
}
