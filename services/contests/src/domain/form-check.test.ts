import { describe, expect, test } from '@jest/globals';
import { costLineErrors } from './cost-lines.ts';
import { answerErrors } from './form.ts';
import { formProblem, uiProblem } from './form-check.ts';
import { COST_LINES, document, form, PLACE, SPONSORS, whenever } from './templates/fields.ts';
import { TEMPLATES } from './templates/index.ts';

const one = (field: object, more: object = {}) => ({ ...form({ field }, []), ...more });
const codes = (schema: object, answers: object): string[] =>
  answerErrors(schema, answers as Record<string, unknown>).map(({ path, code }) => `${path} ${code}`);

/** Ten definitions that each name the next one ten times: a few lines that unfold to ten thousand millions. */
const laughs = Object.fromEntries(
  Array.from({ length: 10 }, (_, n) => [
    `d${n}`,
    { allOf: Array.from({ length: 10 }, () => ({ $ref: `#/$defs/d${n + 1}` })) },
  ]),
);
const deep = (levels: number): object =>
  levels === 0 ? { type: 'string' } : { type: 'object', properties: { a: deep(levels - 1) } };

describe('forms that are refused', () => {
  test.each<[string, unknown, string[]]>([
    ['no object', { type: 'string' }, ['form', 'type']],
    ['fields that nobody described', { type: 'object', properties: {} }, ['form', 'additionalProperties']],
    ['nested deep', one(deep(20)), ['form']],
    ['nested a hundred thousand times', JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)), ['form']],
    ['long', one({ type: 'string', title: 'х'.repeat(100_001) }), ['form']],
    [
      'a reference to itself',
      one({ $ref: '#/$defs/a' }, { $defs: { a: { $ref: '#/$defs/a' } } }),
      ['form', 'properties', 'field', '$ref', '$ref'],
    ],
    ['a reference elsewhere', one({ $ref: 'https://example.org/schema' }), ['form', 'properties', 'field', '$ref']],
    [
      'a list without bound',
      one({ type: 'array', items: { type: 'string' } }),
      ['form', 'properties', 'field', 'maxItems'],
    ],
    ['a list of 10,000 lines', one({ type: 'array', maxItems: 10_000 }), ['form', 'properties', 'field', 'maxItems']],
    ['a look ahead', one({ type: 'string', pattern: '(?=a)a' }), ['form', 'properties', 'field', 'pattern']],
    ['a back reference', one({ type: 'string', pattern: '(a)\\1' }), ['form', 'properties', 'field', 'pattern']],
    [
      'repetitions of repetitions',
      one({ type: 'string', pattern: '((a{1000}){1000}){1000}' }),
      ['form', 'properties', 'field', 'pattern'],
    ],
    ['an unknown keyword', one({ type: 'string', minimal: 1 }), ['form']],
    ['an unknown directory', one({ type: 'string', format: 'magic' }), ['form']],
    ['a file of any size', one({ type: 'object', file: { mediaTypes: ['image/png'] } }), ['form']],
  ])('%s', (_name, schema, path) => {
    expect(formProblem(schema)).toMatchObject({ code: 'FORM_INVALID', path });
  });

  test('what a few lines unfold to is counted', () => {
    const problem = formProblem(one({ $ref: '#/$defs/d0' }, { $defs: { ...laughs, d10: { type: 'string' } } }));
    expect(problem?.params?.['reason']).toBe('вместе со ссылками в форме больше 3000 описаний');
  });
});

// A backtracking engine would not come to the end of this in the life of anybody.
test('a pattern that would take a backtracking engine for ever is answered', () => {
  const schema = one({ type: 'string', pattern: '^(a+)+$' });
  expect(formProblem(schema)).toBeNull();
  expect(codes(schema, { field: `${'a'.repeat(20_000)}!` })).toEqual(['answers.field NOT_ALLOWED']);
  expect(codes(schema, { field: 'aaa' })).toEqual([]);
});

describe('fields', () => {
  const file = { name: 'Смета.pdf', mediaType: 'application/pdf', bytes: 1000, sha256: 'a'.repeat(64) };
  const ring = [
    [73.4, 61.2],
    [73.5, 61.2],
    [73.5, 61.3],
    [73.4, 61.2],
  ];
  test.each<[string, object, object, string[]]>([
    ['a file', one(document('Смета')), { field: file }, []],
    [
      'a file too big',
      one(document('Смета')),
      { field: { ...file, bytes: 20_971_521 } },
      ['answers.field.bytes OVER_LIMIT'],
    ],
    [
      'a file of another type',
      one(document('Смета')),
      { field: { ...file, mediaType: 'image/svg+xml' } },
      ['answers.field.mediaType NOT_ALLOWED'],
    ],
    ['a point', one(PLACE), { field: { type: 'Point', coordinates: [73.4, 61.2] } }, []],
    ['an area', one(PLACE), { field: { type: 'Polygon', coordinates: [ring] } }, []],
    [
      'an open area',
      one(PLACE),
      { field: { type: 'Polygon', coordinates: [ring.slice(0, 3)] } },
      ['answers.field GEOMETRY_INVALID'],
    ],
    [
      'latitude first',
      one(PLACE),
      { field: { type: 'Point', coordinates: [61.2, 173.4] } },
      ['answers.field GEOMETRY_INVALID'],
    ],
    ['an ИНН', one({ type: 'string', format: 'inn' }), { field: '8601000000' }, []],
    [
      'an ИНН with a slip',
      one({ type: 'string', format: 'inn' }),
      { field: '8601000001' },
      ['answers.field CODE_INVALID'],
    ],
    [
      'a sponsor with a slip',
      one(SPONSORS),
      { field: [{ name: 'Завод', inn: '7200001230', amount: '1' }] },
      ['answers.field.0.inn CODE_INVALID'],
    ],
    ['an ОКТМО', one({ type: 'string', format: 'oktmo' }), { field: '7187600' }, ['answers.field CODE_INVALID']],
    [
      'a project type',
      one({ type: 'string', format: 'project-type' }),
      { field: 'MAGIC' },
      ['answers.field CODE_INVALID'],
    ],
    ['30 February', one({ type: 'string', format: 'date' }), { field: '2026-02-30' }, ['answers.field CODE_INVALID']],
  ])('%s', (_name, schema, answers, errors) => {
    expect([formProblem(schema), codes(schema, answers)]).toEqual([null, errors]);
  });

  test('a field is asked for when another one has its value', () => {
    const yesNo = { type: 'boolean' };
    const schema = form({ entity: yesNo, inn: { type: 'string', format: 'inn' } }, [], whenever('entity', true, 'inn'));
    expect(formProblem(schema)).toBeNull();
    expect([codes(schema, { entity: false }), codes(schema, { entity: true })]).toEqual([[], ['answers.inn REQUIRED']]);
  });

  const CHOICE = { type: 'string', oneOf: ['A', 'B', 'C'].map((code) => ({ const: code, title: `Вариант ${code}` })) };
  test.each<[string, object, object, string[]]>([
    ['an option', CHOICE, { field: 'B' }, []],
    ['no option, one error', CHOICE, { field: 'D' }, ['answers.field NOT_ALLOWED']],
    [
      'two options at once',
      { type: 'integer', oneOf: [{ maximum: 5 }, { minimum: 5 }] },
      { field: 5 },
      ['answers.field NOT_ALLOWED'],
    ],
  ])('a choice with titles, %s', (_name, field, answers, errors) => {
    expect(codes(one(field), answers)).toEqual(errors);
  });

  test('10,000 cost lines give a hundred errors at most, at once', () => {
    const answers = { field: Array.from({ length: 10_000 }, () => ({})) };
    const errors = codes(one(COST_LINES), answers);
    expect(errors).toHaveLength(100);
    expect(errors[0]).toBe('answers.field TOO_MANY');
  });

  test.each<[string, [string, string][], string[]]>([
    [
      'as planned',
      [
        ['CITIZENS', '40.50'],
        ['MUNICIPAL', '100'],
        ['CITIZENS', '9.50'],
      ],
      [],
    ],
    [
      'a kopeck short',
      [
        ['CITIZENS', '49.99'],
        ['MUNICIPAL', '100'],
      ],
      ['answers.field SUM_DIFFERS'],
    ],
    [
      'of another source',
      [
        ['BUSINESS', '50'],
        ['MUNICIPAL', '100'],
      ],
      ['answers.field SUM_DIFFERS'],
    ],
  ])('cost lines by source, %s', (_name, lines, errors) => {
    const funding = [
      { source: 'CITIZENS', amount: 5000n },
      { source: 'MUNICIPAL', amount: 10_000n },
    ];
    const answers = { field: lines.map(([source, amount]) => ({ name: 'Работы', source, amount })) };
    const found = costLineErrors(one(COST_LINES), { funding, answers } as never);
    expect(found.map(({ path, code }) => `${path} ${code}`)).toEqual(errors);
  });
});

test.each<[object, string[] | null]>([
  [{ field: { widget: 'textarea', help: 'Подробно', order: 1 } }, null],
  [{ field: { widget: 'map' } }, ['uiSchema', 'field']],
  [{ other: {} }, ['uiSchema', 'other']],
  [{ field: { script: 'alert' } }, ['uiSchema', 'field']],
  [{ field: { titles: { A: 'Первый' } } }, null],
  [{ field: { titles: { A: 1 } } }, ['uiSchema', 'field']],
  [{ field: { titles: ['Первый'] } }, ['uiSchema', 'field']],
])('the view %j of a text', (ui, path) => {
  expect(uiProblem(one({ type: 'string' }), ui)?.path ?? null).toEqual(path);
});

test('the form of every template is sound', () => {
  expect(TEMPLATES.map(({ code, form: schema }) => [code, formProblem(schema)])).toEqual(
    TEMPLATES.map(({ code }) => [code, null]),
  );
  expect(TEMPLATES.length).toBeGreaterThanOrEqual(8);
});
