import { accept, reject, type Decision } from '@veche/kit/domain/decision';

export type Side = 'APPLICANT' | 'OFFICIAL';

/** What was said about an application; it never changes. */
export interface Message {
  applicationId: string;
  /** Both sides of the thread, or the officials among themselves. */
  audience: 'ALL' | 'OFFICIALS';
  side: Side;
  authorId: string;
  text: string;
  /** SHA-256 of files that were uploaded for the application. */
  files: readonly string[];
}

/** How far a person has read a thread. */
export interface Reading {
  applicationId: string;
  personId: string;
  side: Side;
  until: Date;
}

export type TalkCode = 'TEXT_LENGTH' | 'FILES_UNKNOWN';

const TEXT = { min: 1, max: 4000 };
const FILES = { max: 10 };

/** Writes a message; `uploaded` are the files of its application, by SHA-256. */
export function writeMessage(message: Message, uploaded: readonly string[]): Decision<Message, never, TalkCode> {
  const text = message.text.trim();
  if (text.length < TEXT.min || text.length > TEXT.max) return reject('TEXT_LENGTH', ['text'], TEXT);
  const known = message.files.every((file) => uploaded.includes(file));
  if (!known || message.files.length > FILES.max) return reject('FILES_UNKNOWN', ['files'], FILES);
  return accept({ ...message, text });
}

/** Marks a thread as read up to an instant; whoever has read further has not unread it. */
export const readUntil = (reading: Reading, until: Date): Decision<Reading, never, never> =>
  accept(until > reading.until ? { ...reading, until } : reading);
