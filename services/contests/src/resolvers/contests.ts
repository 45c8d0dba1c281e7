import {
  forget,
  commandOf,
  forbidden,
  payload,
  sha256Hex,
  type Aggregate,
  type Context,
  type Outcome,
} from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import { amendContest, type Amendment } from '../domain/amendment.ts';
import { putOnBallot } from '../domain/application-steps.ts';
import { ballotCost, cofinancingShare, type Application } from '../domain/application.ts';
import type { BallotLine, Contest, ContestCode, ContestEvent } from '../domain/contest.ts';
import { gatesOf } from '../domain/criteria.ts';
import { createContest, updateContest, type ContestChange, type NewContest } from '../domain/draft.ts';
import {
  approveBallotList,
  publishContest,
  rescheduleStage,
  type BallotDraft,
  type ExclusiveGroup,
} from '../domain/publication.ts';
import { applicationToOutbox, contestToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOrganise, maySeeContest } from '../policy.ts';
import { ballotMaterial } from '../store.ts';
import { withLinked } from '../tier-linking.ts';
import { contestView, type ViewParts } from '../views.ts';
import { criterionOf, scoringOf } from './criteria-input.ts';
import { changeFrozen } from './frozen.ts';

type ContestMutations = Pick<
  MutationResolvers,
  'createContest' | 'updateContest' | 'publishContest' | 'amendContest' | 'rescheduleStage' | 'approveBallotList'
>;

interface Existing {
  idempotencyKey: string;
  contestId: string;
  expectedVersion?: number | null;
}

type Decide = (contest: Contest) => Decision<Contest, ContestEvent, ContestCode>;
type Check = (contestId: string, decide: Decide) => Promise<Decide>;

export function contestMutations(parts: ViewParts): ContestMutations {
  const { stores, clock } = parts;
  const answer = (context: Context, outcome: Outcome<Contest, ContestCode>) => {
    forget(context);
    return payload(outcome, messages, (contest) => ({ contest: contestView(parts, contest) })) as never;
  };
  const change = async (context: Context, name: string, input: Existing, decide: Decide) => {
    const command = commandOf(context, name, input);
    if (!(await organisedContest(parts, context, input.contestId))) return answer(context, notFound);
    const expectedVersion = input.expectedVersion ?? undefined;
    return answer(
      context,
      await stores.contests.change({ id: input.contestId, command, expectedVersion, events, decide }),
    );
  };
  const freeze = async (context: Context, name: string, input: Existing, decide: Decide, check?: Check) => {
    const command = commandOf(context, name, input);
    const { contestId, expectedVersion } = input;
    if (!(await organisedContest(parts, context, contestId))) return answer(context, notFound);
    const checked = check ? await check(contestId, decide) : decide;
    return answer(context, await changeFrozen(parts, { contestId, command, expectedVersion, decide: checked }));
  };
  const linked: Check = (contestId, decide) => withLinked(stores.contests, contestId, decide);
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
      freeze(context, 'publishContest', input, (contest) => publishContest(contest, clock.now(), sha256Hex), linked),
    amendContest: (_source, { input }, context) => {
      const { idempotencyKey: _key, contestId: _id, expectedVersion: _version, reason, ...given } = input;
      const { criteria, scoring, ...rules } = given;
      const assessment = {
        ...(criteria ? { criteria: criteria.map(criterionOf) } : {}),
        ...(scoring ? { scoring: scoringOf(scoring) } : {}),
      };
      const asked = { ...rules, ...assessment } as Amendment;
      const decide = (contest: Contest) => amendContest(contest, asked, reason, clock.now(), sha256Hex);
      return freeze(context, 'amendContest', input, decide, linked);
    },
    rescheduleStage: (_source, { input }, context) =>
      freeze(context, 'rescheduleStage', input, (contest) => rescheduleStage(contest, input, clock.now(), sha256Hex)),
    approveBallotList: async (_source, { input, exclusiveGroups: groups }, context) => {
      const contest = await organisedContest(parts, context, input.contestId);
      const draft = await ballot(parts, contest, groups);
      // What is not given is not in the memory of the command either, so that a request without groups stays the one it was.
      const whole = groups.length > 0 ? { ...input, groups } : input;
      return change(context, 'approveBallotList', whole, (state) => approveBallotList(state, draft, clock.now()));
    },
  };
}

export const notFound: Outcome<Contest, ContestCode> = {
  aggregate: null,
  rejection: { code: 'NOT_FOUND', path: ['contestId'] },
};

/** The contest, if the caller may organise it; null when there is none or it may not be seen, FORBIDDEN for staff of another place. */
export async function organisedContest({ stores }: ViewParts, context: Context, contestId: string) {
  const contest = await stores.contests.load(contestId);
  const caller = context.requireCaller();
  if (!contest || mayOrganise(caller, contest.state.oktmo)) return contest;
  if (maySeeContest(caller, contest.state)) throw forbidden();
  return null;
}

/**
 * The lines of the ballot. When the list can be approved, each application is fixed on it first, in its own document: one that is withdrawn
 * at this moment counts as undecided, and the organiser looks at the list again.
 */
async function ballot(
  { stores, clock }: ViewParts,
  contest: Aggregate<Contest> | null,
  groups: readonly ExclusiveGroup[],
): Promise<BallotDraft> {
  if (!contest) return { admitted: [], undecided: 0, groups };
  const material = await ballotMaterial(stores.applications, contest.id);
  const gates = gatesOf(contest.state);
  const admitted = material.admitted.map(({ id, state }) => lineOf(id, state, gates(state)));
  const draft = { ...material, admitted, groups };
  if (!approveBallotList(contest.state, draft, clock.now()).ok) return draft;
  let lost = 0;
  for (const { id } of material.admitted) {
    const { rejection } = await stores.applications.change({ id, events: applicationToOutbox, decide: putOnBallot });
    if (rejection) lost += 1;
  }
  return { ...draft, undecided: lost };
}

const lineOf = (applicationId: string, application: Application, barredBy: string[]): BallotLine => {
  const { title, oktmo, category, divisions } = application.content;
  return {
    applicationId,
    number: application.number!,
    title,
    oktmo,
    category,
    cost: ballotCost(application),
    submittedAt: application.submittedAt!,
    cofinancing: cofinancingShare(application),
    ...(divisions?.length ? { divisions } : {}),
    ...(barredBy.length > 0 ? { barredBy } : {}),
  };
};
