import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FieldError, FieldErrorCode } from './field-error.ts';

const KEPT_FORMS = 100;
const compiled = new Map<string, ValidateFunction>();

/** Checks the answers against the contest's form (JSON Schema); gives the errors by field. */
export function answerErrors(form: object, answers: Record<string, unknown>): FieldError[] {
  const validate = validator(JSON.stringify(form));
  validate(answers);
  return [...(validate.errors ?? []).map(fieldError), ...periodErrors(answers)];
}

/** Compiling costs a thousand times a check, so the forms of running contests are kept; the oldest goes. */
function validator(form: string): ValidateFunction {
  const known = compiled.get(form);
  if (known) return known;
  // All errors at once, so that a group mends everything in one go; patterns of a form come from templates, not from users.
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(JSON.parse(form));
  if (compiled.size >= KEPT_FORMS) compiled.delete(compiled.keys().next().value!);
  compiled.set(form, validate);
  return validate;
}

const CODES: Record<string, FieldErrorCode> = {
  required: 'REQUIRED',
  minLength: 'TOO_SHORT',
  maxLength: 'TOO_LONG',
  minItems: 'TOO_FEW',
  maxItems: 'TOO_MANY',
  enum: 'NOT_ALLOWED',
  pattern: 'NOT_ALLOWED',
  minimum: 'NOT_ALLOWED',
  maximum: 'OVER_LIMIT',
  additionalProperties: 'UNKNOWN_FIELD',
};

function fieldError({ keyword, instancePath, params }: ErrorObject): FieldError {
  const named =
    (params as { missingProperty?: string; additionalProperty?: string }).missingProperty ??
    (params as { additionalProperty?: string }).additionalProperty;
  const place = instancePath.split('/').filter(Boolean);
  const limit = (params as { limit?: number }).limit;
  return {
    path: ['answers', ...place, ...(named ? [named] : [])].join('.'),
    code: CODES[keyword] ?? 'WRONG_TYPE',
    ...(limit === undefined ? {} : { params: { limit } }),
  };
}

/** A period must not end before it begins; JSON Schema cannot compare two fields. */
function periodErrors(answers: Record<string, unknown>): FieldError[] {
  return Object.entries(answers).flatMap(([name, value]) => {
    const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown };
    const wrong = typeof start === 'string' && typeof end === 'string' && end < start;
    return wrong ? [{ path: `answers.${name}.end`, code: 'DATES_ORDER' as const }] : [];
  });
}
