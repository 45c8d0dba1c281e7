import { commandOf, forbidden, mapConnection, type Aggregate } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { refusal } from '../box/admission.ts';
import { decidePattern, type FlaggedPattern } from '../domain/pattern-decision.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { mayReadPaper } from '../policy.ts';
import type { ViewParts } from '../views.ts';

function viewOf({ id, version, state }: Aggregate<FlaggedPattern>) {
  const { contestId, decisions, ...rest } = state;
  const shown = decisions.map(({ conclusion, reason, at }) => ({ conclusion, reason, at }));
  return { ...rest, id, version, contest: { id: contestId }, decisions: shown };
}

const NEWEST_FIRST = { from: -1, _id: -1 } as const;

/** Flagged patterns of a contest; throws FORBIDDEN for the staff of another place. */
export const suspiciousPatterns =
  ({ stores }: ViewParts): NonNullable<QueryResolvers['suspiciousPatterns']> =>
  async (_source, { contestId, ...args }, context) => {
    const voting = await stores.votings.load(contestId);
    if (!voting?.state.announcement || !mayReadPaper(context.requireCaller(), voting.state.announcement.oktmo))
      throw forbidden();
    return mapConnection(await stores.patterns.page({ contestId }, NEWEST_FIRST, args), viewOf) as never;
  };

/** Records the commission's conclusion. No ballot and no count changes. */
export const decideSuspiciousPattern =
  ({ stores, clock }: ViewParts): NonNullable<MutationResolvers['decideSuspiciousPattern']> =>
  async (_source, { input }, context) => {
    const command = commandOf(context, 'decideSuspiciousPattern', input);
    const { patternId: id, conclusion, reason, expectedVersion } = input;
    const caller = context.requireCaller();
    const found = await stores.patterns.load(id);
    const voting = found && (await stores.votings.load(found.state.contestId));
    if (!voting || !mayActIn(caller, voting.state.announcement!.oktmo))
      return { pattern: null, rejection: refusal({ code: 'NOT_FOUND', path: ['patternId'] }) } as never;
    const outcome = await stores.patterns.change({
      id,
      command,
      expectedVersion: expectedVersion ?? undefined,
      events: () => [],
      decide: (pattern) => decidePattern(pattern, { conclusion, reason, by: caller.personId }, clock.now()),
    });
    return (
      outcome.rejection
        ? { pattern: null, rejection: refusal(outcome.rejection) }
        : { pattern: viewOf(outcome.aggregate), rejection: null }
    ) as never;
  };
