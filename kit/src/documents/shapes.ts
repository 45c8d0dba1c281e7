import { sumInWords } from '../domain/number-words.ts';
import { roublesOf, typeset } from '../domain/typography.ts';
import { gridXml } from './grid.ts';

/** Texts of a template, by the names of its fields; a list repeats a part of it. */
export interface Fields {
  readonly [name: string]: string | boolean | Fields | readonly Fields[] | null;
}

/** Data of an application, as it is kept with the document: plain values, no names of persons. */
export interface ApplicationData {
  number: string;
  contest: string;
  /** Acts that the contest rests on. */
  basis: string;
  fields: readonly { name: string; value: string }[];
  /** Answers that are tables. */
  tables: readonly ApplicationTable[];
  /** Kopecks. */
  funding: readonly { source: string; amount: bigint }[];
  total: bigint;
  state: string;
  submitted: string;
  revision: number;
}

export interface ApplicationTable {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Data of a score sheet; the expert is the pseudonymous id. */
export interface ScoreSheetData {
  contest: string;
  applicationNumber: string;
  application: string;
  expert: string;
  marks: readonly { criterion: string; max: number; points: number; comment: string }[];
  sheetSha256: string;
  signature: { kind: string; at: string; detail: string } | null;
}

/** Data of a protocol of a commission's session; persons are pseudonymous ids, votes name a member by the number in the list. */
export interface ProtocolData {
  number: string;
  contest: string;
  commission: string;
  /** The act that formed the commission. */
  act: string;
  place: string;
  date: string;
  form: string;
  opened: string;
  closed: string;
  members: readonly { name: string; role: string; present: boolean }[];
  quorumRule: string;
  quorum: boolean;
  questions: readonly {
    title: string;
    heard: string;
    decided: string;
    for: number;
    against: number;
    abstained: number;
    castingVote: boolean;
    /** How each member voted; empty where the session has no roll call. */
    votes: string;
    recused: readonly string[];
    opinions: readonly string[];
  }[];
  /** Cost of each project in kopecks. */
  winners: readonly { place: string; number: string; title: string; score: string; amount: bigint }[];
  minutesSha256: string;
  /** Who confirmed the minutes by their hash; empty before the last one has signed. */
  signatures: readonly { name: string; role: string; at: string }[];
}

export const numbered = <T extends object>(list: readonly T[]) =>
  list.map((one, index) => ({ index: String(index + 1), ...one }));

/** A share in percent with one decimal, half away from zero. */
const percentOf = (part: bigint, whole: bigint): string => {
  if (whole === 0n) return '0,0';
  const tenths = (part * 2000n + whole) / (whole * 2n);
  return `${tenths / 10n},${tenths % 10n}`;
};

export const applicationFields = ({ fields, tables, funding, total, revision, ...texts }: ApplicationData): Fields => ({
  ...typesetAll(texts),
  fields: numbered(fields).map(({ index, name, value }) => ({ index, name: typeset(name), value: typeset(value) })),
  tables: tables.map(({ caption, columns, rows }) => ({
    caption: typeset(caption),
    grid: gridXml(
      columns.map(typeset),
      rows.map((row) => row.map(typeset)),
    ),
  })),
  funding: funding.map(({ source, amount }) => ({
    source,
    amount: roublesOf(amount),
    share: percentOf(amount, total),
  })),
  total: roublesOf(total),
  totalInWords: typeset(sumInWords(total)),
  revision: String(revision),
});

export const scoreSheetFields = ({ marks, signature, ...texts }: ScoreSheetData): Fields => ({
  ...typesetAll(texts),
  applicationNumber: texts.applicationNumber || '—',
  marks: numbered(marks).map(({ index, criterion, max, points, comment }) => ({
    index,
    criterion: typeset(criterion),
    max: String(max),
    points: String(points),
    comment: typeset(comment),
  })),
  sum: String(marks.reduce((sum, { points }) => sum + points, 0)),
  most: String(marks.reduce((sum, { max }) => sum + max, 0)),
  signature: signature ? typesetAll(signature) : null,
});

export const protocolFields = ({ members, quorum, questions, winners, signatures, ...texts }: ProtocolData): Fields => {
  const total = winners.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    ...typesetAll(texts),
    members: numbered(members).map(({ index, name, role, present }) => ({
      index,
      name: typeset(name),
      role,
      took: present ? 'участвует' : 'отсутствует',
    })),
    membersCount: String(members.length),
    presentCount: String(members.filter(({ present }) => present).length),
    quorum: quorum ? 'имеется' : 'отсутствует',
    questions: numbered(questions).map(questionFields),
    hasWinners: winners.length > 0,
    winners: winners.map(({ amount, title, ...line }) => ({
      ...line,
      title: typeset(title),
      amount: roublesOf(amount),
    })),
    total: roublesOf(total),
    totalInWords: typeset(sumInWords(total)),
    signed: signatures.length > 0,
    signatures: numbered(signatures),
  };
};

type NumberedQuestion = ProtocolData['questions'][number] & { index: string };

const questionFields = (question: NumberedQuestion): Fields => {
  const { index, opinions, recused, votes, castingVote, for: yes, against, abstained, ...said } = question;
  return {
    index,
    ...typesetAll(said),
    for: String(yes),
    against: String(against),
    abstained: String(abstained),
    casting: castingVote ? 'Голоса разделились поровну, решающим был голос председателя.' : '',
    named: votes !== '',
    votes: typeset(votes),
    recused: recused.map((text) => ({ text: typeset(text) })),
    opinions: opinions.map((text) => ({ text: typeset(text) })),
  };
};

export const typesetAll = <T extends Readonly<Record<string, string>>>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, typeset(text)])) as T;
