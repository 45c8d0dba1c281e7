import type { FieldError } from './field-error.ts';

/** A file that was uploaded for an application; answers name it by what is said here. */
export interface Upload {
  applicationId: string;
  name: string;
  mediaType: string;
  /** Length. */
  bytes: number;
  sha256: string;
}

type Named = Pick<Upload, 'mediaType' | 'bytes' | 'sha256'>;

/** Files that answers name, with the path of each; by their shape, which the keyword `file` of the form demands. */
export function filesNamed(answers: unknown, path = 'answers'): { path: string; file: Named }[] {
  if (typeof answers !== 'object' || answers === null) return [];
  if (isFile(answers)) return [{ path, file: answers }];
  return Object.entries(answers).flatMap(([name, inner]) => filesNamed(inner, `${path}.${name}`));
}

const isFile = (value: object): value is Named =>
  'sha256' in value && 'mediaType' in value && 'bytes' in value && typeof value.sha256 === 'string';

/** Files that answers name and nobody has uploaded as such. */
export const uploadErrors = (answers: unknown, uploads: readonly Upload[]): FieldError[] =>
  filesNamed(answers)
    .filter(({ file }) => !uploads.some((upload) => isSame(upload, file)))
    .map(({ path }) => ({ path, code: 'FILE_MISSING' }));

const isSame = (one: Named, other: Named): boolean =>
  one.sha256 === other.sha256 && one.bytes === other.bytes && one.mediaType === other.mediaType;

/** Uploads that belong to the application as it stands; others were tried and left out again. */
export function uploadsInUse(answers: unknown, uploads: readonly Upload[]): Upload[] {
  const named = filesNamed(answers);
  return uploads.filter((upload) => named.some(({ file }) => isSame(upload, file)));
}

export const UPLOADS_MAX = 200;

/** What may be uploaded for a form: the types and the largest size of all its file fields, within the bound of the service. */
export function uploadRules(form: object, maxBytes: number): { maxBytes: number; mediaTypes: string[] } {
  const fields = fileFields(form);
  const mediaTypes = [...new Set(fields.flatMap((field) => field.mediaTypes))];
  return { maxBytes: Math.min(maxBytes, Math.max(0, ...fields.map((field) => field.maxBytes))), mediaTypes };
}

function fileFields(schema: unknown): { maxBytes: number; mediaTypes: readonly string[] }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { file } = schema as { file?: { maxBytes?: unknown; mediaTypes?: unknown } };
  // A field may itself be called "file": then it is a schema and has no limits.
  const own = typeof file?.maxBytes === 'number' && Array.isArray(file.mediaTypes) ? [file as never] : [];
  return [...own, ...Object.values(schema).flatMap(fileFields)];
}
