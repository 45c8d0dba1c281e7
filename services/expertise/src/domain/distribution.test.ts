import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { DISTRIBUTION_RULES, distribute, type DistributionInput } from './distribution.ts';

const draw = (text: string): string => createHash('sha256').update(text).digest('hex');
const CATEGORIES = ['ROAD', 'PARK', 'SPORT'];

const inputs = ({ barring, loads }: { barring: boolean; loads: number }): fc.Arbitrary<DistributionInput> =>
  fc
    .record({
      rule: fc.constantFrom(...DISTRIBUTION_RULES),
      seed: fc.string({ minLength: 8, maxLength: 20 }),
      experts: fc.array(
        fc.record({
          competences: fc.subarray(CATEGORIES),
          load: fc.integer({ min: 0, max: loads }),
        }),
        { minLength: 1, maxLength: 7 },
      ),
      works: fc.array(
        fc.record({
          category: fc.constantFrom(...CATEGORIES),
          needed: fc.integer({ min: 0, max: 3 }),
          barredPlaces: fc.array(fc.nat({ max: 6 }), { maxLength: barring ? 4 : 0 }),
        }),
        { minLength: 1, maxLength: 14 },
      ),
    })
    .map(({ rule, seed, experts, works }) => ({
      rule,
      seed,
      experts: experts.map((one, index) => ({ ...one, id: `e${index}` })),
      works: works.map(({ category, needed, barredPlaces }, index) => ({
        applicationId: `a${index}`,
        category,
        needed,
        barred: barredPlaces.map((place) => `e${place}`),
      })),
    }));

/** Whom an application may be given to. */
const ableFor = ({ rule, experts }: DistributionInput, { barred, category }: DistributionInput['works'][number]) =>
  experts.filter(
    ({ id, competences }) =>
      !barred.includes(id) && (rule !== 'COMPETENCE' || competences.length === 0 || competences.includes(category)),
  );

function loadsAfter(input: DistributionInput): number[] {
  const { given } = distribute(input, draw);
  return input.experts.map(({ id, load }) => load + given.filter(({ expertIds }) => expertIds.includes(id)).length);
}

const squares = (loads: readonly number[]): number => loads.reduce((sum, load) => sum + load * load, 0);

describe('whatever the experts, the applications and the conflicts', () => {
  test('nobody gets what is barred or what they do not know, everybody gets it once, and what is missing cannot be had', () => {
    fc.assert(
      fc.property(inputs({ barring: true, loads: 3 }), (input) => {
        const { given, missing } = distribute(input, draw);
        expect(given.map(({ applicationId }) => applicationId)).toEqual(
          input.works.map(({ applicationId }) => applicationId),
        );
        for (const [index, { expertIds, applicationId }] of given.entries()) {
          const work = input.works[index]!;
          const able = ableFor(input, work).map(({ id }) => id);
          expect(able).toEqual(expect.arrayContaining(expertIds));
          expect(new Set(expertIds).size).toBe(expertIds.length);
          expect(expertIds.length).toBe(Math.min(work.needed, able.length));
          const gap = missing.find((one) => one.applicationId === applicationId)?.missing ?? 0;
          expect(gap).toBe(work.needed - expertIds.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the same seed gives the same, in whatever order the experts are named', () => {
    fc.assert(
      fc.property(inputs({ barring: true, loads: 3 }), (input) => {
        const again = { ...input, experts: input.experts.toReversed() };
        expect(distribute(again, draw)).toEqual(distribute(input, draw));
      }),
    );
  });

  test('where nobody is barred, loads that began equal differ by one at most', () => {
    fc.assert(
      fc.property(inputs({ barring: false, loads: 0 }), (input) => {
        if (input.rule === 'COMPETENCE') return;
        const loads = loadsAfter(input);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  test('with conflicts the loads are as even as any distribution could make them (all of them tried)', () => {
    const small = inputs({ barring: true, loads: 1 }).map((input) => ({
      ...input,
      experts: input.experts.slice(0, 4),
      works: input.works.slice(0, 5),
    }));
    fc.assert(
      fc.property(small, (input) => {
        expect(squares(loadsAfter(input))).toBe(evenest(input));
      }),
      { numRuns: 200 },
    );
  });
});

/** Least sum of squares of the loads over every way to give every application all that it can have. */
function evenest(input: DistributionInput): number {
  let states = new Map([[input.experts.map(({ load }) => load).join(), input.experts.map(({ load }) => load)]]);
  for (const work of input.works) {
    const places = ableFor(input, work).map(({ id }) => input.experts.findIndex((expert) => expert.id === id));
    const size = Math.min(work.needed, places.length);
    const next = new Map<string, number[]>();
    for (const loads of states.values()) {
      for (const choice of subsets(places, size)) {
        const after = loads.map((load, place) => load + Number(choice.includes(place)));
        next.set(after.join(), after);
      }
    }
    states = next;
  }
  return Math.min(...[...states.values()].map(squares));
}

function subsets(places: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return places.flatMap((place, index) => subsets(places.slice(index + 1), size - 1).map((rest) => [place, ...rest]));
}

test('another seed draws otherwise; BALANCED does not look at it', () => {
  const experts = Array.from({ length: 6 }, (_, index) => ({ id: `e${index}`, competences: [], load: 0 }));
  const works = Array.from({ length: 12 }, (_, index) => ({
    applicationId: `a${index}`,
    category: 'PARK',
    needed: 1,
    barred: [],
  }));
  const by = (rule: 'RANDOM' | 'BALANCED', seed: string) => distribute({ rule, seed, experts, works }, draw).given;
  expect(by('RANDOM', 'moscow-2026-03-01')).not.toEqual(by('RANDOM', 'moscow-2026-03-02'));
  expect(by('BALANCED', 'moscow-2026-03-01')).toEqual(by('BALANCED', 'moscow-2026-03-02'));
});
