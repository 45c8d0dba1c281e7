import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { scopesOf } from '../application.ts';
import {
  beginning,
  complainAbout,
  decide,
  type Complaint,
  type Moderated,
  type ModerationCode,
  type Verdict,
} from './moderation.ts';
import type { Scene } from './idea.ts';
import { mayTakePart, type Participant, type ParticipantCode } from './participant.ts';
import type { Rules } from './settings.ts';

export type SubjectKind = 'IDEA' | 'APPLICATION';

/** What is talked about; its territory decides about moderation. */
export interface Subject {
  kind: SubjectKind;
  subjectId: string;
  oktmo: string;
  contestId: string | null;
}

export interface Comment extends Moderated, Subject {
  /** Prefixes of the territories that it is in, for lists of a territory. */
  scopes: readonly string[];
  /** Comment that it answers; answers have no answers. */
  answersTo: string | null;
  authorId: string;
  /** Written by staff of the territory in its office. */
  official: boolean;
  text: string;
}

export type CommentEvent = { kind: 'CommentChanged' };
export type CommentCode = ModerationCode | ParticipantCode | 'TEXT_LENGTH' | 'ANSWER_INVALID';
type Result = Decision<Comment, CommentEvent, CommentCode>;

const TEXT = { min: 2, max: 2000 };
const changed = (comment: Comment): Result => accept(comment, { kind: 'CommentChanged' });

interface Said {
  subject: Subject;
  text: string;
  /** The comment that is answered, as it stands. */
  answers: { id: string; comment: Comment } | null;
}

export function comment(
  { subject, text, answers }: Said,
  person: Participant & { official: boolean },
  { rules, today, now }: Scene,
): Result {
  const said = text.trim();
  const { official, personId } = person;
  const refused = official ? null : mayTakePart(person, { oktmo: subject.oktmo, today, rules });
  if (refused) return { ok: false, rejection: refused };
  if (!fits(said)) return reject('TEXT_LENGTH', ['text'], TEXT);
  if (answers && !mayBeAnswered(answers.comment, subject)) return reject('ANSWER_INVALID', ['answersTo']);
  return changed({
    ...beginning(said, official ? 'POST' : rules.commentModeration, rules, now),
    ...subject,
    scopes: scopesOf(subject.oktmo),
    answersTo: answers?.id ?? null,
    authorId: personId,
    official,
    text: said,
  });
}

const fits = (said: string): boolean => said.length >= TEXT.min && said.length <= TEXT.max;

const mayBeAnswered = ({ status, subjectId, answersTo }: Comment, subject: Subject): boolean =>
  status === 'PUBLISHED' && subjectId === subject.subjectId && answersTo === null;

export function complainAboutComment(state: Comment, complaint: Complaint, rules: Rules): Result {
  const result = complainAbout(state, complaint, rules);
  return result.ok ? changed(result.post) : result;
}

export function moderateComment(state: Comment, verdict: Verdict): Result {
  const result = decide(state, verdict);
  return result.ok ? changed(result.post) : result;
}
