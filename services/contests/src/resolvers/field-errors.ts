import type { FieldError } from '../domain/field-error.ts';
import { fieldMessages } from '../messages.ts';

/** A sentence with its "{names}" filled in. */
export const fill = (template: string, params: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

/** Errors of fields with their Russian sentences. */
export const withSentences = (errors: readonly FieldError[]) =>
  errors.map(({ path, code, params = {} }) => ({ path, code, userMessage: fill(fieldMessages[code], params) }));
