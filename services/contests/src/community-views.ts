import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Context } from '@veche/kit';
import { isOff } from './block-off.ts';
import type { Application } from './domain/application.ts';
import type { Comment } from './domain/community/comment.ts';
import type { Idea } from './domain/community/idea.ts';
import { applicationSteps, ideaSteps, inOrder, workEntries } from './domain/community/timeline.ts';
import { loadApplication, loadIdea } from './loaders.ts';
import { isAuthor } from './policies/community.ts';
import { mayOversee } from './policy.ts';
import { problemView } from './problem-views.ts';
import { supportedBy } from './store/community.ts';
import { stepsOf } from './store/works.ts';
import { visibleApplication, visibleContest, type ViewParts } from './views.ts';

/** What came of an idea and is shown with it. */
const SHOWN = 100;

const PUBLIC: readonly Idea['status'][] = ['PUBLISHED', 'MERGED'];

const maySeeIdea = (context: Context, idea: Idea): boolean =>
  PUBLIC.includes(idea.status) || isAuthor(context.caller, idea) || mayOversee(context.caller, idea.oktmo);

/** Applications by the idea that they came from; one query for all ideas of an answer. */
const loadOffspring = ({ stores }: ViewParts, context: Context, ideaId: string) =>
  loaderOf(
    context,
    'applications-of-ideas',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const found = await stores.applications.find({ ideaId: { $in: [...ids] } }, { sort: { createdAt: 1 } });
        return ids.map((id) => found.filter(({ state }) => state.ideaId === id).slice(0, SHOWN));
      }),
  ).load(ideaId);

const loadMerged = ({ community: { ideas } }: ViewParts, context: Context, ideaId: string) =>
  loaderOf(
    context,
    'merged-ideas',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const found = await ideas.find({ mergedInto: { $in: [...ids] } }, { sort: { updatedAt: 1 } });
        return ids.map((id) => found.filter(({ state }) => state.mergedInto === id).slice(0, SHOWN));
      }),
  ).load(ideaId);

const loadMySupport = ({ community }: ViewParts, context: Context, ideaId: string): Promise<boolean> => {
  const { caller } = context;
  if (!caller) return Promise.resolve(false);
  const make = () =>
    new DataLoader(async (ids: readonly string[]) => {
      const mine = await supportedBy(community, caller.personId, ids);
      return ids.map((id) => mine.has(id));
    });
  return loaderOf(context, 'my-support', make).load(ideaId);
};

/** What only moderators see of a text, and what its author sees too. */
function insight(context: Context, post: Idea | Comment) {
  const moderator = mayOversee(context.caller, post.oktmo);
  const mine = isAuthor(context.caller, post);
  return {
    moderator,
    shown: {
      mine,
      author: moderator || mine ? { id: post.authorId } : null,
      verdicts: post.verdicts,
      stopWords: moderator ? post.stopWords : null,
      complaints: moderator ? post.complaints.length : null,
    },
  };
}

export function ideaView(parts: ViewParts, context: Context, { id, version, state, createdAt }: Aggregate<Idea>) {
  const { moderator, shown } = insight(context, state);
  const lastHidden = state.verdicts.findLast(({ decision }) => decision === 'HIDE')?.at ?? null;
  const clean = (at: Date): boolean => moderator || shown.mine || lastHidden === null || at > lastHidden;
  const revisions = state.revisions.filter(({ at }) => clean(at));
  const applications = async (): Promise<Aggregate<Application>[]> => loadOffspring(parts, context, id);
  const visible = async () =>
    (await Promise.all((await applications()).map((one) => visibleApplication(parts, context, one.id)))).filter(
      (one) => one !== null,
    );
  return {
    ...shown,
    id,
    version,
    state: state.status,
    title: state.title,
    text: state.text,
    category: state.category,
    oktmo: state.oktmo,
    proposedAt: createdAt,
    supporters: state.supporters,
    supportedByMe: () => loadMySupport(parts, context, id),
    revisions,
    contest: () => (state.contestId ? visibleContest(parts, context, state.contestId) : null),
    mergedInto: () => visibleIdea(parts, context, state.mergedInto),
    problem: () => problemView(parts, context, state.problemId),
    mergeReason: state.merge?.reason ?? null,
    merged: async (): Promise<object[]> => {
      const shownOnes = (await loadMerged(parts, context, id)).map((one) => shownIdea(parts, context, one));
      return (await Promise.all(shownOnes)).filter((one) => one !== null);
    },
    applications: visible,
    timeline: async () => {
      const seen = new Set((await visible()).map((one) => one.id));
      const shownOnes = (await applications()).filter((one) => seen.has(one.id));
      const ids = shownOnes.map((one) => one.id);
      return inOrder(
        ideaSteps({ id, state, createdAt }, revisions, await loadMerged(parts, context, id)),
        shownOnes.flatMap(applicationSteps),
        workEntries(await stepsOf(parts.works, ids)),
      );
    },
  };
}

/** An idea as the caller may see it. */
export async function visibleIdea(parts: ViewParts, context: Context, id: string | null) {
  const idea = await loadIdea(parts.community, context, id);
  return idea && maySeeIdea(context, idea.state) ? shownIdea(parts, context, idea) : null;
}

/** An idea that is reached through something else; null where the place does without ideas. */
const shownIdea = async (parts: ViewParts, context: Context, idea: Aggregate<Idea>) =>
  (await isOff(parts, context, 'IDEAS', idea.state)) ? null : ideaView(parts, context, idea);

export function commentView(context: Context, { id, state, createdAt }: Aggregate<Comment>) {
  const { moderator, shown } = insight(context, state);
  return {
    ...shown,
    id,
    state: state.status,
    subject: state.kind,
    subjectId: state.subjectId,
    answersTo: state.answersTo,
    text: state.status === 'HIDDEN' && !moderator && !shown.mine ? null : state.text,
    at: createdAt,
    official: state.official,
  };
}

/** What may be talked about, as the caller may see it: the place and the contest that decide about moderation. */
export async function visibleSubject(parts: ViewParts, context: Context, kind: Comment['kind'], subjectId: string) {
  if (kind === 'IDEA') {
    const idea = await loadIdea(parts.community, context, subjectId);
    if (!idea || !maySeeIdea(context, idea.state)) return null;
    if (await isOff(parts, context, 'IDEAS', idea.state)) return null;
    const { oktmo, contestId } = idea.state;
    return { kind, subjectId, oktmo, contestId };
  }
  if (!(await visibleApplication(parts, context, subjectId))) return null;
  const { contestId, content } = (await loadApplication(parts.stores, context, subjectId))!.state;
  return { kind, subjectId, oktmo: content.oktmo, contestId };
}

/** The way of a project, from the idea that it came from to the works; the idea's part as far as the caller sees the idea. */
export async function projectTimeline(parts: ViewParts, context: Context, applicationId: string) {
  const application = (await loadApplication(parts.stores, context, applicationId))!;
  const idea = await visibleIdea(parts, context, application.state.ideaId ?? null);
  const ofIdea = idea ? (await idea.timeline()).filter(({ id }) => id === idea.id) : [];
  return inOrder(ofIdea, applicationSteps(application), workEntries(await stepsOf(parts.works, [applicationId])));
}
