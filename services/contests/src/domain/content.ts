import { covers, isOktmo } from '@veche/kit/domain/oktmo';
import { parseRational } from '@veche/kit/domain/rational';
import { sumOf, type Content, type Funding } from './application.ts';
import type { Contest } from './contest.ts';
import { costLineErrors } from './cost-lines.ts';
import { choiceErrors } from './division.ts';
import type { FieldError, FieldErrorCode } from './field-error.ts';
import { answerErrors } from './form.ts';
import { isProjectType } from './project-type.ts';

export type ContentDraft = { [K in keyof Content]?: Content[K] | null };

export const emptyContent = (contest: Contest): Content => ({
  title: '',
  oktmo: contest.oktmo,
  category: '',
  totalCost: 0n,
  funding: [],
  beneficiaries: 0,
  population: 0,
  divisions: [],
  answers: {},
});

/** Takes over the fields that were given; answers are merged by field, an answer of null removes it. */
export function merge(content: Content, draft: ContentDraft): Content {
  const given = Object.entries(draft).filter(([, value]) => value !== undefined && value !== null);
  const merged = { ...content, ...Object.fromEntries(given) } as Content;
  const answers = { ...content.answers, ...(draft.answers ?? {}) };
  return {
    ...merged,
    title: merged.title.trim(),
    answers: Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== null)),
  };
}

const LARGEST = { title: 1000, category: 100, funding: 20, divisions: 5000, answers: 100_000 };

/**
 * The member of a draft that is larger than any form can need (texts, divisions and answers in characters, funding in lines), null when there is
 * none. What the form of the contest allows is checked at submission.
 */
export function oversized(draft: ContentDraft): keyof typeof LARGEST | null {
  const sizes = {
    title: draft.title?.length,
    category: draft.category?.length,
    funding: draft.funding?.length,
    divisions: draft.divisions ? JSON.stringify(draft.divisions).length : 0,
    answers: draft.answers ? JSON.stringify(draft.answers).length : 0,
  };
  const members = Object.keys(LARGEST) as (keyof typeof LARGEST)[];
  return members.find((member) => (sizes[member] ?? 0) > LARGEST[member]) ?? null;
}

const TITLE = { min: 10, max: 200 };

/** Everything that keeps an application from being filed, field by field. */
export function contentErrors(contest: Contest, content: Content): FieldError[] {
  return [
    ...plainErrors(contest, content),
    ...moneyErrors(contest, content),
    // Contests and drafts from before there were divisions have none.
    ...choiceErrors(contest.divisions ?? [], content.divisions ?? [], sumOf(content.funding.filter(isBudget))),
    ...answerErrors(contest.form, content.answers),
    ...costLineErrors(contest.form, content),
  ];
}

function plainErrors(contest: Contest, { title, oktmo, category, beneficiaries, population }: Content): FieldError[] {
  const inside = isOktmo(oktmo) && covers(contest.oktmo, oktmo);
  return [
    ...error(title === '', 'title', 'REQUIRED'),
    ...error(title !== '' && title.length < TITLE.min, 'title', 'TOO_SHORT', { limit: TITLE.min }),
    ...error(title.length > TITLE.max, 'title', 'TOO_LONG', { limit: TITLE.max }),
    ...error(!inside, 'oktmo', 'OUTSIDE_TERRITORY'),
    ...error(category === '', 'category', 'REQUIRED'),
    ...error(category !== '' && !isProjectType(category), 'category', 'NOT_ALLOWED'),
    ...error(population <= 0, 'population', 'NOT_POSITIVE'),
    ...error(beneficiaries <= 0, 'beneficiaries', 'NOT_POSITIVE'),
    ...error(population > 0 && beneficiaries > population, 'beneficiaries', 'MORE_THAN_POPULATION'),
  ];
}

function moneyErrors(contest: Contest, { totalCost, funding }: Content): FieldError[] {
  const sources = funding.map(({ source }) => source);
  const budgeted = sumOf(funding.filter(isBudget));
  const limit = contest.maxPerProject;
  return [
    ...error(totalCost <= 0n, 'totalCost', 'NOT_POSITIVE'),
    ...error(funding.length === 0, 'funding', 'REQUIRED'),
    ...error(new Set(sources).size < sources.length, 'funding', 'SOURCE_REPEATED'),
    ...error(
      funding.some(({ amount }) => amount < 0n),
      'funding',
      'NOT_POSITIVE',
    ),
    ...error(funding.length > 0 && sumOf(funding) !== totalCost, 'funding', 'SUM_DIFFERS'),
    ...(contest.minOwnShare ? ownShareErrors(contest.minOwnShare, totalCost, funding) : []),
    ...error(limit !== null && budgeted > limit, 'funding', 'OVER_LIMIT'),
    ...error(budgeted > contest.budget, 'funding', 'OVER_LIMIT'),
  ];
}

/** The money of the initiators, citizens and business, in the total cost; exact, for a kopeck below the share is below it. */
function ownShareErrors(percent: string, totalCost: bigint, funding: readonly Funding[]): FieldError[] {
  const { n, d } = parseRational(percent);
  const own = sumOf(funding.filter(({ source }) => source === 'CITIZENS' || source === 'BUSINESS'));
  return error(own * 100n * d < totalCost * n, 'funding', 'SHARE_TOO_SMALL', { limit: percent.replace('.', ',') });
}

const isBudget = ({ source }: Funding): boolean => source === 'MUNICIPAL' || source === 'REGIONAL';

const error = (wrong: boolean, path: string, code: FieldErrorCode, params?: FieldError['params']): FieldError[] =>
  wrong ? [{ path, code, ...(params ? { params } : {}) }] : [];
