import {
  forget,
  commandOf,
  forbidden,
  mapConnection,
  payload,
  type Aggregate,
  type AggregateStore,
  type Context,
  type Outcome,
} from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { scopesWithout } from '../block-off.ts';
import { commentToOutbox, ideaToOutbox } from '../community-events.ts';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import { commentView, visibleIdea, visibleSubject } from '../community-views.ts';
import {
  comment,
  complainAboutComment,
  moderateComment,
  type Comment,
  type CommentCode,
  type CommentEvent,
} from '../domain/community/comment.ts';
import {
  complainAboutIdea,
  isPublishedIdea,
  moderateIdea,
  type Idea,
  type IdeaCode,
  type IdeaEvent,
} from '../domain/community/idea.ts';
import type { Verdict } from '../domain/community/moderation.ts';
import type { CommentInput, ComplainInput, ModerateInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import { participantOf, sceneOf } from '../scene.ts';
import { pageOfComments, pageOfDecided, pageToModerate } from '../store/community.ts';
import type { ViewParts } from '../views.ts';
import { requireModerator } from './idea-queries.ts';
import { ideaAnswer, moderated } from './ideas.ts';

export function discussionQueries(
  parts: ViewParts,
): Pick<QueryResolvers, 'comments' | 'commentsToModerate' | 'moderationLog'> {
  const { community } = parts;
  return {
    comments: async (_source, { subject, id, ...args }, context) => {
      const place = await visibleSubject(parts, context, subject, id);
      const personId = context.caller?.personId ?? null;
      const reader = { personId, moderator: place !== null && mayOversee(context.caller, place.oktmo) };
      const page = await pageOfComments(community, place ? id : '', reader, args);
      return mapConnection(page, (one) => commentView(context, one)) as never;
    },
    commentsToModerate: async (_source, { oktmo, ...args }, context) => {
      requireModerator(context, oktmo);
      const off = await scopesWithout(parts, 'COMMENTS');
      const page = await pageToModerate(community.comments, { oktmo, off }, args);
      return mapConnection(page, (one) => commentView(context, one)) as never;
    },
    moderationLog: async (_source, { of, oktmo, ...args }) => {
      const texts = (of === 'IDEA' ? community.ideas : community.comments) as AggregateStore<any>;
      const off = await scopesWithout(parts, of === 'IDEA' ? 'IDEAS' : 'COMMENTS');
      const page = await pageOfDecided<Idea | Comment>(texts, { oktmo, off }, args);
      return mapConnection(page, ({ id, state }) => ({
        of,
        id,
        visible: state.status === 'PUBLISHED',
        oktmo: state.oktmo,
        verdicts: state.verdicts,
      })) as never;
    },
  };
}

export function discussionMutations(parts: ViewParts): Pick<MutationResolvers, 'comment' | 'complain' | 'moderate'> {
  return {
    comment: (_source, { input }, context) => say(parts, context, input),
    complain: (_source, { input }, context) =>
      input.of === 'IDEA' ? complainOfIdea(parts, context, input) : complainOfComment(parts, context, input),
    moderate: (_source, { input }, context) => {
      const { decision, ground = null, reason = '' } = input;
      const verdict = { at: parts.clock.now(), decision, ground, reason: reason ?? '' };
      return input.of === 'IDEA'
        ? decideIdea(parts, context, input, verdict)
        : decideComment(parts, context, input, verdict);
    },
  };
}

function answer(context: Context, outcome: Outcome<Comment, CommunityCode>) {
  forget(context);
  const shown = payload(outcome, communityMessages, (one) => ({ comment: commentView(context, one) }));
  return { idea: null, ...shown } as never;
}

const refusal = (code: CommunityCode, path: string): { aggregate: null; rejection: Rejection<CommunityCode> } => ({
  aggregate: null,
  rejection: { code, path: [path] },
});

async function say(parts: ViewParts, context: Context, input: CommentInput) {
  const { comments } = parts.community;
  const command = commandOf(context, 'comment', input);
  const { text, subjectId } = input;
  const subject = await visibleSubject(parts, context, input.subject, subjectId);
  if (!subject) return answer(context, refusal('NOT_FOUND', 'subjectId'));
  const answered = input.answersTo ? await comments.load(input.answersTo) : null;
  if (input.answersTo && !answered) return answer(context, refusal('NOT_FOUND', 'answersTo'));
  const scene = await sceneOf(parts, subject);
  const caller = context.requireCaller();
  const official = mayOrganise(caller, subject.oktmo);
  // Staff of another territory has nothing to say here in its office.
  if (!official && !caller.roles.has('citizen')) throw forbidden();
  const person = { ...participantOf(caller), official };
  const answers = answered && { id: answered.id, comment: answered.state };
  const decide = () => comment({ subject, text, answers }, person, scene);
  return answer(context, await comments.create({ command, events: commentToOutbox, decide }));
}

async function complainOfIdea(parts: ViewParts, context: Context, input: ComplainInput) {
  const { ideas } = parts.community;
  const command = commandOf(context, 'complain', input);
  const idea = await ideas.load(input.id);
  if (!idea || !(await visibleIdea(parts, context, input.id)))
    return ideaAnswer(parts, context, refusal('NOT_FOUND', 'id'), { comment: null });
  const { rules } = await sceneOf(parts, idea.state);
  const complaint = complaintOf(parts, context, input);
  const decide = (state: Idea) => complainAboutIdea(state, complaint, rules);
  const outcome = await ideas.change<IdeaEvent, IdeaCode>({ id: idea.id, command, events: ideaToOutbox, decide });
  return ideaAnswer(parts, context, hiddenAfter(outcome, isPublishedIdea), { comment: null });
}

async function complainOfComment(parts: ViewParts, context: Context, input: ComplainInput) {
  const { comments } = parts.community;
  const command = commandOf(context, 'complain', input);
  const found = await comments.load(input.id);
  if (!found || !(await visibleSubject(parts, context, found.state.kind, found.state.subjectId)))
    return answer(context, refusal('NOT_FOUND', 'id'));
  const { rules } = await sceneOf(parts, found.state);
  const complaint = complaintOf(parts, context, input);
  const outcome = await comments.change<CommentEvent, CommentCode>({
    id: found.id,
    command,
    events: commentToOutbox,
    decide: (state) => complainAboutComment(state, complaint, rules),
  });
  return answer(
    context,
    hiddenAfter(outcome, ({ status }) => status === 'PUBLISHED'),
  );
}

const complaintOf = ({ clock }: ViewParts, context: Context, { ground }: ComplainInput) => ({
  by: context.requireCaller().personId,
  at: clock.now(),
  ground,
});

/** A refused complaint about a text that is out of sight must not show it. */
function hiddenAfter<S, C extends string>(outcome: Outcome<S, C>, visible: (state: S) => boolean): Outcome<S, C> {
  if (outcome.rejection === null || !outcome.aggregate || visible(outcome.aggregate.state)) return outcome;
  return { ...outcome, aggregate: null };
}

async function decideIdea(parts: ViewParts, context: Context, input: ModerateInput, verdict: Verdict) {
  const command = commandOf(context, 'moderate', input);
  const idea = await moderated(parts, context, input.id);
  if (!idea) return ideaAnswer(parts, context, refusal('NOT_FOUND', 'id'), { comment: null });
  const outcome = await parts.community.ideas.change<IdeaEvent, IdeaCode>({
    id: idea.id,
    command,
    expectedVersion: input.expectedVersion ?? undefined,
    events: ideaToOutbox,
    decide: (state) => moderateIdea(state, verdict),
  });
  return ideaAnswer(parts, context, outcome, { comment: null });
}

async function decideComment(parts: ViewParts, context: Context, input: ModerateInput, verdict: Verdict) {
  const command = commandOf(context, 'moderate', input);
  const found: Aggregate<Comment> | null = await parts.community.comments.load(input.id);
  if (!found) return answer(context, refusal('NOT_FOUND', 'id'));
  if (!mayOrganise(context.requireCaller(), found.state.oktmo)) throw forbidden();
  const outcome = await parts.community.comments.change<CommentEvent, CommentCode>({
    id: found.id,
    command,
    expectedVersion: input.expectedVersion ?? undefined,
    events: commentToOutbox,
    decide: (state) => moderateComment(state, verdict),
  });
  return answer(context, outcome);
}
