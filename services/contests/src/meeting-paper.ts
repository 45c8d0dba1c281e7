import type { MeetingMinutesData } from '@veche/kit/documents/letter-shapes';
import { localTimeOf } from '@veche/kit/domain/calendar';
import { isCarried, type Meeting, type MeetingForm, type MeetingRecord } from './domain/meetings/meeting.ts';
import { wallTime } from './domain/passport-words.ts';

const FORMS: Readonly<Record<MeetingForm, string>> = {
  ASSEMBLY: 'собрания граждан',
  GATHERING: 'схода граждан',
  CONFERENCE: 'конференции граждан',
};

/** Stands where the minutes name no chair or secretary. */
const NOBODY = 'не указан';

/** What the document of the minutes in force says; people are their pseudonymous ids. */
export function meetingMinutesData(meeting: Meeting, record: MeetingRecord, contest: string): MeetingMinutesData {
  const { timeZone, agenda, records } = meeting;
  const [date, started] = wallTime(localTimeOf(record.startedAt, timeZone)).split(' ') as [string, string];
  return {
    number: record.number,
    contest,
    form: FORMS[meeting.form],
    place: meeting.place,
    date,
    started,
    ended: wallTime(localTimeOf(record.endedAt, timeZone)),
    present: record.present,
    invited: record.invited,
    chair: record.chairId ?? NOBODY,
    secretary: record.secretaryId ?? NOBODY,
    questions: [...record.questions]
      .toSorted((a, b) => a.item - b.item)
      .map((question) => ({
        title: agenda[question.item - 1]!.text,
        decided: question.decision,
        for: question.votesFor,
        against: question.against,
        abstained: question.abstained,
        notVoting: record.present - question.votesFor - question.against - question.abstained,
        carried: isCarried(question, record.present),
      })),
    signatureSheets: record.signatureSheets.length,
    signatures: record.signatureSheets.reduce((sum, { signatures }) => sum + signatures, 0),
    photos: record.photos.length,
    attendanceList: record.attendanceList !== null,
    edition: records.length,
  };
}
