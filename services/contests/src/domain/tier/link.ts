import type { Rejection } from '@veche/kit/domain/decision';
import { covers, isOktmo, prefixOf } from '@veche/kit/domain/oktmo';
import type { Contest, ContestLevel } from '../contest.ts';

/** States of an application of the first tier that may let it up. */
export const PASSING = ['ADMITTED', 'WINNER', 'RESERVE'] as const;

/** How many projects come up; null: no bound. */
export interface TierQuotas {
  /** From one contest of the first tier. */
  perContest?: number | null;
  /** Of one municipality, the same for a village and a city. */
  perMunicipality?: number | null;
  /** Municipalities whose number the rule names by itself. */
  exceptions?: readonly { oktmo: string; most: number }[] | null;
}

/** That a contest is the second tier of others: only projects that passed there enter it. */
export interface TierLink extends TierQuotas {
  /** The contests that are named, or every contest of a lower level in the territory. */
  from: 'LISTED' | 'BELOW';
  contestIds?: readonly string[] | null;
  /** CARRY: what passed comes up by itself. FILING: the municipality files it. */
  entry: 'CARRY' | 'FILING';
  outcomes: readonly (typeof PASSING)[number][];
  /** Answers of the first form that the second one calls otherwise; answers of one name go up by it. */
  fields?: readonly { from: string; to: string }[] | null;
  /** How the head of the municipality signs what is filed. */
  signature?: 'SIMPLE' | 'ENHANCED' | null;
}

type Problem = Rejection<'TIER_INVALID'>;

const MOST = { contests: 200, exceptions: 200, fields: 200, places: 1000 };
const ID = /^[\w-]{1,64}$/;

const problem = (path: readonly (string | number)[], reason: string): Problem => ({
  code: 'TIER_INVALID',
  path: ['tier', ...path.map(String)],
  params: { reason },
});

/** One code for one municipality: three zeros at the end of eleven digits mean the municipality itself. */
export const municipalityOf = (oktmo: string): string =>
  oktmo.length === 11 && oktmo.endsWith('000') ? oktmo.slice(0, 8) : oktmo;

/** A link with every member said, in plain objects. */
export const tierOf = (link: TierLink): TierLink => ({
  from: link.from,
  contestIds: [...(link.contestIds ?? [])],
  entry: link.entry,
  outcomes: [...link.outcomes],
  perContest: link.perContest ?? null,
  perMunicipality: link.perMunicipality ?? null,
  exceptions: (link.exceptions ?? []).map(({ oktmo, most }) => ({ oktmo: municipalityOf(oktmo), most })),
  fields: (link.fields ?? []).map(({ from, to }) => ({ from, to })),
  signature: link.signature ?? 'ENHANCED',
});

/** What is wrong with the link of a draft; whether the contests that it names fit is known at the publication alone. */
export function tierProblem(contest: Contest): Problem | null {
  const { tier } = contest;
  if (!tier) return null;
  return sourcesFault(tier) ?? outcomesFault(tier) ?? quotasFault(contest, tier) ?? fieldsFault(contest, tier);
}

function sourcesFault({ from, entry, contestIds }: TierLink): Problem | null {
  const ids = contestIds ?? [];
  if (from === 'BELOW' && ids.length > 0) return problem(['contestIds'], 'конкурсы перечисляются или берутся все');
  if (from === 'BELOW' && entry === 'CARRY')
    return problem(['entry'], 'сами переходят заявки только перечисленных конкурсов');
  if (ids.length > MOST.contests) return problem(['contestIds'], `их больше ${MOST.contests}`);
  const wrong = ids.findIndex((id, index) => !ID.test(id) || ids.indexOf(id) !== index);
  return wrong < 0 ? null : problem(['contestIds', wrong], 'такого конкурса нет или он повторяется');
}

const outcomesFault = ({ outcomes }: TierLink): Problem | null =>
  outcomes.length === 0 || new Set(outcomes).size < outcomes.length
    ? problem(['outcomes'], 'укажите, с каким решением проект проходит дальше, каждое один раз')
    : null;

const isPlaces = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MOST.places;

const QUOTA = `квота — целое число от 1 до ${MOST.places}`;

function quotasFault({ oktmo }: Contest, { perContest, perMunicipality, exceptions }: TierQuotas): Problem | null {
  if (!isPlaces(perContest ?? 1)) return problem(['perContest'], QUOTA);
  if (!isPlaces(perMunicipality ?? 1)) return problem(['perMunicipality'], QUOTA);
  const own = exceptions ?? [];
  if (own.length > MOST.exceptions) return problem(['exceptions'], `их больше ${MOST.exceptions}`);
  const many = own.findIndex(({ most }) => !isPlaces(most));
  if (many >= 0) return problem(['exceptions', many, 'most'], QUOTA);
  const codes = own.map((one) => one.oktmo);
  const foreign = codes.findIndex(
    (code, index) => codes.indexOf(code) !== index || !isOktmo(code) || !covers(oktmo, code),
  );
  return foreign < 0 ? null : problem(['exceptions', foreign, 'oktmo'], 'территория вне конкурса или названа дважды');
}

function fieldsFault({ form }: Contest, { fields }: TierLink): Problem | null {
  const { properties = {} } = form as { properties?: Record<string, unknown> };
  const pairs = fields ?? [];
  if (pairs.length > MOST.fields) return problem(['fields'], `их больше ${MOST.fields}`);
  const wrong = pairs.findIndex(
    ({ from, to }, index) =>
      from === '' ||
      from.length > 100 ||
      !Object.hasOwn(properties, to) ||
      pairs.slice(0, index).some((other) => other.to === to),
  );
  return wrong < 0 ? null : problem(['fields', wrong], 'такого поля в форме нет или оно заполняется дважды');
}

const RANKS: Record<ContestLevel, number> = { DISTRICT: 1, MUNICIPALITY: 2, REGION: 3 };

/**
 * Whether a contest lies below another one: inside its territory, at a lower level or in a smaller part of it. Nothing lies below itself, not even
 * by way of others, so tiers have an end.
 */
export function isBelow(lower: Contest, upper: Contest): boolean {
  if (!covers(upper.oktmo, lower.oktmo)) return false;
  const step = RANKS[upper.level] - RANKS[lower.level];
  return step > 0 || (step === 0 && prefixOf(lower.oktmo).length > prefixOf(upper.oktmo).length);
}

/** What is wrong with the contests that a link names, `known` by id, once the contest is to be published. */
export function linkedProblem(contest: Contest, known: ReadonlyMap<string, Contest>): Problem | null {
  if (contest.tier?.from !== 'LISTED') return null;
  const ids = contest.tier.contestIds ?? [];
  if (ids.length === 0) return problem(['contestIds'], 'назовите конкурсы первого уровня');
  const wrong = ids.findIndex((id) => {
    const source = known.get(id);
    return !source || source.status === 'DRAFT' || !isBelow(source, contest);
  });
  return wrong < 0
    ? null
    : problem(['contestIds', wrong], 'конкурс первого уровня опубликован и проводится ниже: в части территории');
}

/** Whether a contest feeds the other one. */
export const feeds = (lower: { id: string; contest: Contest }, upper: Contest): boolean =>
  upper.tier?.from === 'BELOW'
    ? lower.contest.status !== 'DRAFT' && isBelow(lower.contest, upper)
    : (upper.tier?.contestIds ?? []).includes(lower.id);
