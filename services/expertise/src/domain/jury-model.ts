import { ADVICE_ORDER, type Advice, type AdviceReason, type JurorFacts } from './jury-advice.ts';
import { FEATURE_SET, featuresOf, JURY_FEATURES } from './jury-features.ts';
import { fit, probability, type Example } from './logistic.ts';

/** What was known of a candidate when a person decided; it is what a model learns from. */
export interface Lesson {
  /** First two digits of the OKTMO of the contest. */
  region: string;
  set: string;
  values: readonly number[];
}

/** How often the model and the more frequent answer were right of the latest decisions, from which nothing was learnt. */
export interface HeldOut {
  size: number;
  right: number;
  rightByMajority: number;
}

/** A version of the model of a region; it stays as it is. */
export interface JuryModel {
  region: string;
  number: number;
  set: string;
  trainedAt: Date;
  /** Decisions in all, and those of them that admitted. */
  decisions: number;
  admitted: number;
  heldOut: HeldOut;
  intercept: number;
  /** In the order of the features; `mean` is that of the decisions learnt from. */
  weights: readonly { code: string; weight: number; mean: number }[];
  /** SHA-256 of what it was learnt from and tried on. */
  examplesHash: string;
}

/** Fewest decisions that a model is learnt from, those kept for its trial included, and fewest of each answer among those learnt from. */
export const DECISIONS_MIN = 50;
export const EACH_MIN = 10;
/** The latest of so many decisions is kept for the trial. */
const TRIAL_PART = 5;

export const regionOf = (oktmo: string): string => oktmo.slice(0, 2);

export const lessonOf = (oktmo: string, facts: JurorFacts): Lesson => ({
  region: regionOf(oktmo),
  set: FEATURE_SET,
  values: featuresOf(facts),
});

/** A model from decisions, oldest first; null where there are too few. */
export function learnt(
  examples: readonly Example[],
  version: Pick<JuryModel, 'region' | 'number' | 'examplesHash'>,
  now: Date,
): JuryModel | null {
  const size = Math.floor(examples.length / TRIAL_PART);
  const [from, trial] = [examples.slice(0, examples.length - size), examples.slice(examples.length - size)];
  const admitted = from.filter(({ yes }) => yes).length;
  if (examples.length < DECISIONS_MIN || Math.min(admitted, from.length - admitted) < EACH_MIN) return null;
  const found = fit(from, JURY_FEATURES.length);
  const usual = admitted * 2 >= from.length;
  return {
    ...version,
    set: FEATURE_SET,
    trainedAt: now,
    decisions: examples.length,
    admitted: examples.filter(({ yes }) => yes).length,
    heldOut: {
      size,
      right: trial.filter(({ values, yes }) => probability(found, values) >= HALF === yes).length,
      rightByMajority: trial.filter(({ yes }) => yes === usual).length,
    },
    intercept: found.intercept,
    weights: JURY_FEATURES.map(({ code }, index) => ({
      code,
      weight: found.weights[index]!,
      mean: from.reduce((sum, { values }) => sum + values[index]!, 0) / from.length,
    })),
  };
}

const HALF = 0.5;

/** A model that is no better than the more frequent answer has nothing to say. */
export const speaks = ({ set, heldOut }: JuryModel): boolean =>
  set === FEATURE_SET && heldOut.right > heldOut.rightByMajority;

export const versionOf = ({ region, number }: JuryModel): string => `logistic-1/${region}/${number}`;

/** Contributions that are told, and the least that is worth telling. */
const TOLD = { most: 3, least: 0.1 };

/**
 * What a model adds to the suggestion of the rules. Likeness to those who were refused is a reason to look and never one to refuse: a
 * refusal needs a rule of the contest. Nothing that the rules say is taken back.
 */
export function withModel(model: JuryModel | null, facts: JurorFacts, rules: Advice): Advice {
  const note = silenceOf(model);
  if (!model || note !== null) return { ...rules, note };
  const values = featuresOf(facts);
  const { intercept, weights } = model;
  const likely = probability({ intercept, weights: weights.map(({ weight }) => weight) }, values);
  const verdict = likely >= HALF ? 'ADMIT' : 'LOOK';
  const kept = verdict === 'ADMIT' ? rules.reasons : rules.reasons.filter(({ verdict: said }) => said !== 'ADMIT');
  const gravest = ADVICE_ORDER.findLast((one) => one === rules.verdict || one === verdict)!;
  return {
    advisor: versionOf(model),
    verdict: gravest,
    reasons: [...kept, ...reasonsOf(model, facts, values)],
    probability: Math.floor(likely * 100),
    note: null,
  };
}

function silenceOf(model: JuryModel | null): string | null {
  if (!model)
    return `Модель молчит: в регионе меньше ${DECISIONS_MIN} решений с записанными признаками (или меньше ${EACH_MIN} одного исхода). Высказались встроенные правила.`;
  if (speaks(model)) return null;
  const { size, right, rightByMajority } = model.heldOut;
  return `Модель молчит: на ${size} проверочных решениях она угадала ${right}, а самый частый исход — ${rightByMajority}. Высказались встроенные правила.`;
}

/** The largest contributions against the average candidate, each with what it spoke for in the decisions of persons. */
function reasonsOf({ weights }: JuryModel, facts: JurorFacts, values: readonly number[]): AdviceReason[] {
  const contributions = JURY_FEATURES.map((feature, index) => ({
    feature,
    share: weights[index]!.weight * (values[index]! - weights[index]!.mean),
  }));
  return contributions
    .filter(({ share }) => Math.abs(share) >= TOLD.least)
    .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share) || (a.feature.code < b.feature.code ? -1 : 1))
    .slice(0, TOLD.most)
    .map(({ feature, share }) => ({
      code: `MODEL_${feature.code}`,
      verdict: share > 0 ? 'ADMIT' : 'LOOK',
      text: `${feature.text(facts)}: в прежних решениях это чаще говорило ${share > 0 ? 'за допуск' : 'против допуска'}.`,
    }));
}
