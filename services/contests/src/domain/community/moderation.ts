import { reject, type Rejection } from '@veche/kit/domain/decision';
import { stopWordsIn, type ModerationMode, type Rules } from './settings.ts';

export type PostStatus = 'PENDING' | 'PUBLISHED' | 'HIDDEN';

export const GROUNDS = [
  'OBSCENE',
  'INSULT',
  'PERSONAL_DATA',
  'UNLAWFUL',
  'ADVERTISING',
  'OFF_TOPIC',
  'REPEATED',
  'OTHER',
] as const;
export type Ground = (typeof GROUNDS)[number];

export interface Verdict {
  at: Date;
  decision: 'PUBLISH' | 'HIDE';
  ground: Ground | null;
  reason: string;
}

export interface Complaint {
  by: string;
  at: Date;
  ground: Ground;
}

/** What every text of a resident carries. */
export interface Moderated {
  status: PostStatus;
  /** Since when a moderator is to look; null when nothing waits. */
  waitingSince: Date | null;
  /** Words of the stop-list for which it was held. */
  stopWords: readonly string[];
  verdicts: readonly Verdict[];
  /** Of the last verdict, for the public log. */
  decidedAt: Date | null;
  /** Since the last verdict. */
  complaints: readonly Complaint[];
  /** Everybody who ever complained: once each. */
  complainants: readonly string[];
}

export type ModerationCode = 'ALREADY_COMPLAINED' | 'OWN_TEXT' | 'REASON_REQUIRED' | 'GROUND_REQUIRED' | 'WRONG_STATE';

/** A text as it begins: held by the rule of the place or by its own words, or shown at once. */
export function beginning(text: string, mode: ModerationMode, rules: Rules, now: Date): Moderated {
  const stopWords = stopWordsIn(text, rules);
  const held = mode === 'PRE' || stopWords.length > 0;
  return {
    status: held ? 'PENDING' : 'PUBLISHED',
    waitingSince: held ? now : null,
    stopWords,
    verdicts: [],
    decidedAt: null,
    complaints: [],
    complainants: [],
  };
}

type Changed<P> = { ok: true; post: P } | { ok: false; rejection: Rejection<ModerationCode> };
const changed = <P>(post: P): Changed<P> => ({ ok: true, post });

/** Too many complaints take a text out of sight; a moderator looks at each that has any. */
export function complainAbout<P extends Moderated & { authorId: string }>(
  post: P,
  { by, ground, at }: Complaint,
  { complaintsToHold }: Rules,
): Changed<P> {
  if (post.status !== 'PUBLISHED') return reject('WRONG_STATE');
  if (post.authorId === by) return reject('OWN_TEXT');
  if (post.complainants.includes(by)) return reject('ALREADY_COMPLAINED');
  const complaints = [...post.complaints, { by, ground, at }];
  return changed({
    ...post,
    complaints,
    complainants: [...post.complainants, by],
    waitingSince: post.waitingSince ?? at,
    status: complaints.length >= complaintsToHold ? 'PENDING' : post.status,
  });
}

const REASON = { min: 10, max: 2000 };

/** A moderator's decision; whoever hides tells why by a ground and in words. */
export function decide<P extends Moderated>(post: P, { decision, ground, reason, at }: Verdict): Changed<P> {
  const hides = decision === 'HIDE';
  const why = reason.trim();
  const status = hides ? 'HIDDEN' : 'PUBLISHED';
  if (hides && ground === null) return reject('GROUND_REQUIRED', ['ground']);
  if (why.length < (hides ? REASON.min : 0) || why.length > REASON.max)
    return reject('REASON_REQUIRED', ['reason'], REASON);
  if (post.waitingSince === null && post.status === status) return reject('WRONG_STATE');
  const verdict = { at, decision, ground: hides ? ground : null, reason: why };
  return changed({
    ...post,
    status,
    waitingSince: null,
    verdicts: [...post.verdicts, verdict],
    decidedAt: at,
    complaints: [],
  });
}
