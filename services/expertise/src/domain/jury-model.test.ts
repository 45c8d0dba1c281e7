import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { advise, type JurorFacts } from './jury-advice.ts';
import { FEATURE_SET, featuresOf, JURY_FEATURES } from './jury-features.ts';
import { DECISIONS_MIN, learnt, lessonOf, speaks, withModel, type JuryModel } from './jury-model.ts';
import { fit, probability, type Example } from './logistic.ts';

const NOW = new Date('2026-03-02T09:00:00Z');
const FACTS: JurorFacts = {
  confirmed: true,
  oldEnough: true,
  resident: true,
  residentsOnly: true,
  device: 'DESKTOP',
  sameNetwork: 0,
  ownApplications: [],
  organisationApplications: [],
  decidesLater: false,
  organisationNamed: false,
  placesNamed: false,
  earlierAdmitted: 0,
  earlierRefused: 0,
};
const seen = (change: Partial<JurorFacts>, yes: boolean): Example => ({
  values: featuresOf({ ...FACTS, ...change }),
  yes,
});

describe('the regression', () => {
  test('finds weights that are known: one value, a half and three quarters', () => {
    // Without the pull to zero the answer would be log-odds 0 and log 3; with many cases it hardly pulls.
    const of = (value: number, yes: number, no: number): Example[] => [
      ...Array.from({ length: yes }, () => ({ values: [value], yes: true })),
      ...Array.from({ length: no }, () => ({ values: [value], yes: false })),
    ];
    const found = fit([...of(0, 5000, 5000), ...of(1, 7500, 2500)], 1);
    expect(found.intercept).toBeCloseTo(0, 2);
    expect(found.weights[0]).toBeCloseTo(Math.log(3), 2);
    expect(probability(found, [1])).toBeCloseTo(0.75, 2);
  });

  test('stands at the top: the slope of what it maximises is nothing there', () => {
    const example = fc.record({ values: fc.tuple(fc.nat(1), fc.nat(5), fc.nat(10)), yes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(example, { minLength: 20, maxLength: 60 }), (examples) => {
        fc.pre(examples.some(({ yes }) => yes) && examples.some(({ yes }) => !yes));
        const found = fit(examples, 3);
        const errors = examples.map(({ values, yes }) => Number(yes) - probability(found, values));
        const slopes = [0, 1, 2].map((i) =>
          examples.reduce((sum, { values }, index) => sum + errors[index]! * values[i]!, -found.weights[i]!),
        );
        // Weights are rounded to six places.
        for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(0.05);
      }),
      { seed: 23, numRuns: 60 },
    );
  });

  test('gives the same weights for the same examples, also where one thing tells everything', () => {
    const examples = Array.from({ length: 60 }, (_, index) => ({
      values: [index % 2, index % 3],
      yes: index % 2 === 1,
    }));
    const found = fit(examples, 2);
    expect(fit(examples, 2)).toEqual(found);
    expect(found.weights.every(Number.isFinite)).toBe(true);
    expect(found.weights[0]).toBeGreaterThan(2);
    expect(probability(found, [1, 0])).toBeGreaterThan(0.85);
  });
});

/** Persons who refused whoever came from a crowded network, and admitted the others. */
const decisions = (count: number): Example[] =>
  Array.from({ length: count }, (_, index) =>
    index % 3 === 0 ? seen({ sameNetwork: 6, device: 'AUTOMATED' }, false) : seen({ sameNetwork: index % 2 }, true),
  );
const VERSION = { region: '71', number: 3, examplesHash: 'hash' };
const trained = (examples: readonly Example[]): JuryModel => {
  const model = learnt(examples, VERSION, NOW);
  if (!model) throw new Error('too few');
  return model;
};

describe('a model', () => {
  test('says of what it was learnt and how it did on decisions that it never saw', () => {
    const model = trained(decisions(90));
    expect(model).toMatchObject({ ...VERSION, set: FEATURE_SET, trainedAt: NOW, decisions: 90, admitted: 60 });
    expect(model.heldOut).toEqual({ size: 18, right: 18, rightByMajority: 12 });
    expect(model.weights.map(({ code }) => code)).toEqual(JURY_FEATURES.map(({ code }) => code));
    expect(speaks(model)).toBe(true);
    expect(trained(decisions(90))).toEqual(model);
  });

  test('is none where there are too few decisions, or too few of one kind', () => {
    expect(learnt(decisions(DECISIONS_MIN - 1), VERSION, NOW)).toBeNull();
    expect(learnt(decisions(DECISIONS_MIN), VERSION, NOW)).not.toBeNull();
    const oneSided = Array.from({ length: 200 }, (_, index) => seen({}, index >= 9));
    expect(learnt(oneSided, VERSION, NOW)).toBeNull();
  });

  test('suggests with its largest reasons in words, and its version', () => {
    const model = trained(decisions(90));
    const crowd = { ...FACTS, sameNetwork: 4, device: 'AUTOMATED' as const };
    const advice = withModel(model, crowd, advise(crowd));
    expect(advice).toMatchObject({ advisor: 'logistic-1/71/3', verdict: 'LOOK', note: null });
    expect(advice.probability).toBeLessThan(30);
    const [rule, first, ...more] = advice.reasons;
    expect(rule!.code).toBe('AUTOMATED');
    expect(first).toEqual({
      code: expect.stringMatching(/^MODEL_(SAME_NETWORK|AUTOMATED)$/),
      verdict: 'LOOK',
      text: expect.stringMatching(/: в прежних решениях это чаще говорило против допуска\.$/),
    });
    expect(more.length).toBeLessThanOrEqual(2);
    const plain = withModel(model, FACTS, advise(FACTS));
    expect(plain).toMatchObject({ verdict: 'ADMIT' });
    expect(plain.probability).toBeGreaterThan(70);
  });

  test('takes nothing back that a rule says, and never suggests a refusal by itself', () => {
    const model = trained(decisions(90));
    const elsewhere = { ...FACTS, resident: false };
    expect(withModel(model, elsewhere, advise(elsewhere))).toMatchObject({ verdict: 'REFUSE' });
    fc.assert(
      fc.property(fc.nat(20), fc.boolean(), fc.nat(9), (sameNetwork, automated, earlierRefused) => {
        const facts = {
          ...FACTS,
          sameNetwork,
          device: automated ? ('AUTOMATED' as const) : FACTS.device,
          earlierRefused,
        };
        const rules = advise(facts);
        const advice = withModel(model, facts, rules);
        if (rules.verdict !== 'REFUSE') expect(advice.verdict).not.toBe('REFUSE');
        for (const { code, verdict } of advice.reasons)
          if (code.startsWith('MODEL_')) expect(verdict).not.toBe('REFUSE');
      }),
    );
  });

  test('says why it is silent, and the rules speak', () => {
    const rules = advise(FACTS);
    expect(withModel(null, FACTS, rules)).toEqual({ ...rules, note: expect.stringContaining('меньше 50 решений') });
    // Answers that nothing of what is looked at explains.
    const useless = trained(Array.from({ length: 100 }, (_, index) => seen({}, index % 2 === 0)));
    expect(speaks(useless)).toBe(false);
    expect(withModel(useless, FACTS, rules)).toEqual({
      ...rules,
      note: expect.stringContaining('Модель молчит: на 20'),
    });
  });
});

test('what is learnt from is whole numbers of a fixed list, and nobody can be read off them', () => {
  const facts = { ...FACTS, ownApplications: ['С-17', 'С-18'], organisationApplications: ['С-19'], earlierAdmitted: 9 };
  const { values, ...lesson } = lessonOf('71876000', facts);
  expect(lesson).toEqual({ region: '71', set: FEATURE_SET });
  expect(values).toHaveLength(JURY_FEATURES.length);
  expect(values.every(Number.isSafeInteger)).toBe(true);
  expect(JSON.stringify(values)).not.toContain('С-1');
  for (const { text } of JURY_FEATURES) expect(text(facts)).toMatch(/^[А-Я]/);
});
