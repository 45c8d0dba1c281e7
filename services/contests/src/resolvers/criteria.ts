import { commandOf, payload, type Context, type Outcome } from '@veche/kit';
import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import type { Problem } from '@veche/kit/domain/shape';
import { setCriteria } from '../domain/criteria.ts';
import type { Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { contestToOutbox as events } from '../events.ts';
import type { MutationResolvers, ScoringInput } from '../gen/graphql.ts';
import { forget } from '../loaders.ts';
import { messages } from '../messages.ts';
import { contestView, type ViewParts } from '../views.ts';
import { notFound, organisedContest } from './contests.ts';

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

/** Inputs of GraphQL have no prototype, and parameters may be anything; what they are is decided by the check. */
const criterionOf = (input: object): Criterion =>
  plain({ group: null, round: null, least: null, ...input }) as Criterion;

const scoringOf = ({ publicJury, ...input }: ScoringInput): Scoring =>
  plain({
    ...PLAIN_SCORING,
    ...withoutNulls(input),
    ...(publicJury ? { publicJury: { seats: null, perApplication: null, ...publicJury } } : {}),
  }) as Scoring;

const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
const withoutNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));

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
