import { forget, commandOf, payload, type Context, type Outcome } from '@veche/kit';
import type { Problem } from '@veche/kit/domain/shape';
import { setCriteria } from '../domain/criteria.ts';
import type { Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { contestToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { contestView, type ViewParts } from '../views.ts';
import { notFound, organisedContest } from './contests.ts';
import { criterionOf, scoringOf } from './criteria-input.ts';

/** Criteria of a draft: all of them are replaced at once, so that weights and references are always checked as a whole. */
export function criteriaMutation(parts: ViewParts): Pick<MutationResolvers, 'setContestCriteria'> {
  return {
    setContestCriteria: async (_source, { input }, context) => {
      const command = commandOf(context, 'setContestCriteria', input);
      if (!(await organisedContest(parts, context, input.contestId))) return answer(parts, context, notFound, []);
      let problems: readonly Problem[] = [];
      const outcome = await parts.stores.contests.change<ContestEvent, ContestCode>({
        id: input.contestId,
        command,
        expectedVersion: input.expectedVersion,
        events,
        decide: (contest) => {
          const decision = setCriteria(contest, input.criteria.map(criterionOf), scoringOf(input.scoring));
          problems = decision.problems ?? [];
          return decision;
        },
      });
      return answer(parts, context, outcome, problems);
    },
  };
}

function answer(
  parts: ViewParts,
  context: Context,
  outcome: Outcome<Contest, ContestCode>,
  problems: readonly Problem[],
) {
  forget(context);
  const shown = payload(outcome, messages, (contest) => ({ contest: contestView(parts, contest) }));
  return { ...shown, fieldErrors: problems.map(problemView) } as never;
}

const problemView = ({ path, reason }: Problem) => ({
  path,
  code: 'CRITERIA_INVALID',
  userMessage: `${reason[0]!.toUpperCase()}${reason.slice(1)}.`,
});
