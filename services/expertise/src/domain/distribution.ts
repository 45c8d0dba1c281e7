import { lighten } from './lighten.ts';

/**
 * BALANCED: the least loaded expert first. RANDOM: the same, and between equals a draw that anybody can repeat from the seed. COMPETENCE: the
 * least loaded of those who know the project type.
 */
export const DISTRIBUTION_RULES = ['BALANCED', 'RANDOM', 'COMPETENCE'] as const;
export type DistributionRule = (typeof DISTRIBUTION_RULES)[number];

export interface Assessor {
  id: string;
  /** Empty: all. */
  competences: readonly string[];
  /** Sheets of this contest that the expert has already. */
  load: number;
}

export interface Work {
  applicationId: string;
  category: string;
  /** How many further experts it is to get. */
  needed: number;
  /** Who cannot get it: a conflict of interest, or the expert has it already. */
  barred: readonly string[];
}

export interface Given {
  applicationId: string;
  expertIds: string[];
}

/** Everything that decides a distribution, so that it can be repeated. */
export interface DistributionInput {
  rule: DistributionRule;
  seed: string;
  experts: readonly Assessor[];
  works: readonly Work[];
}

export interface Distribution {
  given: Given[];
  /** Applications for which there are not enough experts without a conflict. */
  missing: { applicationId: string; missing: number }[];
}

/**
 * Gives each application as many experts as it needs, never one who is barred from it. Afterwards no chain of exchanges could make the load of
 * the experts more even; where nobody is barred, loads that began equal differ by one at most. `draw` gives a text of even distribution
 * for a text.
 */
export function distribute(input: DistributionInput, draw: (text: string) => string): Distribution {
  const { rule, seed } = input;
  const experts = input.experts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const loads = new Map(experts.map(({ id, load }) => [id, load]));
  const lot = (...parts: string[]): string => (rule === 'RANDOM' ? draw([seed, ...parts].join('\n')) : '');
  const works = input.works
    .map((work) => ({ work, lot: lot(work.applicationId) }))
    .toSorted((a, b) => (a.lot === b.lot ? 0 : a.lot < b.lot ? -1 : 1))
    .map(({ work }) => ({ work, able: experts.filter((expert) => mayAssess(rule, expert, work)).map(({ id }) => id) }));
  const given = works.map(({ work, able }) => {
    const choice = able
      .map((id) => ({ id, load: loads.get(id)!, lot: lot(work.applicationId, id) }))
      .toSorted((a, b) => a.load - b.load || (a.lot === b.lot ? 0 : a.lot < b.lot ? -1 : 1))
      .slice(0, work.needed);
    for (const { id, load } of choice) loads.set(id, load + 1);
    return { applicationId: work.applicationId, expertIds: choice.map(({ id }) => id), able };
  });
  lighten(given, loads);
  const place = new Map(input.works.map(({ applicationId }, index) => [applicationId, index]));
  given.sort((a, b) => place.get(a.applicationId)! - place.get(b.applicationId)!);
  return {
    given: given.map(({ applicationId, expertIds }) => ({ applicationId, expertIds: expertIds.toSorted() })),
    missing: given.flatMap(({ applicationId, expertIds }) => {
      const missing = input.works[place.get(applicationId)!]!.needed - expertIds.length;
      return missing > 0 ? [{ applicationId, missing }] : [];
    }),
  };
}

const mayAssess = (rule: DistributionRule, { id, competences }: Assessor, { barred, category }: Work): boolean =>
  !barred.includes(id) && (rule !== 'COMPETENCE' || competences.length === 0 || competences.includes(category));
