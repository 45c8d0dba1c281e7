import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentErrors } from '../content.ts';
import { COST_LINES, document, form, PHOTOS, PLACE, SPONSORS, text, whenever } from '../templates/fields.ts';
import { TEMPLATES } from '../templates/index.ts';
import { drawsOf } from './draws.ts';
import { generated, unmade } from './generated.ts';
import { draft, EXPERT, GATE, hash, MLN, run, SCORE } from './simulate.fixture.ts';

const written = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? String(member) : member));

describe('made-up applications', () => {
  test.each(TEMPLATES.map((template) => [template.code, template] as const))(
    'fit the form of %s',
    (_code, template) => {
      const contest = draft({ form: template.form, minOwnShare: '5', level: 'REGION' });
      expect(unmade(contest, generated(contest, 20, drawsOf('1', hash)))).toEqual([]);
    },
  );

  test('fill every kind of field within its bounds, and a field that cannot be made is told', () => {
    const fields = {
      costs: COST_LINES,
      sponsors: SPONSORS,
      photos: PHOTOS,
      place: PLACE,
      area: { ...PLACE, geometry: ['Polygon'] },
      plan: document('План'),
      title: text('Текст', 100, 200),
      entity: { type: 'boolean' },
      ogrn: { type: 'string', format: 'ogrn' },
      ogrnip: { type: 'string', format: 'ogrnip' },
      day: { $ref: '#/$defs/day' },
      kind: { type: 'string', oneOf: [{ const: 'A', title: 'А' }] },
      phone: { type: 'string', format: 'phone' },
      email: { type: 'string', format: 'email' },
    };
    const own = {
      ...form(fields, Object.keys(fields), whenever('entity', true, 'ogrn')),
      $defs: { day: { type: 'string', format: 'date' } },
    };
    const divisions = [{ code: 'a', kind: 'GROUP' as const, title: 'А', budget: 50_000_00n }];
    const contest = draft({ form: own, divisions, minOwnShare: '12.5' });
    const made = generated(contest, 50, drawsOf('7', hash));
    expect(made.flatMap(({ content }) => contentErrors(contest, content))).toEqual([]);
    const odd = draft({ form: form({ code: { type: 'string', pattern: '^[A-Z]{3}-\\d$' } }, ['code']) });
    expect(unmade(odd, generated(odd, 3, drawsOf('7', hash)))).toMatchObject([
      { path: 'answers.code', code: 'REQUIRED' },
    ]);
  });

  test('the same seed gives the same run, winners fit the money, and nobody is lost', () => {
    const contest = draft({
      criteria: [SCORE, EXPERT, GATE],
      divisions: [
        { code: 'a', kind: 'GROUP', title: 'А', budget: 4n * MLN },
        { code: 'b', kind: 'GROUP', title: 'Б' },
      ],
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (seed, count) => {
        const again = () => run(contest, generated(contest, count, drawsOf(seed, hash)), { seed });
        const { lines, money } = again();
        expect(written(again())).toBe(written({ ...again(), lines, money }));
        expect(money.spent + money.left).toBe(money.budget);
        expect(money.left >= 0n && money.divisions.every(({ left }) => left === null || left >= 0n)).toBe(true);
        expect(lines.map(({ ranked }) => ranked.id).toSorted()).toEqual(
          Array.from({ length: count }, (_, index) => `generated-${String(index + 1).padStart(5, '0')}`),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('another seed gives other applications', () => {
    const [first, other] = ['1', '2'].map((seed) => written(generated(draft(), 5, drawsOf(seed, hash))));
    expect(first).not.toBe(other);
  });
});
