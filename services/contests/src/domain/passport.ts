import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { Contest, Stage } from './contest.ts';
import { appliedRule, type Division } from './division.ts';

/** Everything that is frozen at publication, as plain JSON; money in kopecks as text. */
export function passportOf(contest: Contest): Record<string, unknown> {
  const { title, oktmo, timeZone, template, groupMinimum, form, criteria, eligibility, ...rest } = contest;
  const { resultsVisibility, graceSeconds } = rest;
  return plain({
    title,
    oktmo,
    timeZone,
    template,
    groupMinimum,
    legalBasis: rest.legalBasis.map(({ article, ...act }) => ({ ...act, article: article ?? null })),
    budgetKopecks: rest.budget.toString(),
    maxPerProjectKopecks: rest.maxPerProject?.toString() ?? null,
    stages: rest.stages.map(frozenStage),
    form,
    criteria,
    votingRule: appliedRule(contest),
    eligibility,
    resultsVisibility,
    graceSeconds,
    ...frame(contest),
  });
}

interface FrozenDivision extends Omit<Division, 'budget'> {
  budgetKopecks: string | null;
}

/** The rule of the vote of a passport as the organiser wrote it: without the quotas that its groups and nominations give. */
export function writtenRule(frozen: Readonly<Record<string, unknown>>): unknown {
  const { votingRule, divisions = [], budgetKopecks = '0' } = frozen;
  const { quotas, ...rest } = (votingRule ?? {}) as Partial<VotingRule>;
  if (!quotas) return votingRule;
  const given = (divisions as FrozenDivision[]).map(({ budgetKopecks: kept, ...one }) => ({
    ...one,
    budget: kept === null ? null : BigInt(kept),
  }));
  const applied = appliedRule({ votingRule: {}, divisions: given, budget: BigInt(budgetKopecks as string) });
  const derived = new Set((applied.quotas ?? []).map((quota) => canonicalJson(quota)));
  const written = quotas.filter((quota) => !derived.has(canonicalJson(quota)));
  return written.length > 0 ? { ...rest, quotas: written } : rest;
}

/** Everything that is frozen at publication, as one canonical text (RFC 8785). */
export const passport = (contest: Contest): string => canonicalJson(passportOf(contest));

const frozenStage = ({ type, opensLocal, closesLocal, follows, term }: Stage) => ({
  type,
  opensLocal,
  closesLocal,
  ...(follows ? { follows } : {}),
  ...(term ? { term } : {}),
});

/** The members that say something. */
const said = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => Boolean(value)));

/** What contests have had since they are more than a template with dates; absent in older ones, whose hash must not change. */
const frame = ({
  level,
  practice,
  legalRegime,
  divisions,
  regionalHolidays,
  minOwnShare,
  uiSchema,
  scoring,
  winnersBy,
  applicants,
  tier,
}: Contest) => ({
  ...said({ winnersBy, applicants, uiSchema, minOwnShare, scoring, tier }),
  level,
  practice,
  legalRegime,
  ...(divisions?.length > 0
    ? {
        divisions: divisions.map(({ code, kind, title, budget, passingScore, winnersLimit }) => ({
          code,
          kind,
          title,
          budgetKopecks: budget?.toString() ?? null,
          passingScore: passingScore ?? null,
          winnersLimit: winnersLimit ?? null,
        })),
      }
    : {}),
  ...(regionalHolidays?.length > 0 ? { regionalHolidays } : {}),
});

/** Stored documents may carry absent fields as undefined, which canonical JSON refuses. */
const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value));
