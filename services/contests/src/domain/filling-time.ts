import type { Contest } from './contest.ts';
import { resolved, type FieldSchema } from './form-fields.ts';

/**
 * Seconds that a resident takes for one field. Reading the question: three. Choosing or ticking: eight; a number or a date: ten; a place on the
 * map: forty-five; a file that has to be found first: sixty. Text: 1.5 characters a second, half of the 3 that people type on a telephone (36
 * words of five a minute, Palin et al., MobileHCI 2019), for they think as long as they type. Estimates all of them, the same for every form,
 * so that two forms can be compared and a long one is told from a short one.
 */
const SECONDS = { read: 3, choose: 8, number: 10, map: 45, file: 60 };
const CHARACTERS_A_SECOND = 1.5;

/** Characters that people write: twice the least, or a tenth of the most where that is more. */
const charactersOf = ({ minLength = 1, maxLength = 0 }: FieldSchema): number =>
  Math.max(2 * minLength, Math.round(maxLength / 10), 10);

/** A form that takes less is a short one. */
const SHORT_SECONDS = 300;

const TITLE: FieldSchema = { type: 'string', minLength: 10, maxLength: 200 };
const CHOICE: FieldSchema = { type: 'boolean' };
const NUMBER: FieldSchema = { type: 'integer' };

/** What every application asks for: title, place, type, cost, one source with its sum, people who gain, population. */
const PLAIN: readonly FieldSchema[] = [TITLE, CHOICE, CHOICE, NUMBER, CHOICE, NUMBER, NUMBER, NUMBER];

type Asked = Pick<Contest, 'form' | 'divisions'>;

export interface Filling {
  /** Fields that have to be filled in. */
  fields: number;
  seconds: number;
  /** Whole minutes, rounded up. */
  minutes: number;
  /** Under five minutes. */
  short: boolean;
}

/** How long the required part of an application takes, with every field that the form asks for under some condition. */
export function fillingOf({ form, divisions }: Asked): Filling {
  // Contests from before there were divisions have none.
  const kinds = new Set((divisions ?? []).map(({ kind }) => kind)).size;
  const properties = (form as FieldSchema).properties ?? {};
  const asked = [...requiredIn(form as Conditional)].filter((name) => Object.hasOwn(properties, name));
  const fields = [...PLAIN, ...Array<FieldSchema>(kinds).fill(CHOICE), ...asked.map((name) => properties[name]!)];
  const seconds = Math.ceil(fields.reduce((sum, field) => sum + SECONDS.read + secondsOf(form, field), 0));
  return { fields: fields.length, seconds, minutes: Math.ceil(seconds / 60), short: seconds < SHORT_SECONDS };
}

interface Conditional {
  required?: readonly string[];
  allOf?: readonly Conditional[];
  then?: Conditional;
  else?: Conditional;
}

/** Required always or under a condition: the estimate is that of who has the most to fill in. */
const requiredIn = (schema: Conditional): Set<string> =>
  new Set([
    ...(schema.required ?? []),
    ...[...(schema.allOf ?? []), schema.then, schema.else].flatMap((one) => (one ? [...requiredIn(one)] : [])),
  ]);

function secondsOf(form: object, given: FieldSchema): number {
  const field = resolved(form, given);
  const whole = secondsOfKind(field);
  if (whole !== null) return whole;
  if (field.type === 'array') return (field.minItems ?? 1) * secondsOf(form, field.items ?? {});
  if (field.type === 'object') return membersOf(form, field);
  return isText(field) ? charactersOf(field) / CHARACTERS_A_SECOND : SECONDS.number;
}

/** Of what is given in one go, whatever it consists of; null for anything else. */
function secondsOfKind({ file, geometry, type, ...field }: FieldSchema): number | null {
  if (file) return SECONDS.file;
  if (geometry) return SECONDS.map;
  return field.enum || field.oneOf || type === 'boolean' ? SECONDS.choose : null;
}

const membersOf = (form: object, { required = [], properties = {} }: FieldSchema): number =>
  required.reduce((sum, name) => sum + SECONDS.read + secondsOf(form, properties[name] ?? {}), 0);

/** A text with a pattern or a format is a number, a date or a code. */
const isText = ({ type, pattern, format }: FieldSchema): boolean => type === 'string' && !pattern && !format;
