import { formatInstant } from '@veche/kit/domain/calendar';
import type { Application } from './application.ts';
import { isOpen, stageOf, type Contest } from './contest.ts';
import type { Meeting } from './meetings/meeting.ts';
import { isOfferOpen } from './review.ts';

export type TaskKind =
  | 'FILE_APPLICATION'
  | 'ANSWER_REMARKS'
  | 'ANSWER_OFFER'
  | 'RECORD_MEETING'
  | 'ACCEPT_LEAD'
  | 'DECIDE_APPLICATION'
  | 'TAKE_APPLICATIONS'
  | 'MODERATE_IDEAS'
  | 'MODERATE_COMMENTS';

export interface Task {
  kind: TaskKind;
  text: string;
  dueAt: Date | null;
  count: number;
  applicationId?: string;
  contestId?: string;
  meetingId?: string;
  groupId?: string;
}

interface Kept<S> {
  id: string;
  state: S;
}

const titled = ({ content, number }: Application): string =>
  `${number ? `№ ${number} ` : ''}«${content.title || 'без названия'}»`;
const until = (at: Date | null, { timeZone }: Contest): string => (at ? ` до ${formatInstant(at, timeZone)}` : '');

/** What the lead of the group has to do about an application; null when nothing is expected of him. */
export function leadTask({ id, state }: Kept<Application>, contest: Contest, now: Date): Task | null {
  const of = { applicationId: id, contestId: state.contestId, count: 1 };
  if (state.status === 'RETURNED') {
    const { answerBy } = state;
    const offer = isOfferOpen(state);
    const what = offer ? 'Ответьте на предложение доработать вместе заявку' : 'Ответьте на замечания к заявке';
    const kind = offer ? 'ANSWER_OFFER' : 'ANSWER_REMARKS';
    return { ...of, kind, dueAt: answerBy, text: `${what} ${titled(state)}${until(answerBy, contest)}.` };
  }
  if (state.status !== 'DRAFT' || !isOpen(contest, 'INTAKE', now)) return null;
  const dueAt = stageOf(contest, 'INTAKE')!.closesAt;
  return { ...of, kind: 'FILE_APPLICATION', dueAt, text: `Подайте заявку ${titled(state)}${until(dueAt, contest)}.` };
}

/** Minutes that are missing of a meeting that has begun. */
export function minutesTask({ id, state }: Kept<Meeting>, now: Date): Task | null {
  if (state.cancelled || state.records.length > 0 || state.startsAt > now) return null;
  const when = formatInstant(state.startsAt, state.timeZone);
  const text = `Внесите протокол собрания, которое было назначено на ${when}.`;
  return { kind: 'RECORD_MEETING', text, dueAt: null, count: 1, meetingId: id, contestId: state.contestId };
}

export const leadOfferTask = (groupId: string, { name, contestId }: { name: string; contestId: string }): Task => ({
  kind: 'ACCEPT_LEAD',
  text: `Вам предлагают возглавить группу «${name}». Примите предложение или откажитесь.`,
  dueAt: null,
  count: 1,
  groupId,
  contestId,
});

/** An application that an official works on. */
export const officialTask = ({ id, state }: Kept<Application>, contest: Contest): Task => ({
  kind: 'DECIDE_APPLICATION',
  text: `Рассмотрите заявку ${titled(state)}${until(state.dueAt ?? null, contest)}.`,
  dueAt: state.dueAt ?? null,
  count: 1,
  applicationId: id,
  contestId: state.contestId,
});

const WAITING = {
  TAKE_APPLICATIONS: 'Распределите заявки, за которыми никто не закреплён',
  MODERATE_IDEAS: 'Проверьте идеи жителей',
  MODERATE_COMMENTS: 'Проверьте комментарии жителей',
} as const;

/** Work of the place that waits for whoever of its staff comes first. */
export const waitingTask = (kind: keyof typeof WAITING, count: number, dueAt: Date | null): Task | null =>
  count === 0 ? null : { kind, text: `${WAITING[kind]}: ${count}.`, dueAt, count };

/** The most urgent first; what has no term comes last. */
export const byUrgency = (tasks: readonly (Task | null)[]): Task[] =>
  tasks
    .filter((task) => task !== null)
    .toSorted((a, b) => (a.dueAt?.getTime() ?? Infinity) - (b.dueAt?.getTime() ?? Infinity) || 0);
