/** What is wrong with a value, and where: "quotas.1.by". */
export interface Problem {
  path: string;
  reason: string;
}

/** Looks at a value as it was written or received; null when nothing is wrong. */
export type Check = (value: unknown, path: string) => Problem | null;

const that =
  (holds: (value: unknown) => boolean, reason: string): Check =>
  (value, path) =>
    holds(value) ? null : { path, reason };

const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);

export const whole = (min: number, max: number): Check =>
  that(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `a whole number from ${min} to ${max} is expected`,
  );

export const oneOf = (...values: readonly unknown[]): Check =>
  that((value) => values.includes(value), `one of ${values.join(', ')} is expected`);

export const decimal: Check = that(matches(/^\d{1,12}(\.\d{1,6})?$/), 'a decimal number is expected');

/** Roubles with at most two decimals. */
export const roubles: Check = that(matches(/^\d{1,12}(\.\d{1,2})?$/), 'a sum like 1234.56 is expected');

/** A decimal or a fraction "1/3". */
export const ratio: Check = that(
  matches(/^(\d{1,12}(\.\d{1,6})?|\d{1,9}\/[1-9]\d{0,8})$/),
  'a decimal number or a fraction like 1/3 is expected',
);

export const text: Check = that(
  (value) => typeof value === 'string' && value.length > 0 && value.length <= 200 && value.isWellFormed(),
  'a text is expected',
);

export const sha256: Check = that(matches(/^[0-9a-f]{64}$/), 'a SHA-256 in lower-case hex is expected');

export const truth: Check = oneOf(true, false);

/** Any text, empty ones included. */
export const anyText: Check = that((value) => typeof value === 'string' && value.isWellFormed(), 'a text is expected');

/** Kopecks as decimal text. */
export const kopecks: Check = that(matches(/^(0|[1-9]\d*)$/), 'kopecks as text are expected');

/** "-2/3" or "4". */
export const fraction: Check = that(matches(/^-?\d+(\/[1-9]\d*)?$/), 'a fraction as text is expected');

export const nullable =
  (check: Check): Check =>
  (value, path) =>
    value === null ? null : check(value, path);

/** A list of items; `distinct` gives what must not occur twice in it. */
export const list =
  (
    item: Check,
    { min = 1, max, distinct }: { min?: number; max: number; distinct?: (item: never) => unknown },
  ): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return { path, reason: `a list of ${min} to ${max} items is expected` };
    const problem = firstOf(value.map((entry, index) => item(entry, `${path}.${index}`)));
    if (problem) return problem;
    const keys = distinct ? value.map((entry) => distinct(entry as never)) : [];
    return new Set(keys).size < keys.length ? { path, reason: 'an item occurs twice' } : null;
  };

/** An object with these fields and no other. */
export const object =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    const at = (key: string): string => (path ? `${path}.${key}` : key);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { path, reason: 'an object is expected' };
    const missing = required.find((key) => !(key in value));
    if (missing !== undefined) return { path: at(missing), reason: 'is missing' };
    return firstOf(
      Object.entries(value).map(([key, entry]) =>
        Object.hasOwn(checks, key) ? checks[key]!(entry, at(key)) : { path: at(key), reason: 'is unknown' },
      ),
    );
  };

export const firstOf = (problems: readonly (Problem | null)[]): Problem | null =>
  problems.find((problem) => problem !== null) ?? null;
