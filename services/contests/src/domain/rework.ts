import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Application, ApplicationCode, ApplicationEvent, Remark, Rework } from './application.ts';
import { may } from './application-states.ts';
import { changedFields } from './content-values.ts';

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

/** What is remembered when an application is filed as `revision`: its content, what changed since it was filed last, and the remarks that it answers. */
export function filing(
  application: Application,
  revision: number,
  now: Date,
): Pick<Application, 'filed' | 'revisions' | 'reworks' | 'titleKey'> {
  const { content, filed = null, revisions = [], reworks = [] } = application;
  const changes = filed ? changedFields(filed, content) : [];
  return {
    filed: content,
    titleKey: titleKey(content.title),
    revisions: [...revisions, { revision, filedAt: now, changes }],
    reworks: [...reworks, ...answered(application, revision, now)],
  };
}

function answered({ status, history, remarks, answerBy }: Application, revision: number, now: Date): Rework[] {
  if (status !== 'RETURNED' || !answerBy) return [];
  return [{ returnedAt: history.at(-1)!.at, answerBy, answeredAt: now, revision, remarks }];
}

/** Number of the revision that the next filing makes; after a return it is a new one, even where nothing was edited. */
export const revisionToFile = ({ status, revision, history }: Application): number =>
  status === 'RETURNED' ? Math.max(revision, (history.at(-1)?.revision ?? 0) + 1) : revision;

const ANSWER = { min: 2, max: 2000 };

/** The initiators answer a remark, counted from 1, in words; until the application is filed again the answer may change. */
export function answerRemark(application: Application, number: number, given: string): Result {
  if (!may('save', application.status)) return reject('WRONG_STATE');
  if (!application.remarks[number - 1]) return reject('REMARK_UNKNOWN', ['remark']);
  const answer = given.trim();
  if (answer.length < ANSWER.min || answer.length > ANSWER.max) return reject('ANSWER_LENGTH', ['text'], ANSWER);
  const remarks = application.remarks.map((remark, index) => (index === number - 1 ? { ...remark, answer } : remark));
  return accept({ ...application, remarks });
}

/** Whether a remark was dealt with since the return: answered in words, or its field (or something in it) changed. */
export function isAddressed({ content, filed }: Application, { field, answer }: Remark): boolean {
  if (answer) return true;
  return filed ? changedFields(filed, content).some((change) => concerns(field, change.field)) : false;
}

/** A remark may go deeper than a field is compared, `answers.plannedPeriod.end`. */
export const concerns = (remarked: string, changed: string): boolean =>
  remarked === changed || remarked.startsWith(`${changed}.`) || changed.startsWith(`${remarked}.`);

/** What two titles must share to be taken for the same: their words in any order, without regard to case, ё and punctuation. */
export const titleKey = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll('ё', 'е')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .toSorted()
    .join(' ');
