import { RE2JS } from 're2js';

/** What Ajv needs of an expression. */
interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

const LONGEST = 300;

/**
 * A pattern of a form as an expression whose time grows with the text alone: RE2 has neither backtracking nor what would need it
 * (back references, look-around). Throws on a pattern that RE2 refuses or that is longer than 300 characters.
 */
export function linearPattern(pattern: string): Pattern {
  if (pattern.length > LONGEST) throw new RangeError('the pattern is too long');
  const compiled = RE2JS.compile(pattern);
  // Ajv tells expressions apart by their text.
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
}

/** The engine of patterns for Ajv; the name is what generated code would import. */
export const linearEngine = Object.assign((pattern: string) => linearPattern(pattern), { code: 'linearEngine' });
