import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { stageOf, type Contest, type ContestCode, type ContestEvent, type StageType } from './contest.ts';
import { criteriaRefused, planOf, setCriteria } from './criteria.ts';
import { changedDraft, type ContestChange } from './draft.ts';
import { passportOf } from './passport.ts';
import { legalProblem, publishContest, REASON, type Hash } from './publication.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;
/** Boundaries of stages move by `rescheduleStage`, which knows which of them have passed. */
export type Amendment = Omit<ContestChange, 'stages'> & {
  criteria?: readonly Criterion[] | null;
  scoring?: Scoring | null;
};

/** Members of the passport that may change until the contest is decided. */
const OPEN_TO_THE_END: readonly string[] = ['legalBasis'];
/** Members that may change until somebody assesses by them; all others are fixed when the intake opens. */
const OPEN_TO_ASSESSMENT: readonly string[] = ['criteria', 'scoring'];
const ASSESSING: readonly StageType[] = ['PUBLIC_ASSESSMENT', 'EXPERTISE', 'VOTING', 'COMMISSION'];

/**
 * Changes frozen rules of a published contest for a reason that is published. Applicants rely on the rules under which they apply: from the
 * opening of the intake only the criteria may change, until the assessment begins, and the acts. The amended contest must be one that could
 * be published.
 */
export function amendContest(contest: Contest, change: Amendment, given: string, now: Date, hash: Hash): Result {
  const reason = given.trim();
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  const open = now < stageOf(contest, 'INTAKE')!.opensAt;
  const fixed = open ? null : fixedMember(contest, change, now);
  if (fixed) return reject('RULE_FIXED', fixed);
  const changed = changedRules(contest, change);
  if (!changed.ok) return changed;
  if (same(contest, changed.state)) return reject('AMENDMENT_EMPTY');
  const frozen = open ? publishContest(changed.state, now, hash) : republished(contest, changed.state, now, hash);
  return frozen.ok ? accept(noted(contest, frozen.state, reason, now), ...told(contest, frozen, reason)) : frozen;
}

/** A contest that is published anew tells all of its rules by that; else the amendment tells what became of the assessment. */
function told(before: Contest, { state, events }: { state: Contest; events: readonly ContestEvent[] }, reason: string) {
  const criteria = events.length === 0 && !sameCriteria(before, state);
  return [...events, { kind: 'ContestAmended' as const, reason, criteria }];
}

/** The first thing of a change that nobody may change any more after the intake has opened. */
function fixedMember(contest: Contest, change: Amendment, now: Date): string[] | null {
  const asked = Object.keys(change).filter((field) => change[field as keyof Amendment] !== undefined);
  const allowed = isAssessed(contest, now) ? OPEN_TO_THE_END : [...OPEN_TO_THE_END, ...OPEN_TO_ASSESSMENT];
  const field = asked.find((name) => !allowed.includes(name));
  if (field) return [field];
  // Residents apply for a seat in the jury, and applicants for points, under the rules that they read.
  const rule = (of: Scoring | null | undefined, part: 'publicJury' | 'virtualCapital'): string =>
    canonicalJson(plain(of?.[part] ?? null));
  const { scoring } = change;
  const parts = scoring ? (['publicJury', 'virtualCapital'] as const) : [];
  const part = parts.find((one) => rule(scoring, one) !== rule(contest.scoring, one));
  return part ? ['scoring', part] : null;
}

/** Whether somebody may have assessed already: without a stage of its own experts begin when they have applications. */
function isAssessed(contest: Contest, now: Date): boolean {
  if (!stageOf(contest, 'EXPERTISE')) return true;
  return ASSESSING.some((type) => (stageOf(contest, type)?.opensAt ?? NEVER) <= now);
}

const NEVER = new Date(8.64e15);

function changedRules(contest: Contest, { criteria, scoring, ...change }: Amendment): Result {
  const changed = changedDraft({ ...contest, status: 'DRAFT' }, change);
  if (!changed.ok || (!criteria && !scoring)) return changed;
  return setCriteria(changed.state, criteria ?? contest.criteria, scoring ?? contest.scoring ?? PLAIN_SCORING);
}

const same = (one: Contest, other: Contest): boolean =>
  canonicalJson(passportOf(one)) === canonicalJson(passportOf(other));

const sameCriteria = (one: Contest, other: Contest): boolean =>
  canonicalJson(plain(rulesOf(one))) === canonicalJson(plain(rulesOf(other)));
const rulesOf = ({ criteria, scoring }: Contest) => ({ criteria, scoring: scoring ?? PLAIN_SCORING });
/** Stored documents may carry absent fields as undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** After the intake has opened; what experts get of an application was told at its admission, so new formulas read no more of it. */
function republished(before: Contest, contest: Contest, now: Date, hash: Hash): Result {
  const act = legalProblem(contest);
  if (act) return { ok: false, rejection: act };
  const known = new Set(readBy(before));
  const more = readBy(contest).find((name) => !known.has(name));
  if (more)
    return criteriaRefused([
      { path: 'criteria', reason: `поле ${more} прежние критерии не читали, а заявки уже поданы` },
    ]);
  return accept({ ...contest, passportHash: hash(canonicalJson(passportOf(contest))) });
}

function readBy(contest: Contest): string[] {
  const read = planOf(contest);
  return read.ok ? read.plan.answers.map(({ name }) => name) : [];
}

function noted(before: Contest, after: Contest, reason: string, now: Date): Contest {
  const amendments = [...before.amendments, { at: now, reason, passportHash: after.passportHash! }];
  return { ...after, status: 'PUBLISHED', publishedAt: before.publishedAt, amendments };
}
