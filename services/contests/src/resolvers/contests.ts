import { commandOf, forbidden, payload, sha256Hex, type Context, type Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import { ballotCost, type Application } from '../domain/application.ts';
import type { BallotLine, Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { createContest, updateContest, type ContestChange, type NewContest } from '../domain/draft.ts';
import { approveBallotList, publishContest, rescheduleStage } from '../domain/publication.ts';
import { contestToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { forget } from '../loaders.ts';
import { messages } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { countByStatus, inOrder } from '../store.ts';
import { contestView, type ViewParts } from '../views.ts';

type ContestMutations = Pick<
  MutationResolvers,
  'createContest' | 'updateContest' | 'publishContest' | 'rescheduleStage' | 'approveBallotList'
>;

interface Existing {
  idempotencyKey: string;
  contestId: string;
  expectedVersion?: number | null;
}

type Decide = (contest: Contest) => Decision<Contest, ContestEvent, ContestCode>;

export function contestMutations(parts: ViewParts): ContestMutations {
  const { stores, clock } = parts;
  const answer = (context: Context, outcome: Outcome<Contest, ContestCode>) => {
    forget(context);
    return payload(outcome, messages, (contest) => ({ contest: contestView(parts, contest) })) as never;
  };
  const change = async (context: Context, name: string, input: Existing, decide: Decide) => {
    const command = commandOf(context, name, input);
    await requireOrganiser(parts, context, input.contestId);
    const expectedVersion = input.expectedVersion ?? undefined;
    return answer(
      context,
      await stores.contests.change({ id: input.contestId, command, expectedVersion, events, decide }),
    );
  };
  return {
    createContest: async (_source, { input }, context) => {
      const command = commandOf(context, 'createContest', input);
      if (!mayOrganise(context.requireCaller(), input.oktmo)) throw forbidden();
      return answer(
        context,
        await stores.contests.create({ command, events, decide: () => createContest(input as NewContest) }),
      );
    },
    updateContest: (_source, { input }, context) =>
      change(context, 'updateContest', input, (contest) => updateContest(contest, input as ContestChange)),
    publishContest: (_source, { input }, context) =>
      change(context, 'publishContest', input, (contest) => publishContest(contest, clock.now(), sha256Hex)),
    rescheduleStage: (_source, { input }, context) =>
      change(context, 'rescheduleStage', input, (contest) => rescheduleStage(contest, input, clock.now(), sha256Hex)),
    approveBallotList: async (_source, { input }, context) => {
      const [lines, undecided] = await Promise.all([
        ballotLines(parts, input.contestId),
        undecidedCount(parts, input.contestId),
      ]);
      return change(context, 'approveBallotList', input, (contest) =>
        approveBallotList(contest, lines, undecided, clock.now()),
      );
    },
  };
}

/** Throws FORBIDDEN for the staff of another place; a contest that is not there is the store's to refuse. */
export async function requireOrganiser({ stores }: ViewParts, context: Context, contestId: string): Promise<void> {
  const contest = await stores.contests.load(contestId);
  if (contest && !mayOrganise(context.requireCaller(), contest.state.oktmo)) throw forbidden();
}

async function ballotLines({ stores }: ViewParts, contestId: string): Promise<BallotLine[]> {
  const admitted = await inOrder(stores.applications, contestId, ['ADMITTED']);
  return admitted.map(({ id, state }) => lineOf(id, state));
}

const lineOf = (applicationId: string, application: Application): BallotLine => {
  const { title, oktmo, category } = application.content;
  return {
    applicationId,
    number: application.number!,
    title,
    oktmo,
    category,
    cost: ballotCost(application),
    submittedAt: application.submittedAt!,
  };
};

async function undecidedCount({ stores }: ViewParts, contestId: string): Promise<number> {
  const counts = await countByStatus(stores.applications, contestId);
  return counts
    .filter(({ status }) => status === 'SUBMITTED' || status === 'RETURNED')
    .reduce((sum, { count }) => sum + count, 0);
}
