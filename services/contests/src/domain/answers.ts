const DEPTH = 8;

/**
 * Why answers cannot be kept, null when they can: they are one object, not deeper than a form can ask, and no name in it means something
 * to a database or to the language. What the form asks for is checked at submission.
 */
export function answersProblem(answers: unknown): string | null {
  if (!isObject(answers)) return 'answers must be an object';
  return valueProblem(answers, 1);
}

function valueProblem(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEPTH) return 'answers are nested too deep';
  if (!Array.isArray(value) && Object.keys(value).some((name) => !NAME.test(name) || name === '__proto__')) {
    return 'a name in answers is not allowed';
  }
  return (
    Object.values(value)
      .map((inner) => valueProblem(inner, depth + 1))
      .find((problem) => problem !== null) ?? null
  );
}

const NAME = /^[^$.\0][^.\0]{0,99}$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
