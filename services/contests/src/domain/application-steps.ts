import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import {
  may,
  type Application,
  type ApplicationCode,
  type ApplicationEvent,
  type ApplicationStatus,
  type Incomplete,
  type RefusalGround,
  type Remark,
} from './application.ts';
import { contentErrors, emptyContent, merge, type ContentDraft } from './content.ts';
import { isOpen, stageOf, type Contest } from './contest.ts';

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

function step(
  application: Application,
  status: ApplicationStatus,
  now: Date,
  change: Partial<Application> = {},
): Application {
  const revision = change.revision ?? application.revision;
  const history = [...application.history, { at: now, state: status, revision }];
  return { ...application, ...change, status, history };
}

/** Begins an application; incomplete content is welcome. */
export function draftApplication(
  contest: Contest,
  ids: { contestId: string; groupId: string },
  draft: ContentDraft,
  now: Date,
): Result {
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (!isOpen(contest, 'INTAKE', now)) return reject('STAGE_NOT_OPEN');
  return accept({
    ...ids,
    status: 'DRAFT',
    content: merge(emptyContent(contest), draft),
    number: null,
    revision: 1,
    submittedAt: null,
    remarks: [],
    answerBy: null,
    refusal: null,
    history: [{ at: now, state: 'DRAFT', revision: 1 }],
    imported: false,
  });
}

/** Saves a draft, or the rework of a returned application, which makes a new revision once. */
export function saveApplication(application: Application, draft: ContentDraft): Result {
  if (!may('save', application.status)) return reject('WRONG_STATE');
  const reworked = application.status === 'RETURNED' && application.history.at(-1)?.revision === application.revision;
  return accept({
    ...application,
    content: merge(application.content, draft),
    revision: application.revision + (reworked ? 1 : 0),
  });
}

/**
 * Files the application, or files it again after rework. A first submission needs the open intake, a rework only its own term.
 * On APPLICATION_INCOMPLETE the errors by field are in `fieldErrors`.
 */
export function submitApplication(
  application: Application,
  { contest, members, number, now }: { contest: Contest; members: number; number: string; now: Date },
): Result & Partial<Incomplete> {
  if (!may('submit', application.status)) return reject('WRONG_STATE');
  const returned = application.status === 'RETURNED';
  if (returned && application.answerBy && application.answerBy < now) return reject('TERM_PASSED');
  if (!returned && !isOpen(contest, 'INTAKE', now)) return reject('STAGE_NOT_OPEN');
  const fieldErrors = contentErrors(contest, application.content);
  if (fieldErrors.length > 0) return { ...reject('APPLICATION_INCOMPLETE'), fieldErrors };
  if (members < contest.groupMinimum)
    return reject('GROUP_TOO_SMALL', undefined, { min: contest.groupMinimum, members });
  const revision = returned
    ? Math.max(application.revision, (application.history.at(-1)?.revision ?? 0) + 1)
    : application.revision;
  const filed = step(application, 'SUBMITTED', now, {
    number: application.number ?? number,
    submittedAt: application.submittedAt ?? now,
    remarks: [],
    answerBy: null,
    revision,
  });
  return accept(filed, { kind: 'ApplicationSubmitted' });
}

/** Returns a filed application with remarks by field and a term for the answer. */
export function returnApplication(
  application: Application,
  remarks: readonly Remark[],
  answerBy: Date,
  now: Date,
): Result {
  if (!may('return', application.status)) return reject('WRONG_STATE');
  const sound = remarks.every(
    ({ field, text }) => field.trim() !== '' && text.trim().length >= 5 && text.length <= 2000,
  );
  if (remarks.length === 0 || !sound) return reject('REMARKS_REQUIRED', ['remarks']);
  if (answerBy <= now) return reject('TERM_IN_PAST', ['answerBy']);
  return accept(step(application, 'RETURNED', now, { remarks, answerBy }), { kind: 'ApplicationReturned' });
}

/** Admits a filed application, as long as the ballot is not fixed. */
export function admitApplication(
  application: Application,
  contest: Contest,
  memberIds: readonly string[],
  now: Date,
): Result {
  if (!may('admit', application.status)) return reject('WRONG_STATE');
  if (contest.ballot) return reject('BALLOT_LIST_APPROVED');
  return accept(step(application, 'ADMITTED', now), { kind: 'ApplicationAdmitted', memberIds });
}

const REASON_MIN = 20;

/** Refuses a filed application with one of the six grounds (131-ФЗ article 26.1 part 7) and an explanation. */
export function refuseApplication(application: Application, ground: RefusalGround, reason: string, now: Date): Result {
  if (!may('refuse', application.status)) return reject('WRONG_STATE');
  if (reason.trim().length < REASON_MIN) return reject('REASON_REQUIRED', ['reason'], { min: REASON_MIN });
  return accept(step(application, 'REFUSED', now, { refusal: { ground, reason: reason.trim() } }), {
    kind: 'ApplicationRefused',
  });
}

/** The initiators withdraw; once the ballot is fixed it is too late. */
export function withdrawApplication(application: Application, contest: Contest, now: Date): Result {
  if (!may('withdraw', application.status)) return reject('WRONG_STATE');
  if (contest.ballot && stageOf(contest, 'VOTING')!.opensAt <= now) return reject('VOTING_BEGUN');
  if (contest.ballot && application.status === 'ADMITTED') return reject('BALLOT_LIST_APPROVED');
  const silent = application.status === 'DRAFT';
  const withdrawn = step(application, 'WITHDRAWN', now);
  return silent ? accept(withdrawn) : accept(withdrawn, { kind: 'ApplicationWithdrawn' });
}

/** The outcome of the count reaches the application; a repeated or equal outcome changes nothing. */
export function decideApplication(
  application: Application,
  outcome: 'WINNER' | 'RESERVE' | 'NOT_SELECTED',
  now: Date,
): Result {
  if (!may('decide', application.status) || application.status === outcome) return accept(application);
  return accept(step(application, outcome, now), { kind: 'ApplicationDecided' });
}

export interface ImportedApplication {
  number: string;
  title: string;
  category: string;
  totalCost: bigint;
}

/** An application that another system admitted; its whole cost is taken from the contest's budget. */
export function importApplication(
  contestId: string,
  contest: Contest,
  imported: ImportedApplication,
  now: Date,
): Result {
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (contest.ballot) return reject('BALLOT_LIST_APPROVED');
  const { number, title, category, totalCost } = imported;
  const application: Application = {
    contestId,
    groupId: null,
    status: 'ADMITTED',
    content: { ...emptyContent(contest), title, category, totalCost },
    number,
    revision: 1,
    submittedAt: now,
    remarks: [],
    answerBy: null,
    refusal: null,
    history: [{ at: now, state: 'ADMITTED', revision: 1 }],
    imported: true,
  };
  return accept(application, { kind: 'ApplicationAdmitted', memberIds: [] });
}
