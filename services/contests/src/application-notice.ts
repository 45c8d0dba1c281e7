import type { ApplicationNoticeData } from '@veche/kit/documents/letter-shapes';
import { localTimeOf } from '@veche/kit/domain/calendar';
import { GROUND_WORDS } from '@veche/kit/domain/refusal-grounds';
import type { Application, ApplicationStatus } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import { fieldTitle } from './domain/field-words.ts';
import { wallTime } from './domain/passport-words.ts';

const OUTCOMES: Readonly<Partial<Record<ApplicationStatus, string>>> = {
  RETURNED: 'заявка возвращена с замечаниями',
  ADMITTED: 'заявка допущена к отбору',
  REFUSED: 'в рассмотрении отказано',
};

/** What the letter about the administration's present decision says; null where it has decided nothing, or others have since. */
export function noticeData(application: Application, contest: Contest): ApplicationNoticeData | null {
  const { status, number, content, stateSince = null, answerBy } = application;
  const outcome = OUTCOMES[status];
  if (!outcome || number === null) return null;
  const timeOf = (at: Date | null): string => (at ? wallTime(localTimeOf(at, contest.timeZone)) : '');
  const remarks = status === 'RETURNED' ? remarksOf(application, contest) : [];
  return {
    contest: contest.title,
    applicationNumber: number,
    application: content.title,
    decided: timeOf(stateSince),
    outcome,
    ...groundOf(application),
    remarks,
    answerBy: remarks.length > 0 ? timeOf(answerBy) : '',
  };
}

/** A refusal that was taken back stays in the application, and is none any more. */
const groundOf = ({ status, refusal }: Application): Pick<ApplicationNoticeData, 'ground' | 'reason'> =>
  status === 'REFUSED' && refusal
    ? { ground: GROUND_WORDS[refusal.ground] ?? refusal.ground, reason: refusal.reason }
    : { ground: '', reason: '' };

/** Remarks by the titles of their fields; an offer to rework it together stands alone. */
const remarksOf = ({ remarks, jointRework }: Application, { form }: Contest): ApplicationNoticeData['remarks'] =>
  remarks.length === 0 && jointRework
    ? [{ field: 'Совместная доработка', text: jointRework.text }]
    : remarks.map(({ field, text }) => ({ field: fieldTitle(form, field), text }));
