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
  const all = validate.errors ?? [];
  const inner = all.filter(({ keyword }) => !FRAMES.includes(keyword));
  // A value that fits two options of `oneOf` fails the frame and nothing inside of it.
  const errors = (inner.length > 0 ? inner : all).map((error) => fieldErrorOf('answers', error));
  return [...onceEach(errors).slice(0, ERRORS_MAX), ...periodErrors(answers)];
}

/** Each option of a choice has its own error for the same value. */
const onceEach = (errors: readonly FieldError[]): FieldError[] => [
  ...new Map(errors.map((error) => [JSON.stringify(error), error])).values(),
];

/** A period must not end before it begins; JSON Schema cannot compare two fields. */
function periodErrors(answers: Record<string, unknown>): FieldError[] {
  return Object.entries(answers).flatMap(([name, value]) => {
    const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown };
    const wrong = typeof start === 'string' && typeof end === 'string' && end < start;
    return wrong ? [{ path: `answers.${name}.end`, code: 'DATES_ORDER' as const }] : [];
  });
}
