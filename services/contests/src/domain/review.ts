import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { may } from './application-states.ts';
import { stepped } from './application-steps.ts';
import type { Application, ApplicationCode, ApplicationEvent } from './application.ts';
import type { Contest } from './contest.ts';
import { commentsEnd, dueOf, termsOf } from './terms.ts';

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it is nobody, or has the form of a person's id. */
export const isAssignee = (id: string | null): boolean => id === null || UUID.test(id);

/** An official takes the application, gives it to another, or nobody has it any more. */
export function assignApplication(application: Application, assigneeId: string | null): Result {
  if (!may('assign', application.status)) return reject('WRONG_STATE');
  if (!isAssignee(assigneeId)) return reject('ASSIGNEE_INVALID', ['assigneeId']);
  return accept({ ...application, assigneeId });
}

/** Publishes what was filed: everybody sees it from now on, and may comment for the term of the law. */
export function publishApplication(application: Application, contest: Contest, now: Date): Result {
  if (!may('publish', application.status)) return reject('WRONG_STATE');
  if (application.publishedAt) return reject('PUBLISHED_ALREADY');
  const published = { ...application, publishedAt: now, commentsUntil: commentsEnd(contest, now) };
  return accept({ ...published, dueAt: dueOf(published) }, { kind: 'ApplicationPublished' });
}

const TEXT = { min: 20, max: 2000 };
const isExplained = (text: string): boolean => text.length >= TEXT.min && text.length <= TEXT.max;

/** The administration offers to rework the project together, for a better way to the same end; the initiators answer within the term. */
export function offerJointRework(application: Application, given: string, answerBy: Date, now: Date): Result {
  const text = given.trim();
  if (!may('offerRework', application.status)) return reject('WRONG_STATE');
  if (!isExplained(text)) return reject('REASON_REQUIRED', ['text'], TEXT);
  if (answerBy <= now) return reject('TERM_IN_PAST', ['answerBy']);
  const jointRework = { offeredAt: now, text, declinedAt: null, reason: null };
  const offered = stepped(application, 'RETURNED', now, { remarks: [], answerBy, jointRework });
  return accept(offered, { kind: 'ApplicationReturned' });
}

/** The initiators keep their project as it was filed; what was edited since the offer is put back. */
export function declineJointRework(application: Application, given: string, now: Date): Result {
  const reason = given.trim();
  const { jointRework, filed } = application;
  if (!may('declineRework', application.status)) return reject('WRONG_STATE');
  if (!isOfferOpen(application)) return reject('REWORK_NOT_OFFERED');
  if (!isExplained(reason)) return reject('REASON_REQUIRED', ['reason'], TEXT);
  const declined = stepped(application, 'SUBMITTED', now, {
    jointRework: { ...jointRework!, declinedAt: now, reason },
    content: filed ?? application.content,
    revision: application.revisions?.at(-1)?.revision ?? application.revision,
    answerBy: null,
  });
  return accept(declined, { kind: 'ApplicationSubmitted' });
}

/** Whether the application is back with its initiators for an offer, and not for remarks. */
export const isOfferOpen = ({ status, jointRework, remarks }: Application): boolean =>
  status === 'RETURNED' && remarks.length === 0 && Boolean(jointRework) && !jointRework!.declinedAt;

/** A refusal is taken back, for example after an appeal; the term of the decision begins anew. */
export function reopenApplication(application: Application, contest: Contest, given: string, now: Date): Result {
  const reason = given.trim();
  if (!may('reopen', application.status)) return reject('WRONG_STATE');
  if (contest.ballot) return reject('BALLOT_LIST_APPROVED');
  if (!isExplained(reason)) return reject('REASON_REQUIRED', ['reason'], TEXT);
  const { refusal, reopenings = [] } = application;
  const reopened = stepped(application, 'SUBMITTED', now, {
    refusal: null,
    reopenings: [...reopenings, { at: now, reason, ground: refusal!.ground, refusalReason: refusal!.reason }],
    terms: { publishBy: application.terms?.publishBy ?? null, decideBy: termsOf(contest, now).decideBy },
  });
  return accept(reopened, { kind: 'ApplicationSubmitted' });
}
