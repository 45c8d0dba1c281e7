import type { FieldError } from '../domain/field-error.ts';
import { fieldMessages } from '../messages.ts';

/** Errors of fields with their Russian sentences. */
export const withSentences = (errors: readonly FieldError[]) =>
  errors.map(({ path, code, params = {} }) => ({
    path,
    code,
    userMessage: fieldMessages[code].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)),
  }));
