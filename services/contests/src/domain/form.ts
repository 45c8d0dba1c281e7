import { fieldErrorOf, type FieldError } from './field-error.ts';
import { validatorOf } from './form-engine.ts';

/** More would be no help to anybody, and ten thousand wrong lines give ten thousand errors. */
const ERRORS_MAX = 100;

/** Keywords whose error only says that one inside of them failed. */
const FRAMES: readonly string[] = ['if', 'file', 'allOf', 'anyOf', 'oneOf', '$ref'];

/** Checks the answers against the contest's form (JSON Schema); gives the errors by field, at most 100. */
export function answerErrors(form: object, answers: Record<string, unknown>): FieldError[] {
  const validate = validatorOf(form);
  validate(answers);
  const errors = (validate.errors ?? []).filter(({ keyword }) => !FRAMES.includes(keyword)).slice(0, ERRORS_MAX);
  return [...errors.map((error) => fieldErrorOf('answers', error)), ...periodErrors(answers)];
}

/** A period must not end before it begins; JSON Schema cannot compare two fields. */
function periodErrors(answers: Record<string, unknown>): FieldError[] {
  return Object.entries(answers).flatMap(([name, value]) => {
    const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown };
    const wrong = typeof start === 'string' && typeof end === 'string' && end < start;
    return wrong ? [{ path: `answers.${name}.end`, code: 'DATES_ORDER' as const }] : [];
  });
}
