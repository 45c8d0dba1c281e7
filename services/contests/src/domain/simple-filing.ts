import { reject, type Decision } from '@veche/kit/domain/decision';
import type { Application, ApplicationCode, ApplicationEvent, Incomplete } from './application.ts';
import { draftApplication, submitApplication } from './application-steps.ts';
import type { ContentDraft } from './content.ts';
import type { Contest } from './contest.ts';
import { fillingOf, type Filling } from './filling-time.ts';

/** Requests of a resident from nothing to a filed application: with a group each further member joins by its own. */
export const requestsToFile = (contest: Contest, filling: () => Filling): number =>
  mayFileAtOnce(contest, filling) ? 1 : 3 + Math.max(0, contest.groupMinimum - 1);

/** Whether one request files: a resident may apply alone, from nothing, and the form is a short one. */
export const mayFileAtOnce = (contest: Contest, filling = () => fillingOf(contest)): boolean =>
  contest.groupMinimum <= 1 && !contest.tier && filling().short;

interface Filing {
  contestId: string;
  groupId: string;
  number: string;
  now: Date;
}

/** An application that is begun and filed in one step, or nothing of it. */
export function fileAtOnce(
  contest: Contest,
  { contestId, groupId, number, now }: Filing,
  content: ContentDraft,
): Decision<Application, ApplicationEvent, ApplicationCode> & Partial<Incomplete> {
  if (!mayFileAtOnce(contest)) return reject('SIMPLE_FILING_NOT_ALLOWED', ['contestId']);
  const draft = draftApplication(contest, { contestId, groupId }, content, now);
  return draft.ok ? submitApplication(draft.state, { contest, members: 1, number, uploads: [], now }) : draft;
}
