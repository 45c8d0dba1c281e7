import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { stageOf, type Contest, type ContestCode, type ContestEvent } from './contest.ts';
import { changedDraft, type ContestChange } from './draft.ts';
import { passportOf } from './passport.ts';
import { legalProblem, publishContest, REASON, type Hash } from './publication.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;
/** Boundaries of stages move by `rescheduleStage`, which knows which of them have passed. */
export type Amendment = Omit<ContestChange, 'stages'>;

/** Members of the passport that may change until the contest is decided; all others are fixed when the intake opens. */
const OPEN_TO_THE_END: readonly string[] = ['legalBasis'];

/**
 * Changes frozen rules of a published contest for a reason that is published. Applicants rely on the rules under which they apply: from the
 * opening of the intake only the acts may change. The amended contest must be one that could be published.
 */
export function amendContest(contest: Contest, change: Amendment, given: string, now: Date, hash: Hash): Result {
  const reason = given.trim();
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  const open = now < stageOf(contest, 'INTAKE')!.opensAt;
  const asked = Object.keys(change).filter((field) => change[field as keyof Amendment] !== undefined);
  const fixed = asked.find((field) => !open && !OPEN_TO_THE_END.includes(field));
  if (fixed) return reject('RULE_FIXED', [fixed]);
  const changed = changedDraft({ ...contest, status: 'DRAFT' }, change);
  if (!changed.ok) return changed;
  if (same(contest, changed.state)) return reject('AMENDMENT_EMPTY');
  const frozen = open ? publishContest(changed.state, now, hash) : republished(changed.state, now, hash);
  return frozen.ok ? accept(noted(contest, frozen.state, reason, now), ...told(frozen.events, reason)) : frozen;
}

const same = (one: Contest, other: Contest): boolean =>
  canonicalJson(passportOf(one)) === canonicalJson(passportOf(other));

/** After the intake has opened only the acts are new, and other services need not hear of them. */
function republished(contest: Contest, now: Date, hash: Hash): Result {
  const act = legalProblem(contest);
  if (act) return { ok: false, rejection: act };
  return accept({ ...contest, passportHash: hash(canonicalJson(passportOf(contest))) });
}

const told = (events: readonly ContestEvent[], reason: string): ContestEvent[] => [
  ...events,
  { kind: 'ContestAmended', reason },
];

function noted(before: Contest, after: Contest, reason: string, now: Date): Contest {
  const amendments = [...before.amendments, { at: now, reason, passportHash: after.passportHash! }];
  return { ...after, status: 'PUBLISHED', publishedAt: before.publishedAt, amendments };
}
