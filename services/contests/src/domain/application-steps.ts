import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { may, type ApplicationStatus } from './application-states.ts';
import {
  scopesOf,
  sortKeyOf,
  type Application,
  type ApplicationCode,
  type ApplicationEvent,
  type Incomplete,
  type RefusalGround,
  type Remark,
} from './application.ts';
import { contentErrors, emptyContent, merge, type ContentDraft } from './content.ts';
import { filing, revisionToFile, titleKey } from './rework.ts';
import { dueOf, termsOf } from './terms.ts';
import { isOpen, stageOf, type Contest } from './contest.ts';
import { uploadErrors, type Upload } from './uploads.ts';

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

/** The application after a step to a state, with its history and what is expected of the officials next. */
export function stepped(
  application: Application,
  status: ApplicationStatus,
  now: Date,
  change: Partial<Application> = {},
): Application {
  const revision = change.revision ?? application.revision;
  const history = [...application.history, { at: now, state: status, revision }];
  const next = { ...application, ...change, status, history, stateSince: now };
  return { ...next, dueAt: dueOf(next) };
}

/** Whose application it is, and where it came up from. */
interface Beginning {
  contestId: string;
  groupId: string | null;
  sourceId?: string;
  municipality?: string;
}

/** Begins an application, from the publication of the contest, so that meetings before the intake can speak of it; incomplete content is welcome. */
export function draftApplication(contest: Contest, ids: Beginning, draft: ContentDraft, now: Date): Result {
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (now >= stageOf(contest, 'INTAKE')!.closesAt) return reject('STAGE_NOT_OPEN');
  if (contest.ballot) return reject('BALLOT_LIST_APPROVED');
  if (contest.tier && !ids.sourceId) return reject('FIRST_TIER_REQUIRED', ['contestId']);
  return accept({
    ...ids,
    ...unfiled,
    status: 'DRAFT',
    content: merge(emptyContent(contest), draft),
    history: [{ at: now, state: 'DRAFT', revision: 1 }],
    stateSince: now,
    scopes: scopesOf(contest.oktmo),
  });
}

/** What every application begins with. */
const unfiled = {
  number: null,
  revision: 1,
  submittedAt: null,
  remarks: [],
  answerBy: null,
  refusal: null,
  imported: false,
  balloted: false,
  sortKey: sortKeyOf(null),
  resultVersion: 0,
  edits: [],
  filed: null,
  revisions: [],
  reworks: [],
} as const;

/** What a submission is judged by; `number` is taken by a first submission only. */
export interface Submission {
  contest: Contest;
  members: number;
  number: string;
  /** Files that were uploaded for it. */
  uploads: readonly Upload[];
  now: Date;
}

/**
 * Files the application, or files it again after rework. A first submission needs the open intake, a rework only its own term.
 * On APPLICATION_INCOMPLETE the errors by field are in `fieldErrors`.
 */
export function submitApplication(
  application: Application,
  { contest, members, number, uploads, now }: Submission,
): Result & Partial<Incomplete> {
  const untimely = timeProblem(application, contest, now);
  if (untimely) return reject(untimely);
  const { content } = application;
  const fieldErrors = [...contentErrors(contest, content), ...uploadErrors(content.answers, uploads)];
  if (fieldErrors.length > 0) return { ...reject('APPLICATION_INCOMPLETE'), fieldErrors };
  if (!application.municipality && members < contest.groupMinimum)
    return reject('GROUP_TOO_SMALL', undefined, { min: contest.groupMinimum, members });
  const given = application.number ?? number;
  const revision = revisionToFile(application);
  const filed = stepped(application, 'SUBMITTED', now, {
    ...filing(application, revision, now),
    number: given,
    sortKey: sortKeyOf(given),
    submittedAt: application.submittedAt ?? now,
    terms: application.terms ?? termsOf(contest, now),
    remarks: [],
    answerBy: null,
    revision,
  });
  return accept(filed, { kind: 'ApplicationSubmitted' });
}

/** Why it cannot be filed now, whatever it contains. Once the ballot is fixed nothing new can get on it. */
export function timeProblem({ status, answerBy }: Application, contest: Contest, now: Date): ApplicationCode | null {
  if (!may('submit', status)) return 'WRONG_STATE';
  if (status === 'RETURNED') return answerBy && answerBy < now ? 'TERM_PASSED' : null;
  if (!isOpen(contest, 'INTAKE', now)) return 'STAGE_NOT_OPEN';
  return contest.ballot ? 'BALLOT_LIST_APPROVED' : null;
}

const REMARKS = { max: 50 };

const isSound = ({ field, text }: Remark): boolean =>
  field.trim() !== '' && field.length <= 200 && text.trim().length >= 5 && text.length <= 2000;

/** What is wrong with the remarks of a return. */
export function remarksFault(remarks: readonly Remark[]): Rejection<ApplicationCode> | null {
  const path = ['remarks'];
  if (remarks.length > REMARKS.max) return { code: 'TOO_MANY_ITEMS', path, params: REMARKS };
  return remarks.length === 0 || !remarks.every(isSound) ? { code: 'REMARKS_REQUIRED', path } : null;
}

/** Returns a filed application with remarks by field and a term for the answer. */
export function returnApplication(
  application: Application,
  remarks: readonly Remark[],
  answerBy: Date,
  now: Date,
): Result {
  if (!may('return', application.status)) return reject('WRONG_STATE');
  const fault = remarksFault(remarks);
  if (fault) return { ok: false, rejection: fault };
  if (answerBy <= now) return reject('TERM_IN_PAST', ['answerBy']);
  return accept(stepped(application, 'RETURNED', now, { remarks, answerBy }), { kind: 'ApplicationReturned' });
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
  return accept(stepped(application, 'ADMITTED', now), { kind: 'ApplicationAdmitted', memberIds });
}

const REASON = { min: 20, max: 2000 };

/** Refuses a filed application with one of the six grounds (131-ФЗ article 26.1 part 7) and an explanation. */
export function refuseApplication(application: Application, ground: RefusalGround, given: string, now: Date): Result {
  const reason = given.trim();
  if (!may('refuse', application.status)) return reject('WRONG_STATE');
  // The law lets the administration refuse for a better way only after it offered to find that way together.
  if (ground === 'BETTER_WAY_EXISTS' && !application.jointRework) return reject('REWORK_NOT_OFFERED', ['ground']);
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  return accept(stepped(application, 'REFUSED', now, { refusal: { ground, reason } }), {
    kind: 'ApplicationRefused',
  });
}

/** The initiators withdraw, until the vote is closed; what is on the ballot stays there, marked, and can win no more. */
export function withdrawApplication(application: Application, contest: Contest, now: Date): Result {
  if (!may('withdraw', application.status)) return reject('WRONG_STATE');
  if (application.balloted && stageOf(contest, 'VOTING')!.closesAt <= now) return reject('VOTING_ENDED');
  const silent = application.status === 'DRAFT';
  const withdrawn = stepped(application, 'WITHDRAWN', now);
  return silent ? accept(withdrawn) : accept(withdrawn, { kind: 'ApplicationWithdrawn' });
}

/** Fixes an admitted application on the ballot. */
export function putOnBallot(application: Application): Result {
  if (application.balloted) return accept(application);
  return application.status === 'ADMITTED' ? accept({ ...application, balloted: true }) : reject('WRONG_STATE');
}

/** What the vote decided about an application. */
export interface Outcome {
  contestId: string;
  outcome: 'WINNER' | 'RESERVE' | 'NOT_SELECTED';
  /** Version of the result; an older or repeated one changes nothing. */
  version: number;
}

/** The outcome of the count reaches the application; a later version of the result replaces an earlier one. */
export function decideApplication(
  application: Application,
  { contestId, outcome, version }: Outcome,
  now: Date,
): Result {
  const known = contestId !== application.contestId || version <= (application.resultVersion ?? 0);
  if (known || !may('decide', application.status)) return accept(application);
  if (application.status === outcome) return accept({ ...application, resultVersion: version });
  return accept(stepped(application, outcome, now, { resultVersion: version }), { kind: 'ApplicationDecided' });
}

/** What signed minutes of the commission decided about an application. */
export interface CommissionOutcome {
  contestId: string;
  outcome: Outcome['outcome'];
  /** Number of the session; an earlier or repeated one changes nothing. */
  session: number;
}

/** The commission's decision reaches the application, of a contest that no vote has decided: where there is a result of a vote, that stands. */
export function decideByCommission(
  application: Application,
  { contestId, outcome, session }: CommissionOutcome,
  now: Date,
): Result {
  const known = contestId !== application.contestId || session <= (application.commissionSession ?? 0);
  if (known || application.resultVersion > 0 || !may('decide', application.status)) return accept(application);
  if (application.status === outcome) return accept({ ...application, commissionSession: session });
  return accept(stepped(application, outcome, now, { commissionSession: session }), { kind: 'ApplicationDecided' });
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
  if (contest.tier) return reject('FIRST_TIER_REQUIRED', ['contestId']);
  const { number, title, category, totalCost } = imported;
  const application: Application = {
    ...unfiled,
    contestId,
    groupId: null,
    status: 'ADMITTED',
    content: { ...emptyContent(contest), title: title.trim(), category, totalCost },
    number,
    sortKey: sortKeyOf(number),
    submittedAt: now,
    history: [{ at: now, state: 'ADMITTED', revision: 1 }],
    stateSince: now,
    scopes: scopesOf(contest.oktmo),
    titleKey: titleKey(title),
    imported: true,
  };
  return accept(application, { kind: 'ApplicationAdmitted', memberIds: [] });
}

/** Whether an application is what this line of an import made; the revision and the outcome may have gone on since. */
export const isImportOf = ({ content, number, imported }: Application, line: ImportedApplication): boolean =>
  imported &&
  number === line.number &&
  content.title === line.title.trim() &&
  content.category === line.category &&
  content.totalCost === line.totalCost;
