import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { scopesOf } from '../application.ts';
import { isProjectType } from '../project-type.ts';
import {
  beginning,
  complainAbout,
  decide,
  type Complaint,
  type Moderated,
  type ModerationCode,
  type PostStatus,
  type Verdict,
} from './moderation.ts';
import { mayTakePart, type Participant, type ParticipantCode } from './participant.ts';
import type { Rules } from './settings.ts';

/** MERGED: goes on in another idea. WITHDRAWN: by its author. */
export type IdeaStatus = PostStatus | 'MERGED' | 'WITHDRAWN';

export interface IdeaContent {
  title: string;
  text: string;
  /** Project type. */
  category: string;
  /** Where: a municipality or a settlement. */
  oktmo: string;
}

export interface IdeaRevision {
  at: Date;
  title: string;
  text: string;
  category: string;
}

export interface Idea extends Omit<Moderated, 'status'>, IdeaContent {
  status: IdeaStatus;
  /** Prefixes of the territories that it is in, for lists of a territory. */
  scopes: readonly string[];
  /** Contest for which it was proposed; null: for none yet. */
  contestId: string | null;
  /** The problem that it is to solve, of a poll about the place. */
  problemId?: string | null;
  authorId: string;
  /** Every text it had, the present one last. */
  revisions: readonly IdeaRevision[];
  /** The idea that it was merged into. */
  mergedInto: string | null;
  merge: { at: Date; reason: string } | null;
  /** People who support it; kept from the records of support. */
  supporters: number;
}

type Cause = 'PROPOSED' | 'REVISED' | 'WITHDRAWN' | 'COMPLAINED' | 'MODERATED' | 'KEPT' | 'MERGED';
/** Who the author is leaves in an event of its own, once. */
export type IdeaEvent = { kind: 'IdeaChanged'; cause: Cause } | { kind: 'IdeaAuthored' };
export type IdeaCode =
  | ModerationCode
  | ParticipantCode
  | 'TITLE_LENGTH'
  | 'TEXT_LENGTH'
  | 'CATEGORY_UNKNOWN'
  | 'OUTSIDE_CONTEST'
  | 'CONTEST_NOT_PUBLISHED'
  | 'MERGE_INVALID'
  | 'PROBLEM_UNKNOWN'
  | 'IDEA_NOT_PUBLISHED';

type Result = Decision<Idea, IdeaEvent, IdeaCode>;

const TITLE = { min: 10, max: 200 };
const TEXT = { min: 20, max: 5000 };
const REASON = { min: 10, max: 2000 };
const changed = (cause: Cause, idea: Idea): Result =>
  accept(idea, { kind: 'IdeaChanged', cause }, ...(cause === 'PROPOSED' ? [{ kind: 'IdeaAuthored' } as const] : []));

function contentProblem({ title, text, category }: IdeaContent): Rejection<IdeaCode> | null {
  if (title.length < TITLE.min || title.length > TITLE.max) return reject('TITLE_LENGTH', ['title'], TITLE).rejection;
  if (text.length < TEXT.min || text.length > TEXT.max) return reject('TEXT_LENGTH', ['text'], TEXT).rejection;
  return isProjectType(category) ? null : reject('CATEGORY_UNKNOWN', ['category']).rejection;
}

const trimmed = <C extends IdeaContent>(content: C): C => ({
  ...content,
  title: content.title.trim(),
  text: content.text.trim(),
});

/** Where and when somebody speaks up. */
export interface Scene {
  rules: Rules;
  /** Local date of the place. */
  today: string;
  now: Date;
}

interface Proposal extends IdeaContent {
  contestId: string | null;
  problemId: string | null;
}

export function proposeIdea(proposal: Proposal, person: Participant, { rules, today, now }: Scene): Result {
  const content = trimmed(proposal);
  const refused = mayTakePart(person, { oktmo: content.oktmo, today, rules }) ?? contentProblem(content);
  if (refused) return { ok: false, rejection: refused };
  const { title, text, category, oktmo, contestId, problemId } = content;
  return changed('PROPOSED', {
    ...beginning(`${title} ${text}`, rules.ideaModeration, rules, now),
    title,
    text,
    category,
    oktmo,
    scopes: scopesOf(oktmo),
    contestId,
    problemId,
    authorId: person.personId,
    revisions: [{ at: now, title, text, category }],
    mergedInto: null,
    merge: null,
    supporters: 0,
  });
}

const REVISABLE: readonly IdeaStatus[] = ['PENDING', 'PUBLISHED', 'HIDDEN'];

/** The author's new text; it is looked at again by the rule of the place, and a hidden idea always. */
export function reviseIdea(
  idea: Idea,
  content: Omit<IdeaContent, 'oktmo'>,
  { rules, now }: Omit<Scene, 'today'>,
): Result {
  if (!REVISABLE.includes(idea.status)) return reject('WRONG_STATE');
  const { title, text, category } = trimmed({ ...content, oktmo: idea.oktmo });
  const wrong = contentProblem({ title, text, category, oktmo: idea.oktmo });
  if (wrong) return { ok: false, rejection: wrong };
  const mode = idea.status === 'PUBLISHED' ? rules.ideaModeration : 'PRE';
  const { status, waitingSince, stopWords } = beginning(`${title} ${text}`, mode, rules, now);
  return changed('REVISED', {
    ...idea,
    title,
    text,
    category,
    status,
    waitingSince: waitingSince ?? idea.waitingSince,
    stopWords,
    revisions: [...idea.revisions, { at: now, title, text, category }],
  });
}

export function withdrawIdea(idea: Idea): Result {
  if (!REVISABLE.includes(idea.status)) return reject('WRONG_STATE');
  return changed('WITHDRAWN', { ...idea, status: 'WITHDRAWN', waitingSince: null });
}

type Post = Idea & { status: PostStatus };
const asPost = (idea: Idea): Post | null =>
  (REVISABLE as readonly string[]).includes(idea.status) ? (idea as Post) : null;

export function complainAboutIdea(idea: Idea, complaint: Complaint, rules: Rules): Result {
  const post = asPost(idea);
  if (!post) return reject('WRONG_STATE');
  const result = complainAbout(post, complaint, rules);
  return result.ok ? changed('COMPLAINED', result.post) : result;
}

export function moderateIdea(idea: Idea, verdict: Verdict): Result {
  const post = asPost(idea);
  if (!post) return reject('WRONG_STATE');
  const result = decide(post, verdict);
  // A complaint that a moderator dismisses publishes nothing anew.
  return result.ok ? changed(result.post.status === post.status ? 'KEPT' : 'MODERATED', result.post) : result;
}

/** The idea goes on in another one of the same municipality; it keeps its text and history and points there. */
export function mergeIdea(idea: Idea, into: { id: string; idea: Idea }, reason: string, now: Date): Result {
  const why = reason.trim();
  if (why.length < REASON.min || why.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  if (into.idea.status !== 'PUBLISHED') return reject('IDEA_NOT_PUBLISHED', ['intoId']);
  const sameTown = into.idea.oktmo.slice(0, MUNICIPALITY) === idea.oktmo.slice(0, MUNICIPALITY);
  if (idea.status !== 'PUBLISHED' || !sameTown) return reject('MERGE_INVALID', ['intoId']);
  return changed('MERGED', {
    ...idea,
    status: 'MERGED',
    mergedInto: into.id,
    merge: { at: now, reason: why },
    waitingSince: null,
  });
}

const MUNICIPALITY = 8;

export const isPublishedIdea = ({ status }: Idea): boolean => status === 'PUBLISHED';
