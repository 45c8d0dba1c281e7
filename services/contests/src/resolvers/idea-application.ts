import { forget, commandOf, forbidden, payload, rejectionOf, type Context } from '@veche/kit';
import { isPublishedIdea } from '../domain/community/idea.ts';
import { communityMessages } from '../community-messages.ts';
import { draftApplication } from '../domain/application-steps.ts';
import type { ContentDraft } from '../domain/content.ts';
import type { Contest } from '../domain/contest.ts';
import type { Idea } from '../domain/community/idea.ts';
import { attributed } from '../domain/history.ts';
import { applicationToOutbox as events } from '../events.ts';
import { messages, type Code } from '../messages.ts';
import { isLead, isMember } from '../policy.ts';
import { applicationView, type ViewParts } from '../views.ts';

interface Wish {
  idempotencyKey: string;
  ideaId: string;
  contestId: string;
  groupId: string;
}

/** A draft of the group with what the idea tells; its id is the project's from here on, and it keeps the idea's. */
export async function applyWithIdea(parts: ViewParts, context: Context, input: Wish) {
  const { stores, community, clock } = parts;
  const command = commandOf(context, 'applyWithIdea', input);
  const { ideaId, contestId, groupId } = input;
  const [idea, contest, group] = await Promise.all([
    community.ideas.load(ideaId),
    stores.contests.load(contestId),
    stores.groups.load(groupId),
  ]);
  if (!idea || !isPublishedIdea(idea.state)) return refusal('ideaId');
  if (!contest || contest.state.status === 'DRAFT') return refusal('contestId');
  if (group?.state.contestId !== contestId || !isMember(context.caller, group.state)) return refusal('groupId');
  if (!isLead(context.requireCaller(), group.state)) throw forbidden();
  const outcome = await stores.applications.create({
    command,
    events,
    decide: () => {
      const begun = draftApplication(
        contest.state,
        { contestId, groupId },
        contentFrom(idea.state, contest.state),
        clock.now(),
      );
      const draft = attributed(begun, 0, { role: 'INITIATORS', personId: context.requireCaller().personId });
      return draft.ok ? { ...draft, state: { ...draft.state, ideaId } } : draft;
    },
  });
  forget(context);
  const shown = payload(outcome, messages, (application) => ({ application: applicationView(parts, application) }));
  return { ...shown, fieldErrors: [] } as never;
}

/** The form may ask for the problem under this name; other forms get the title, the place and the kind alone. */
function contentFrom({ title, text, category, oktmo }: Idea, { form }: Contest): ContentDraft {
  const { properties = {} } = form as { properties?: Record<string, unknown> };
  return { title, category, oktmo, answers: 'problem' in properties ? { problem: text } : {} } as ContentDraft;
}

const refusal = (path: string) => {
  const rejection: { code: Code; path: string[] } = { code: 'NOT_FOUND', path: [path] };
  return {
    application: null,
    rejection: rejectionOf(rejection, { ...communityMessages, ...messages }),
    fieldErrors: [],
  } as never;
};
