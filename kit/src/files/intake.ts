import { routeError, USER_MESSAGES } from '../graphql/errors.ts';
import { type Antivirus } from './antivirus.ts';
import { lookIntoArchive, type ArchiveFault } from './archive.ts';
import { mayBeCalled, sniffedType, textOf } from './sniff.ts';
import type { FileStorage } from './storage.ts';
import { svgFault, type SvgFault } from './svg.ts';

/** A file as it is offered. */
export interface OfferedFile {
  name: string;
  mediaType: string;
  bytes: Buffer;
}

/** A file that was taken; its bytes lie in the storage. */
export interface TakenFile {
  name: string;
  mediaType: string;
  /** Length. */
  bytes: number;
  sha256: string;
}

export type FileCode =
  | 'FILE_EMPTY'
  | 'FILE_TOO_LARGE'
  | 'FILE_NAME_INVALID'
  | 'FILE_TYPE_NOT_ALLOWED'
  | 'FILE_TYPE_DIFFERS'
  | 'FILE_INFECTED'
  | ArchiveFault
  | SvgFault;

/** Sentences for people; `{max}` in MB. */
export const FILE_MESSAGES: Readonly<Record<FileCode, string>> = {
  FILE_EMPTY: 'Файл пуст. Выберите другой файл.',
  FILE_TOO_LARGE: 'Файл больше {max} МБ. Уменьшите его или разделите на части.',
  FILE_NAME_INVALID: 'Имя файла должно содержать от 1 до 255 знаков без косых черт и служебных символов.',
  FILE_TYPE_NOT_ALLOWED: 'Файлы этого вида не принимаются. Допустимы: {allowed}.',
  FILE_TYPE_DIFFERS: 'Содержимое файла не соответствует его виду: заявлен {declared}, а на деле это {sniffed}.',
  FILE_INFECTED: 'Антивирус нашёл в файле вредоносную программу. Проверьте свой компьютер и выберите другой файл.',
  FILE_ARCHIVE_BROKEN: 'Документ повреждён или защищён паролем. Сохраните его заново без пароля.',
  FILE_ARCHIVE_BOMB: 'Документ распаковывается в недопустимо большой объём данных и не принимается.',
  FILE_HAS_MACROS: 'Документ содержит макросы. Сохраните его без макросов.',
  FILE_SVG_BROKEN: 'Рисунок SVG повреждён. Сохраните его заново.',
  FILE_SVG_ACTIVE: 'Рисунок SVG содержит программу или ссылки на другие сайты. Сохраните его как простой рисунок.',
};

export interface IntakeRules {
  /** Bytes. */
  maxBytes: number;
  mediaTypes: readonly string[];
}

export type Intake =
  | { file: TakenFile; refusal: null }
  | { file: null; refusal: { code: FileCode; params: Record<string, string> } };

const NAME = /^[^/\\\p{C}]{1,255}$/u;
const ZIP = Buffer.from('PK\u0003\u0004');

/**
 * Takes a file into the storage, or says why not. Cheap checks come first; nothing that was refused is kept.
 * Throws UNAVAILABLE when the antivirus is away, and what the storage says when that is.
 */
export async function takeFile(
  offered: OfferedFile,
  rules: IntakeRules,
  { storage, antivirus }: { storage: FileStorage; antivirus: Antivirus | null },
): Promise<Intake> {
  const { name, mediaType, bytes } = offered;
  const formal = formalFault(offered, rules);
  if (formal) return refuse(formal, { max: inMb(rules.maxBytes), allowed: rules.mediaTypes.join(', ') });
  const sniffed = await contentOf(bytes);
  if ('fault' in sniffed) return refuse(sniffed.fault);
  if (!mayBeCalled(mediaType, sniffed.type))
    return refuse('FILE_TYPE_DIFFERS', { declared: mediaType, sniffed: sniffed.type });
  if (antivirus && (await antivirus(bytes).catch(noVerdict)) === 'INFECTED') return refuse('FILE_INFECTED');
  const sha256 = await storage.put(bytes);
  return { file: { name, mediaType, bytes: bytes.length, sha256 }, refusal: null };
}

const noVerdict = (): never => {
  throw routeError(503, 'UNAVAILABLE', 'The antivirus gave no verdict', USER_MESSAGES['UNAVAILABLE']!);
};

const refuse = (code: FileCode, params: Record<string, string> = {}): Intake => ({
  file: null,
  refusal: { code, params },
});

/** Bytes in MB with one decimal, as people write them here. */
export const inMb = (bytes: number): string => String(Math.floor((bytes / 1_048_576) * 10) / 10).replace('.', ',');

function formalFault({ name, mediaType, bytes }: OfferedFile, { maxBytes, mediaTypes }: IntakeRules): FileCode | null {
  if (!NAME.test(name) || name === '.' || name === '..') return 'FILE_NAME_INVALID';
  if (!mediaTypes.includes(mediaType)) return 'FILE_TYPE_NOT_ALLOWED';
  if (bytes.length === 0) return 'FILE_EMPTY';
  return bytes.length > maxBytes ? 'FILE_TOO_LARGE' : null;
}

/** What the bytes are; archives are opened before anything else reads them. */
async function contentOf(bytes: Buffer): Promise<{ type: string } | { fault: FileCode }> {
  if (bytes.subarray(0, ZIP.length).equals(ZIP)) {
    const { fault } = await lookIntoArchive(bytes);
    if (fault) return { fault };
  }
  const type = await sniffedType(bytes);
  const fault = type === 'image/svg+xml' ? svgFault(textOf(bytes)!) : null;
  return fault ? { fault } : { type };
}
