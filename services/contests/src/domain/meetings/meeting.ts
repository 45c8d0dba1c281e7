import { localDateOf, tryInstantOf } from '@veche/kit/domain/calendar';
import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { CalendarMissing, lastDayOf, nextDay, type RegionalHoliday } from '@veche/kit/domain/working-calendar';

export const MEETING_KINDS = ['PRELIMINARY', 'FINAL'] as const;
export type MeetingKind = (typeof MEETING_KINDS)[number];
export const MEETING_FORMS = ['ASSEMBLY', 'GATHERING', 'CONFERENCE'] as const;
export type MeetingForm = (typeof MEETING_FORMS)[number];

export interface AgendaItem {
  text: string;
  /** Project that it is about. */
  applicationId: string | null;
}

/** How a question of the agenda was decided. */
export interface Question {
  /** Number in the agenda, from 1. */
  item: number;
  votesFor: number;
  against: number;
  abstained: number;
  decision: string;
}

export interface SignatureSheet {
  signatures: number;
  /** SHA-256 of a file that was uploaded for a project of the meeting. */
  file: string | null;
}

/** What the minutes tell; people are ids, their names are written into the document from identity. */
export interface MeetingRecord {
  at: Date;
  authorId: string;
  number: string;
  startedAt: Date;
  endedAt: Date;
  /** Residents who were there and counted. */
  present: number;
  invited: number;
  chairId: string | null;
  secretaryId: string | null;
  questions: readonly Question[];
  signatureSheets: readonly SignatureSheet[];
  /** Files by SHA-256, uploaded for a project of the meeting. */
  photos: readonly string[];
  attendanceList: string | null;
  minutes: string | null;
}

export interface Meeting {
  kind: MeetingKind;
  form: MeetingForm;
  contestId: string;
  groupId: string | null;
  authorId: string;
  oktmo: string;
  place: string;
  timeZone: string;
  startsLocal: string;
  startsAt: Date;
  agenda: readonly AgendaItem[];
  /** Projects of the agenda. */
  applicationIds: readonly string[];
  announcedAt: Date;
  /** Why it was called off. */
  cancelled: { at: Date; reason: string } | null;
  /** The minutes, corrected ones after those that they correct. */
  records: readonly MeetingRecord[];
}

export type MeetingEvent = { kind: 'MeetingChanged' };
export type MeetingCode =
  | 'PLACE_LENGTH'
  | 'AGENDA_INVALID'
  | 'LOCAL_TIME_INVALID'
  | 'NOTICE_TOO_SHORT'
  | 'CALENDAR_MISSING'
  | 'OUTSIDE_CONTEST'
  | 'CONTEST_NOT_PUBLISHED'
  | 'WRONG_STATE'
  | 'REASON_REQUIRED'
  | 'MEETING_NOT_BEGUN'
  | 'MEETING_BEGUN'
  | 'MINUTES_INVALID'
  | 'VOTES_EXCEED_PRESENT'
  | 'MEETING_FILE_MISSING'
  | 'ACCOUNT_NOT_CONFIRMED';
type Result = Decision<Meeting, MeetingEvent, MeetingCode>;

const PLACE = { min: 5, max: 300 };
const ITEMS = { min: 1, max: 30 };
const TEXT = { min: 5, max: 1000 };
const REASON = { min: 10, max: 2000 };
const MOST_PRESENT = 1_000_000;
const SHEETS = 1000;
const ID_LENGTH = 100;
const PHOTOS = 50;
const changed = (meeting: Meeting): Result => accept(meeting, { kind: 'MeetingChanged' });
const inside = (length: number, { min, max }: { min: number; max: number }): boolean => length >= min && length <= max;

export type Announcement = Pick<
  Meeting,
  'kind' | 'form' | 'contestId' | 'groupId' | 'authorId' | 'oktmo' | 'place' | 'timeZone' | 'startsLocal' | 'agenda'
>;

interface NoticeRule {
  /** Working days between the day of the notice and the day of the meeting. */
  noticeDays: number;
  regionalHolidays: readonly RegionalHoliday[];
}

/** A notice; the meeting is after the whole term, counted in working days from the day after the notice. */
export function announceMeeting(announcement: Announcement, rule: NoticeRule, now: Date): Result {
  const { place, agenda, timeZone, startsLocal } = announcement;
  const starts = tryInstantOf(startsLocal, timeZone);
  if (!starts.ok) return reject('LOCAL_TIME_INVALID', ['startsLocal']);
  if (!inside(place.trim().length, PLACE)) return reject('PLACE_LENGTH', ['place'], PLACE);
  const items = agenda.map((item) => ({ ...item, text: item.text.trim() }));
  if (!inside(items.length, ITEMS) || !items.every(({ text }) => inside(text.length, TEXT)))
    return reject('AGENDA_INVALID', ['agenda'], ITEMS);
  const early = noticeProblem(startsLocal.slice(0, 10), timeZone, rule, now);
  if (early) return { ok: false, rejection: early };
  return changed({
    ...announcement,
    place: place.trim(),
    agenda: items,
    startsAt: starts.instant,
    applicationIds: [...new Set(items.map(({ applicationId }) => applicationId).filter((id) => id !== null))],
    announcedAt: now,
    cancelled: null,
    records: [],
  });
}

function noticeProblem(day: string, timeZone: string, rule: NoticeRule, now: Date): Rejection<MeetingCode> | null {
  try {
    const term = { amount: rule.noticeDays, unit: 'WORKING_DAY' } as const;
    const first = nextDay(lastDayOf(term, localDateOf(now, timeZone), rule.regionalHolidays));
    if (day >= first) return null;
    return reject('NOTICE_TOO_SHORT', ['startsLocal'], { days: rule.noticeDays, date: first }).rejection;
  } catch (error) {
    if (!(error instanceof CalendarMissing)) throw error;
    return reject('CALENDAR_MISSING', ['startsLocal'], { year: error.year }).rejection;
  }
}

export function cancelMeeting(meeting: Meeting, reason: string, now: Date): Result {
  const why = reason.trim();
  if (!inside(why.length, REASON)) return reject('REASON_REQUIRED', ['reason'], REASON);
  if (meeting.cancelled || meeting.records.length > 0) return reject('WRONG_STATE');
  return changed({ ...meeting, cancelled: { at: now, reason: why } });
}

/** That a person comes; its id is made of meeting and person. */
export interface Registration {
  meetingId: string;
  personId: string;
  comes: boolean;
}

export function register(
  registration: Registration,
  meeting: Meeting,
  { comes, confirmed }: { comes: boolean; confirmed: boolean },
  now: Date,
): Decision<Registration, never, MeetingCode> {
  if (!confirmed) return reject('ACCOUNT_NOT_CONFIRMED');
  if (meeting.cancelled) return reject('WRONG_STATE');
  if (now >= meeting.startsAt) return reject('MEETING_BEGUN');
  return accept(registration.comes === comes ? registration : { ...registration, comes });
}

/** Writes the minutes down, or corrects them; what was written before stays. */
export function recordMeeting(meeting: Meeting, record: MeetingRecord, uploaded: ReadonlySet<string>): Result {
  if (meeting.cancelled) return reject('WRONG_STATE');
  if (record.at < meeting.startsAt) return reject('MEETING_NOT_BEGUN');
  const wrong = recordProblem(meeting, record) ?? votesProblem(meeting, record) ?? filesProblem(record, uploaded);
  if (wrong) return { ok: false, rejection: wrong };
  return changed({ ...meeting, records: [...meeting.records, record] });
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MOST_PRESENT;

function recordProblem(meeting: Meeting, record: MeetingRecord): Rejection<MeetingCode> | null {
  const { number, startedAt, endedAt, at, present, invited, chairId, secretaryId, photos, signatureSheets } = record;
  const counted = signatureSheets.every(({ signatures }) => isCount(signatures));
  const fits: Record<string, boolean> = {
    number: inside(number.trim().length, { min: 1, max: 50 }),
    startedAt: startedAt >= meeting.startsAt && startedAt <= at,
    endedAt: endedAt > startedAt && endedAt <= at,
    present: isCount(present) && present > 0,
    invited: isCount(invited),
    chairId: (chairId?.length ?? 0) <= ID_LENGTH,
    secretaryId: (secretaryId?.length ?? 0) <= ID_LENGTH,
    photos: photos.length <= PHOTOS,
    signatureSheets: signatureSheets.length <= SHEETS && counted,
  };
  const wrong = Object.keys(fits).find((field) => !fits[field]);
  return wrong === undefined ? null : reject('MINUTES_INVALID', [wrong]).rejection;
}

/** Each question of the agenda is voted on once, by nobody who was not there. */
function votesProblem({ agenda }: Meeting, { questions, present }: MeetingRecord): Rejection<MeetingCode> | null {
  for (const [index, question] of questions.entries()) {
    const { item, votesFor, against, abstained, decision } = question;
    const path = ['questions', String(index)];
    const known = agenda[item - 1] !== undefined && questions.findIndex((one) => one.item === item) === index;
    if (!known || ![votesFor, against, abstained].every(isCount) || !inside(decision.trim().length, TEXT))
      return reject('MINUTES_INVALID', path).rejection;
    if (votesFor + against + abstained > present)
      return reject('VOTES_EXCEED_PRESENT', path, { votes: votesFor + against + abstained, present }).rejection;
  }
  return questions.length === agenda.length ? null : reject('MINUTES_INVALID', ['questions']).rejection;
}

function filesProblem(record: MeetingRecord, uploaded: ReadonlySet<string>): Rejection<MeetingCode> | null {
  const named = [
    ...record.photos,
    ...record.signatureSheets.map(({ file }) => file),
    record.attendanceList,
    record.minutes,
  ];
  const missing = named.find((file) => file !== null && !uploaded.has(file));
  return missing ? reject('MEETING_FILE_MISSING').rejection : null;
}

/** Carried by more than half of those present. */
export const isCarried = ({ votesFor }: Question, present: number): boolean => votesFor * 2 > present;

export function meetingState({ cancelled, records }: Meeting): 'ANNOUNCED' | 'CANCELLED' | 'HELD' {
  if (cancelled) return 'CANCELLED';
  return records.length > 0 ? 'HELD' : 'ANNOUNCED';
}
