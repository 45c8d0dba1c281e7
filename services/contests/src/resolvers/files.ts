import { forget, badInput, commandOf, forbidden, rejectionOf, type Context, type Outcome } from '@veche/kit';
import { reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { clonedRules, isContestFile, readContestFile } from '../domain/contest-file.ts';
import type { Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { createContest } from '../domain/draft.ts';
import type { FieldError } from '../domain/field-error.ts';
import { contestToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { contestView, type ViewParts } from '../views.ts';
import { withSentences } from './field-errors.ts';
import { organisedContest } from './contests.ts';

/** Contests that come from a file or from another contest; each is a draft that is written whole or not at all. */
export function contestFileMutations(parts: ViewParts): Pick<MutationResolvers, 'importContest' | 'cloneContest'> {
  const create = (command: ReturnType<typeof commandOf>, decide: () => Decision<Contest, ContestEvent, ContestCode>) =>
    parts.stores.contests.create<ContestEvent, ContestCode>({ command, events, decide });
  return {
    importContest: async (_source, { input }, context) => {
      const command = commandOf(context, 'importContest', input);
      if (!mayOrganise(context.requireCaller(), input.oktmo)) throw forbidden();
      if (!isContestFile(input.file)) throw badInput('The file holds no contest', ['file']);
      const read = readContestFile(input.file);
      if (read.errors) return refusal({ code: 'FILE_INVALID', path: ['file'] }, read.errors);
      const contest = { ...read.contest, oktmo: input.oktmo };
      const outcome = await create(command, () => inFile(createContest(contest)));
      return answer(parts, context, outcome);
    },
    cloneContest: async (_source, { input }, context) => {
      const command = commandOf(context, 'cloneContest', input);
      const source = await organisedContest(parts, context, input.contestId);
      if (!source) return refusal({ code: 'NOT_FOUND', path: ['contestId'] });
      const { title, years = 1 } = input;
      const outcome = await create(command, () =>
        years >= 1 && years <= 10
          ? createContest(clonedRules(source.state, { title: title ?? null, years }))
          : reject('YEARS_INVALID', ['years']),
      );
      return answer(parts, context, outcome);
    },
  };
}

/** Where a refusal of the contest stands in its file. */
function inFile(decision: Decision<Contest, ContestEvent, ContestCode>): Decision<Contest, ContestEvent, ContestCode> {
  if (decision.ok) return decision;
  const { path = [] } = decision.rejection;
  return { ok: false, rejection: { ...decision.rejection, path: ['file', 'contest', ...path] } };
}

const refusal = (rejection: Rejection<Code>, errors: readonly FieldError[] = []) =>
  ({ contest: null, rejection: rejectionOf(rejection, messages), fieldErrors: withSentences(errors) }) as never;

function answer(parts: ViewParts, context: Context, { aggregate, rejection }: Outcome<Contest, ContestCode>) {
  forget(context);
  if (rejection || !aggregate) return refusal(rejection ?? { code: 'NOT_FOUND' });
  return { contest: contestView(parts, aggregate), rejection: null, fieldErrors: [] } as never;
}
