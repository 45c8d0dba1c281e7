import type { Rejection } from '@veche/kit/domain/decision';
import type { ApplicationStatus } from '../application-states.ts';
import type { Application, Content } from '../application.ts';
import type { ContentDraft } from '../content.ts';
import type { Contest } from '../contest.ts';
import type { TierCode } from './codes.ts';
import { feeds, type TierLink } from './link.ts';

/** An application of the first tier with its contest. */
export interface FirstTier {
  application: Application;
  contest: Contest;
}

const refuse = (code: TierCode, path: string): Rejection<TierCode> => ({ code, path: [path] });

/** Why a project of the first tier may not enter a contest; null when it may. */
export function entryProblem(
  contest: Contest,
  { application, contest: lower }: FirstTier,
  entry: TierLink['entry'],
): Rejection<TierCode> | null {
  if (contest.tier?.entry !== entry) return refuse('NOT_SECOND_TIER', 'contestId');
  if (!feeds({ id: application.contestId, contest: lower }, contest))
    return refuse('FIRST_TIER_NOT_LINKED', 'sourceApplicationId');
  return passes(contest, application) ? null : refuse('FIRST_TIER_NOT_PASSED', 'sourceApplicationId');
}

/** States in which an application has passed with a decision; it stays admitted whatever was decided afterwards. */
const PASSED_BY = {
  ADMITTED: ['ADMITTED', 'WINNER', 'RESERVE', 'NOT_SELECTED'],
  WINNER: ['WINNER'],
  RESERVE: ['RESERVE'],
} as const satisfies Record<TierLink['outcomes'][number], readonly ApplicationStatus[]>;

/** States of an application of the first tier that let it up into a contest. */
export const passingStates = ({ tier }: Contest): ApplicationStatus[] => [
  ...new Set((tier?.outcomes ?? []).flatMap((outcome) => PASSED_BY[outcome])),
];

/** Whether what was decided of an application in its contest lets it up. */
export const passes = (contest: Contest, { status }: Application): boolean => passingStates(contest).includes(status);

/** What keeps an application of a second tier from being filed or admitted: the decision below may have been taken back since. */
export const firstTierLost = (
  { sourceId }: Application,
  contest: Contest,
  source: Application | null,
): Rejection<TierCode> | null =>
  !sourceId || !contest.tier || (source && passes(contest, source)) ? null : { code: 'FIRST_TIER_NOT_PASSED' };

/** Plain fields go up as they are; divisions only as far as the second contest knows their codes. */
const PLAIN = ['title', 'oktmo', 'category', 'totalCost', 'funding', 'beneficiaries', 'population'] as const;

/**
 * What of an application goes up: its plain fields, and answers under the name that the link gives or under their own, where the second form
 * has such a field. What that form asks for beside them is left to be filled in.
 */
export function carriedContent(contest: Contest, content: Content): ContentDraft {
  const { properties = {} } = contest.form as { properties?: Record<string, unknown> };
  const renamed = new Map((contest.tier?.fields ?? []).map(({ from, to }) => [to, from]));
  const answers = Object.keys(properties)
    .map((name) => [name, content.answers[renamed.get(name) ?? name]] as const)
    .filter(([, value]) => value !== undefined);
  const known = new Set((contest.divisions ?? []).map(({ code }) => code));
  return {
    ...Object.fromEntries(PLAIN.map((name) => [name, content[name]])),
    divisions: (content.divisions ?? []).filter((code) => known.has(code)),
    answers: Object.fromEntries(answers),
  };
}

/** Who files an application. */
export function applicantKindOf({ municipality, imported }: Application): 'GROUP' | 'MUNICIPALITY' | 'IMPORTED' {
  if (municipality) return 'MUNICIPALITY';
  return imported ? 'IMPORTED' : 'GROUP';
}
