import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { NoticeKind } from './notice.ts';

/** What a person decided about the inbox; the notices themselves are nobody's own. */
export interface Inbox {
  /** Everything that came until then is read; null: nothing was read as a whole. */
  readUntil: Date | null;
  /** Kinds that are not shown. */
  hidden: readonly NoticeKind[];
  /** How often single notices were marked. */
  marks: number;
}

export type InboxCode = 'NOTICES_INVALID' | 'NOTICE_UNKNOWN';
type Result = Decision<Inbox, never, InboxCode>;

export const emptyInbox = (): Inbox => ({ readUntil: null, hidden: [], marks: 0 });

const MARKED_AT_ONCE = { min: 1, max: 100 };

/** Marks single notices; `seen`: those among them that the person has in the inbox. */
export function markRead(inbox: Inbox, noticeIds: readonly string[], seen: ReadonlySet<string>): Result {
  const path = ['noticeIds'];
  if (noticeIds.length < MARKED_AT_ONCE.min || noticeIds.length > MARKED_AT_ONCE.max)
    return reject('NOTICES_INVALID', path, MARKED_AT_ONCE);
  const unknown = noticeIds.findIndex((id) => !seen.has(id));
  if (unknown >= 0) return reject('NOTICE_UNKNOWN', [...path, String(unknown)]);
  return accept({ ...inbox, marks: inbox.marks + 1 });
}

/** Marks everything that came until an instant, at most until now; what was read before stays read. */
export function markAllRead(inbox: Inbox, until: Date, now: Date): Result {
  const asked = until > now ? now : until;
  const readUntil = inbox.readUntil && inbox.readUntil > asked ? inbox.readUntil : asked;
  return accept({ ...inbox, readUntil });
}

/** Chooses the kinds that are not shown, in place of those chosen before. */
export function hideKinds(inbox: Inbox, hidden: readonly NoticeKind[]): Result {
  const { max } = MARKED_AT_ONCE;
  if (hidden.length > max) return reject('NOTICES_INVALID', ['hidden'], { min: 0, max });
  return accept({ ...inbox, hidden: [...new Set(hidden)].toSorted() });
}
