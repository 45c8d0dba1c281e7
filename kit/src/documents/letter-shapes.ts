import { typeset } from '../domain/typography.ts';
import { numbered, typesetAll, type Fields } from './shapes.ts';

/** Data of the minutes of a residents' meeting; persons are pseudonymous ids. */
export interface MeetingMinutesData {
  number: string;
  contest: string;
  /** "собрание граждан", "сход граждан", "конференция граждан". */
  form: string;
  place: string;
  date: string;
  started: string;
  ended: string;
  /** Residents who were there and counted. */
  present: number;
  invited: number;
  chair: string;
  secretary: string;
  questions: readonly {
    title: string;
    decided: string;
    for: number;
    against: number;
    abstained: number;
    notVoting: number;
    carried: boolean;
  }[];
  /** Sheets of signatures and how many signatures they bear. */
  signatureSheets: number;
  signatures: number;
  photos: number;
  attendanceList: boolean;
  /** From 1; a later one corrects those before it. */
  edition: number;
}

/** Data of the letter that tells an applicant what the commission decided. */
export interface DecisionLetterData {
  contest: string;
  commission: string;
  applicationNumber: string;
  application: string;
  outcome: string;
  reason: string;
  /** "45,00"; empty where there is no ranking. */
  score: string;
  place: string;
  session: string;
  decided: string;
  minutesSha256: string;
  /** A whole sentence on the term of an appeal, or on that there is none. */
  appeal: string;
}

/** Data of the letter that tells an applicant what the administration decided of the application. */
export interface ApplicationNoticeData {
  contest: string;
  applicationNumber: string;
  application: string;
  /** When, as it is printed. */
  decided: string;
  outcome: string;
  /** Of a refusal: the ground of the law and the explanation; empty otherwise. */
  ground: string;
  reason: string;
  /** Of a return: what is to be answered by when. */
  remarks: readonly { field: string; text: string }[];
  answerBy: string;
}

/** Data of the list of a ranking. */
export interface RankingListData {
  contest: string;
  edition: number;
  determined: string;
  lines: readonly {
    group: string;
    place: string;
    number: string;
    title: string;
    score: string;
    /** Why it does not take part; empty where it does. */
    exclusions: string;
  }[];
}

export const meetingFields = ({ questions, ...data }: MeetingMinutesData): Fields => {
  const { present, invited, signatureSheets, signatures, photos, attendanceList, edition, ...texts } = data;
  return {
    ...typesetAll(texts),
    present: String(present),
    invited: String(invited),
    questions: numbered(questions).map(({ index, title, decided, carried, notVoting, for: yes, ...votes }) => ({
      index,
      title: typeset(title),
      decided: typeset(decided),
      carried: carried ? 'Решение принято' : 'Решение не принято',
      for: String(yes),
      against: String(votes.against),
      abstained: String(votes.abstained),
      notVoting: String(notVoting),
    })),
    signatureSheets: String(signatureSheets),
    signatures: String(signatures),
    photos: String(photos),
    attendance: attendanceList ? 'прилагается' : 'не прилагается',
    edition: String(edition),
  };
};

export const letterFields = ({ score, place, ...texts }: DecisionLetterData): Fields => ({
  ...typesetAll(texts),
  ranked: place !== '',
  score,
  place,
});

export const noticeFields = ({ remarks, ...texts }: ApplicationNoticeData): Fields => ({
  ...typesetAll(texts),
  refused: texts.ground !== '',
  returned: remarks.length > 0,
  remarks: numbered(remarks.map((remark) => typesetAll(remark))),
});

export const rankingFields = ({ contest, edition, determined, lines }: RankingListData): Fields => ({
  contest: typeset(contest),
  edition: String(edition),
  determined,
  lines: lines.map((line) => typesetAll(line)),
});
