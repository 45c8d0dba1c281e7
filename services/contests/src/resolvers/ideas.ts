import { forget, commandOf, forbidden, payload, type Aggregate, type Context, type Outcome } from '@veche/kit';
import { covers } from '@veche/kit/domain/oktmo';
import { reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import { isOff } from '../block-off.ts';
import { ideaToOutbox as events } from '../community-events.ts';
import { ideaView, visibleIdea } from '../community-views.ts';
import {
  mergeIdea,
  proposeIdea,
  reviseIdea,
  withdrawIdea,
  type Idea,
  type IdeaCode,
  type IdeaEvent,
} from '../domain/community/idea.ts';
import { support, supportId, type SupportCode } from '../domain/community/support.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { isAuthor } from '../policies/community.ts';
import { mayOrganise } from '../policy.ts';
import { listedProblem } from '../problem-views.ts';
import { participantOf, sceneOf } from '../scene.ts';
import { recountSupporters } from '../store/community.ts';
import type { ViewParts } from '../views.ts';
import { applyWithIdea } from './idea-application.ts';

type IdeaMutations = Pick<
  MutationResolvers,
  'proposeIdea' | 'reviseIdea' | 'withdrawIdea' | 'supportIdea' | 'mergeIdeas' | 'applyWithIdea'
>;

interface Existing {
  idempotencyKey: string;
  ideaId: string;
  expectedVersion?: number | null;
}

type Decide = (idea: Idea) => Decision<Idea, IdeaEvent, IdeaCode>;

export function ideaMutations(parts: ViewParts): IdeaMutations {
  return {
    proposeIdea: (_source, { input }, context) => propose(parts, context, input),
    reviseIdea: async (_source, { input }, context) => {
      const idea = await parts.community.ideas.load(input.ideaId);
      const scene = idea && (await sceneOf(parts, idea.state));
      return changeOwn(parts, context, 'reviseIdea', input, (state) => reviseIdea(state, input, scene!));
    },
    withdrawIdea: (_source, { input }, context) => changeOwn(parts, context, 'withdrawIdea', input, withdrawIdea),
    supportIdea: (_source, { input }, context) => give(parts, context, { ...input, supports: input.supports ?? true }),
    mergeIdeas: (_source, { input }, context) => merge(parts, context, input),
    applyWithIdea: (_source, { input }, context) => applyWithIdea(parts, context, input),
  };
}

export function ideaAnswer(
  parts: ViewParts,
  context: Context,
  outcome: Outcome<Idea, CommunityCode>,
  more: object = {},
) {
  forget(context);
  const shown = payload(outcome, communityMessages, (idea) => ({ idea: ideaView(parts, context, idea) }));
  return { ...more, ...shown } as never;
}

const refusal = (rejection: Rejection<CommunityCode>): Outcome<Idea, CommunityCode> => ({ aggregate: null, rejection });
const notFound = (path: string) => refusal({ code: 'NOT_FOUND', path: [path] });

interface NewIdea {
  idempotencyKey: string;
  title: string;
  text: string;
  category: string;
  oktmo: string;
  contestId?: string | null;
  problemId?: string | null;
}

async function propose(parts: ViewParts, context: Context, input: NewIdea) {
  const { stores, community } = parts;
  const command = commandOf(context, 'proposeIdea', input);
  const contestId = input.contestId ?? null;
  const contest = contestId ? await stores.contests.load(contestId) : null;
  if (contestId && (!contest || contest.state.status === 'DRAFT'))
    return ideaAnswer(parts, context, notFound('contestId'));
  const scene = await sceneOf(parts, { oktmo: input.oktmo, contestId });
  const problemId = input.problemId ?? null;
  const named = problemId ? await listedProblem(parts, context, problemId) : null;
  const person = participantOf(context.requireCaller());
  const decide = (): Decision<Idea, IdeaEvent, IdeaCode> => {
    if (contest && !covers(contest.state.oktmo, input.oktmo)) return reject('OUTSIDE_CONTEST', ['oktmo']);
    if (contest?.state.status === 'DECIDED') return reject('CONTEST_NOT_PUBLISHED', ['contestId']);
    if (problemId && !(named && covers(named.poll.state.oktmo, input.oktmo)))
      return reject('PROBLEM_UNKNOWN', ['problemId']);
    return proposeIdea({ ...input, contestId, problemId }, person, scene);
  };
  return ideaAnswer(parts, context, await community.ideas.create({ command, events, decide }));
}

/** FORBIDDEN for who sees the idea and did not write it, NOT_FOUND for who may not see it. */
async function changeOwn(parts: ViewParts, context: Context, name: string, input: Existing, decide: Decide) {
  const command = commandOf(context, name, input);
  const { ideas } = parts.community;
  const idea = await ideas.load(input.ideaId);
  if (!idea || !isAuthor(context.requireCaller(), idea.state)) {
    if (await visibleIdea(parts, context, input.ideaId)) throw forbidden();
    return ideaAnswer(parts, context, notFound('ideaId'));
  }
  const expectedVersion = input.expectedVersion ?? undefined;
  const outcome = await ideas.change<IdeaEvent, IdeaCode>({ id: idea.id, command, expectedVersion, events, decide });
  return ideaAnswer(parts, context, outcome);
}

async function give(
  parts: ViewParts,
  context: Context,
  input: { idempotencyKey: string; ideaId: string; supports: boolean },
) {
  const { community } = parts;
  const command = commandOf(context, 'supportIdea', input);
  const { personId, assurance } = context.requireCaller();
  const { ideaId, supports } = input;
  const idea = await community.ideas.load(ideaId);
  if (!idea || !(await visibleIdea(parts, context, ideaId))) return ideaAnswer(parts, context, notFound('ideaId'));
  const outcome = await community.supports.upsert<never, SupportCode | 'ACCOUNT_NOT_CONFIRMED'>({
    id: supportId(ideaId, personId),
    command,
    events: () => [],
    initial: () => ({ ideaId, personId, given: false }),
    decide: (state) =>
      assurance === 'confirmed' ? support(state, idea.state, supports) : reject('ACCOUNT_NOT_CONFIRMED'),
  });
  if (outcome.rejection) return ideaAnswer(parts, context, refusal(outcome.rejection));
  await recountSupporters(community, ideaId);
  return ideaAnswer(parts, context, { aggregate: (await community.ideas.load(ideaId))!, rejection: null });
}

interface Merger {
  idempotencyKey: string;
  ideaId: string;
  intoId: string;
  reason: string;
}

/** One write merges; its event has the supporters carried over. */
async function merge(parts: ViewParts, context: Context, input: Merger) {
  const { community, clock } = parts;
  const command = commandOf(context, 'mergeIdeas', input);
  const { ideaId, intoId, reason } = input;
  const [idea, into] = await Promise.all([moderated(parts, context, ideaId), moderated(parts, context, intoId)]);
  if (!idea) return ideaAnswer(parts, context, notFound('ideaId'));
  if (!into) return ideaAnswer(parts, context, notFound('intoId'));
  const outcome = await community.ideas.change<IdeaEvent, IdeaCode>({
    id: ideaId,
    command,
    events,
    decide: (state) =>
      ideaId === intoId
        ? reject('MERGE_INVALID', ['intoId'])
        : mergeIdea(state, { id: intoId, idea: into.state }, reason, clock.now()),
  });
  if (outcome.rejection) return ideaAnswer(parts, context, outcome);
  return ideaAnswer(parts, context, { aggregate: (await community.ideas.load(intoId))!, rejection: null });
}

/** An idea of the moderator's territory; FORBIDDEN for one of another that the caller sees, null for one that it does not, or where ideas are off. */
export async function moderated(parts: ViewParts, context: Context, id: string): Promise<Aggregate<Idea> | null> {
  const idea = await parts.community.ideas.load(id);
  if (!idea || (await isOff(parts, context, 'IDEAS', idea.state))) return null;
  if (mayOrganise(context.requireCaller(), idea.state.oktmo)) return idea;
  if (await visibleIdea(parts, context, id)) throw forbidden();
  return null;
}
