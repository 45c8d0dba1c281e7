import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { isIsoDay } from './eligibility.ts';
import type { RecordedChoices } from './ballot.ts';

/** What one operator read from a sheet. Of the voter only the tag is here. */
export interface PaperEntry {
  by: string;
  tag: string;
  choices: RecordedChoices;
}

export interface PaperSheet {
  /** Number that the commission wrote on the sheet, from 1. */
  number: number;
  /** At most two, of different operators; none once the batch is in the log. */
  entries: readonly PaperEntry[];
  /** What became of it in the log: ACCEPTED or the code of a refusal. */
  outcome: string | null;
}

/** Sheets of one polling place or one meeting, with the document that vouches for them. */
export interface PaperBatch {
  contestId: string;
  kind: 'PAPER' | 'MEETING';
  /** ОКТМО of the place. */
  oktmo: string;
  place: string;
  /** Act of the polling place or minutes of the meeting: number, ISO date, SHA-256 of the scanned file. */
  document: { number: string; date: string; sha256: string };
  /** Sheets found, and of them the spoiled ones, which are not entered. */
  sheets: number;
  spoiled: number;
  /** Whether the document vouches for age and residence of the voters, so that nobody enters them sheet by sheet; absent before it was asked. */
  vouched?: boolean;
  status: 'OPEN' | 'SIGNED' | 'INCLUDED';
  ballots: readonly PaperSheet[];
  signatures: readonly { by: string; at: Date }[];
}

export type PaperCode =
  | 'PLACE_LENGTH'
  | 'DOCUMENT_INVALID'
  | 'SHEETS_INVALID'
  | 'BATCH_CLOSED'
  | 'SHEET_NUMBER_INVALID'
  | 'ENTERED_TWICE'
  | 'VOTER_REPEATED'
  | 'SHEETS_MISSING'
  | 'ENTRY_MISSING'
  | 'ENTRIES_DIFFER'
  | 'SIGNED_ALREADY';

type Result = Decision<PaperBatch, never, PaperCode>;

export const PLACE = { min: 3, max: 200 };
const NUMBER_MAX = 100;
const SHEETS_MAX = 500;
const SIGNATURES = 2;

export type NewBatch = Pick<
  PaperBatch,
  'contestId' | 'kind' | 'oktmo' | 'place' | 'document' | 'sheets' | 'spoiled' | 'vouched'
>;

export function openBatch(input: NewBatch): Result {
  const place = input.place.trim();
  if (place.length < PLACE.min || place.length > PLACE.max) return reject('PLACE_LENGTH', ['place'], PLACE);
  if (!isDocument(input.document)) return reject('DOCUMENT_INVALID', ['document']);
  const { sheets, spoiled } = input;
  if (sheets < 1 || sheets > SHEETS_MAX || spoiled < 0 || spoiled > sheets)
    return reject('SHEETS_INVALID', ['sheets'], { max: SHEETS_MAX });
  return accept({ ...input, place, status: 'OPEN', ballots: [], signatures: [] });
}

function isDocument({ number, date, sha256 }: PaperBatch['document']): boolean {
  const named = number.trim() !== '' && number.length <= NUMBER_MAX;
  return named && isIsoDay(date) && /^[0-9a-f]{64}$/.test(sha256);
}

/** An operator enters a sheet, or corrects what they entered; a signature given before is void, for it was of another content. */
export function enterSheet(batch: PaperBatch, number: number, entry: PaperEntry): Result {
  if (batch.status !== 'OPEN') return reject('BATCH_CLOSED');
  if (number < 1 || number > batch.sheets) return reject('SHEET_NUMBER_INVALID', ['number'], { max: batch.sheets });
  const twin = batch.ballots.find(
    (other) => other.number !== number && other.entries.some(({ by, tag }) => by === entry.by && tag === entry.tag),
  );
  if (twin) return reject('VOTER_REPEATED', ['snils'], { number: twin.number });
  const known = batch.ballots.find((ballot) => ballot.number === number)?.entries ?? [];
  const others = known.filter(({ by }) => by !== entry.by);
  if (others.length > 1) return reject('ENTERED_TWICE', ['number']);
  const entries =
    known.length > others.length ? known.map((old) => (old.by === entry.by ? entry : old)) : [...known, entry];
  const ballots = [...batch.ballots.filter((ballot) => ballot.number !== number), { number, entries, outcome: null }];
  return accept({ ...batch, ballots: ballots.toSorted((a, b) => a.number - b.number), signatures: [] });
}

/** Sheets that one operator alone has entered. */
export const enteredOnce = ({ ballots, status }: PaperBatch): number[] =>
  status === 'INCLUDED' ? [] : ballots.filter(({ entries }) => entries.length === 1).map(({ number }) => number);

/** Sheets of which the two operators read different things. */
export const differing = ({ ballots }: PaperBatch): number[] =>
  ballots.filter(({ entries: [a, b] }) => a && b && !isSame(a, b)).map(({ number }) => number);

const isSame = (a: PaperEntry, b: PaperEntry): boolean =>
  a.tag === b.tag && JSON.stringify(a.choices) === JSON.stringify(b.choices);

const shown = (numbers: readonly number[]): string => numbers.slice(0, 20).join(', ');

/** A person vouches for the batch as it is; with the second one it is closed. */
export function signBatch(batch: PaperBatch, by: string, at: Date): Result {
  if (batch.status !== 'OPEN') return reject('BATCH_CLOSED');
  const { sheets, spoiled, ballots, signatures } = batch;
  if (ballots.length !== sheets - spoiled)
    return reject('SHEETS_MISSING', undefined, { entered: ballots.length, expected: sheets - spoiled });
  const once = enteredOnce(batch);
  if (once.length > 0) return reject('ENTRY_MISSING', undefined, { numbers: shown(once) });
  const different = differing(batch);
  if (different.length > 0) return reject('ENTRIES_DIFFER', undefined, { numbers: shown(different) });
  if (signatures.some((signature) => signature.by === by)) return reject('SIGNED_ALREADY');
  const signed = [...signatures, { by, at }];
  return accept({ ...batch, signatures: signed, status: signed.length === SIGNATURES ? 'SIGNED' : 'OPEN' });
}

/** The sheets are in the log or were refused there; who chose what is now in the ballots alone. */
export function includeBatch(batch: PaperBatch, outcomes: ReadonlyMap<number, string>): Result {
  if (batch.status !== 'SIGNED') return accept(batch);
  const ballots = batch.ballots.map(({ number }) => ({ number, entries: [], outcome: outcomes.get(number) ?? null }));
  return accept({ ...batch, status: 'INCLUDED', ballots });
}
