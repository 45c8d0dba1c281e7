import { isOktmo } from './oktmo.ts';

/** What is wrong with a value, in Russian, and where: "quotas.1.by". */
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
    `нужно целое число от ${min} до ${max}`,
  );

export const oneOf = (...values: readonly unknown[]): Check =>
  that((value) => values.includes(value), `нужно одно из: ${values.join(', ')}`);

export const decimal: Check = that(matches(/^\d{1,12}(\.\d{1,6})?$/), 'нужно десятичное число');

/** A decimal of a regulation: points, bounds, weights. */
export const plainDecimal: Check = that(
  matches(/^\d{1,9}(\.\d{1,6})?$/),
  'нужно десятичное число: до 9 знаков до точки и до 6 после',
);

/** Roubles with at most two decimals. */
export const roubles: Check = that(matches(/^\d{1,12}(\.\d{1,2})?$/), 'нужна сумма вида 1234.56');

/** A decimal or a fraction "1/3". */
export const ratio: Check = that(
  matches(/^(\d{1,12}(\.\d{1,6})?|\d{1,9}\/[1-9]\d{0,8})$/),
  'нужно десятичное число или дробь вида 1/3',
);

export const text: Check = that(
  (value) => typeof value === 'string' && value.length > 0 && value.length <= 200 && value.isWellFormed(),
  'нужен текст',
);

export const sha256: Check = that(matches(/^[0-9a-f]{64}$/), 'нужен SHA-256 строчными шестнадцатеричными знаками');

/** A code of a territory. */
export const oktmo: Check = that((value) => typeof value === 'string' && isOktmo(value), 'нужен код ОКТМО');

export const truth: Check = oneOf(true, false);

/** Any text, empty ones included. */
export const anyText: Check = that((value) => typeof value === 'string' && value.isWellFormed(), 'нужен текст');

/** Kopecks as decimal text. */
export const kopecks: Check = that(matches(/^(0|[1-9]\d*)$/), 'нужны копейки текстом');

/** "-2/3" or "4". */
export const fraction: Check = that(matches(/^-?\d+(\/[1-9]\d*)?$/), 'нужна дробь текстом');

/** A text of at most `max` characters, not blank. */
export const wording = (max: number): Check =>
  that(
    (value) => typeof value === 'string' && value.trim() !== '' && value.length <= max && value.isWellFormed(),
    `нужен текст до ${max} знаков`,
  );

export const nullable =
  (check: Check): Check =>
  (value, path) =>
    value === null || value === undefined ? null : check(value, path);

/** A decimal of a regulation, or nothing. */
export const optionalDecimal: Check = nullable(plainDecimal);

/** A list of items; `distinct` gives what must not occur twice in it. */
export const list =
  (
    item: Check,
    { min = 1, max, distinct }: { min?: number; max: number; distinct?: (item: never) => unknown },
  ): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return { path, reason: `нужен список от ${min} до ${max} элементов` };
    const problem = firstOf(value.map((entry, index) => item(entry, `${path}.${index}`)));
    if (problem) return problem;
    const keys = distinct ? value.map((entry) => distinct(entry as never)) : [];
    return new Set(keys).size < keys.length ? { path, reason: 'элемент повторяется' } : null;
  };

/** An object with these fields and no other; a field that is required may be null where its check allows it. */
export const object =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    const at = (key: string): string => (path ? `${path}.${key}` : key);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { path, reason: 'нужен объект' };
    const missing = required.find((key) => !(key in value));
    if (missing !== undefined) return { path: at(missing), reason: 'не указано' };
    return firstOf(
      Object.entries(value).map(([key, entry]) =>
        Object.hasOwn(checks, key) ? checks[key]!(entry, at(key)) : { path: at(key), reason: 'такого поля нет' },
      ),
    );
  };

export const firstOf = (problems: readonly (Problem | null)[]): Problem | null =>
  problems.find((problem) => problem !== null) ?? null;
