import { describe, expect, test } from '@jest/globals';
import { fillingOf } from './filling-time.ts';
import { TEMPLATES } from './templates/index.ts';

const form = (
  properties: Record<string, object>,
  required: readonly string[] = Object.keys(properties),
  more = {},
) => ({
  form: { type: 'object', properties, required, additionalProperties: false, ...more },
  divisions: [],
});
const secondsOf = (properties: Record<string, object>): number =>
  fillingOf(form(properties)).seconds - fillingOf(form({})).seconds;

test('the template of the simplified procedure takes under five minutes, with room; the long ones do not', () => {
  const minutes = Object.fromEntries(
    TEMPLATES.map((template) => [template.code, fillingOf({ ...template, divisions: [] }).minutes]),
  );
  expect(minutes['simple-initiative']).toBeLessThanOrEqual(4);
  const short = TEMPLATES.filter((template) => fillingOf({ ...template, divisions: [] }).short);
  expect(short.map(({ code }) => code)).toEqual(['simple-initiative']);
  expect(minutes['local-initiatives']).toBeGreaterThan(10);
});

test('five minutes are the line: a text more and the form is a long one', () => {
  const texts = (count: number) =>
    form(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`t${index}`, { type: 'string', maxLength: 900 }]),
      ),
    );
  const counts = Array.from({ length: 10 }, (_, index) => index);
  const last = counts.filter((count) => fillingOf(texts(count)).short).at(-1)!;
  expect(last).toBeGreaterThan(0);
  expect(fillingOf(texts(last)).seconds).toBeLessThan(300);
  expect(fillingOf(texts(last + 1))).toMatchObject({ short: false, fields: 9 + last });
  expect(fillingOf(texts(last + 1)).seconds).toBeGreaterThanOrEqual(300);
});

describe('a field takes', () => {
  test.each<[string, object, number]>([
    ['three seconds to read, eight to choose', { type: 'string', enum: ['A', 'B'] }, 11],
    ['as much for titled options', { oneOf: [{ const: 'A', title: 'Первое' }] }, 11],
    ['eight to tick', { type: 'boolean' }, 11],
    ['ten for a number', { type: 'integer' }, 13],
    ['ten for what has a pattern', { type: 'string', pattern: '^\\d{4}$', maxLength: 4 }, 13],
    ['ten for a requisite', { type: 'string', format: 'inn' }, 13],
    ['45 for a place on the map', { type: 'object', geometry: ['Point'] }, 48],
    ['60 for a file', { type: 'object', file: { mediaTypes: ['application/pdf'] } }, 63],
    ['for a text twice its least length at 1.5 characters a second', { type: 'string', minLength: 75 }, 103],
    ['or a tenth of its most', { type: 'string', minLength: 75, maxLength: 3000 }, 203],
  ])('%s', (_what, field, seconds) => expect(secondsOf({ field })).toBe(seconds));

  test('what its rows and members take; a reference is followed', () => {
    const row = {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'boolean' }, note: { type: 'string' } },
    };
    expect(secondsOf({ rows: { type: 'array', minItems: 3, items: row } })).toBe(3 + 3 * 11);
    expect(secondsOf({ rows: { type: 'array', items: row } })).toBe(3 + 11);
    const shared = form({ answer: { $ref: '#/$defs/yes' } }, ['answer'], { $defs: { yes: { type: 'boolean' } } });
    expect(fillingOf(shared).seconds - fillingOf(form({})).seconds).toBe(11);
  });

  test('nothing unless it is required, always or under a condition', () => {
    const properties = { yes: { type: 'boolean' }, file: { type: 'object', file: { mediaTypes: [] } } };
    const bare = fillingOf(form(properties, []));
    expect(bare).toEqual(fillingOf(form({})));
    const condition = { if: { not: { required: ['yes'] } }, else: { required: ['file'] } };
    const asked = fillingOf(form(properties, [], { allOf: [condition] }));
    expect(asked.seconds - bare.seconds).toBe(63);
    expect(asked.fields - bare.fields).toBe(1);
  });

  test('and one choice for each kind of division', () => {
    const group = { code: 'a', title: 'А', budget: null, passingScore: null, winnersLimit: null };
    const divisions = [
      { ...group, kind: 'GROUP' },
      { ...group, code: 'b', kind: 'GROUP' },
      { ...group, kind: 'NOMINATION' },
    ] as never;
    expect(fillingOf({ ...form({}), divisions }).seconds - fillingOf(form({})).seconds).toBe(22);
  });
});
