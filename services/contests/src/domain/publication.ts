import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import type { Term } from '@veche/kit/domain/working-calendar';
import { draftOf, endOfTerm, isIsoDate, planStages, type StageDraft } from './calendar.ts';
import { criteriaRefused, planOf } from './criteria.ts';
import { AGE, eligibilityIsSound } from './eligibility.ts';
import { inForce } from './legal-regime.ts';
import { passport } from './passport.ts';
import {
  stageOf,
  winnersOf,
  type BallotLine,
  type Contest,
  type ContestCode,
  type ContestEvent,
  type LegalAct,
  type Stage,
  type StageType,
} from './contest.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;

/** SHA-256 in hex; given by the caller, for the domain has no cryptography. */
export type Hash = (text: string) => string;

/** Stages on which winners are determined. */
const DECIDING = { VOTE: 'VOTING', COMMISSION: 'COMMISSION' } as const;

/** Stages without which nobody can take part; residents score, or give their points, in one of its own. */
const neededStages = ({ scoring }: Contest): StageType[] =>
  scoring?.publicJury || scoring?.virtualCapital ? ['INTAKE', 'PUBLIC_ASSESSMENT'] : ['INTAKE'];

/**
 * Freezes the rules. A contest cannot be published without its legal act (131-ФЗ article 26.1, local regulation), without intake, or
 * without a stage that decides.
 */
export function publishContest(contest: Contest, now: Date, hash: Hash): Result {
  if (contest.status !== 'DRAFT') return reject('CONTEST_FROZEN');
  const act = legalProblem(contest);
  if (act) return { ok: false, rejection: act };
  const missing = neededStages(contest).find((type) => !stageOf(contest, type));
  if (missing) return reject('STAGES_INVALID', ['stages'], { stage: missing });
  if (!stageOf(contest, DECIDING[winnersOf(contest)])) return reject('DECIDING_STAGE_MISSING', ['stages']);
  const deciding = Object.values(DECIDING).flatMap((type) => stageOf(contest, type) ?? []);
  if (deciding.some(({ opensAt }) => opensAt <= now)) return reject('STAGE_PASSED', ['stages']);
  // A draft may have been stored before a rule was asked for; what is frozen here decides who votes and how.
  if (!eligibilityIsSound(contest.eligibility)) return reject('ELIGIBILITY_INVALID', ['eligibility'], AGE);
  const rules = planOf(contest);
  if (!rules.ok) return criteriaRefused(rules.problems);
  const published: Contest = {
    ...contest,
    status: 'PUBLISHED',
    passportHash: hash(passport(contest)),
    publishedAt: now,
    nextBoundaryAt: nextBoundary(contest),
  };
  return accept(published, { kind: 'ContestPublished' });
}

/** What the acts lack: each has title, number and date, one of them the article that the contest rests on, and its regime is in force. */
export function legalProblem({ legalBasis, legalRegime, stages }: Contest): Rejection<ContestCode> | null {
  const fields = ['title', 'number', 'date'] as const;
  const faults = legalBasis.flatMap((act, index) =>
    fields.filter((field) => !isFilled(act, field)).map((field) => ['legalBasis', String(index), field]),
  );
  if (faults.length > 0 || legalBasis.length === 0)
    return { code: 'LEGAL_BASIS_MISSING', path: faults[0] ?? ['legalBasis'] };
  if (!legalBasis.some(({ article }) => (article ?? '').trim() !== ''))
    return { code: 'LEGAL_BASIS_MISSING', path: ['legalBasis', '0', 'article'] };
  // Contests that were drafted before regimes were asked for have none.
  const opens = stages.find(({ type }) => type === 'INTAKE')?.opensLocal.slice(0, 10);
  return !legalRegime || !opens || inForce(legalRegime, opens)
    ? null
    : { code: 'LEGAL_REGIME_NOT_IN_FORCE', path: ['legalRegime'], params: { date: opens } };
}

const isFilled = (act: LegalAct, field: 'title' | 'number' | 'date'): boolean =>
  field === 'date' ? isIsoDate(act.date) : act[field].trim() !== '';

export interface Boundaries {
  stage: StageType;
  opensLocal?: string | null;
  closesLocal?: string | null;
  /** By how much the end is put off, in place of `closesLocal`. */
  extendBy?: Term | null;
  reason: string;
}

export const REASON = { min: 10, max: 2000 };

/** Moves boundaries that lie ahead to instants that lie ahead; the passport gets a new hash and the reason is published. */
export function rescheduleStage(contest: Contest, boundaries: Boundaries, now: Date, hash: Hash): Result {
  const reason = boundaries.reason.trim();
  const stage = stageOf(contest, boundaries.stage);
  if (contest.status === 'DRAFT') return reject('CONTEST_NOT_PUBLISHED');
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  const moved = stage ? movedTo(contest, stage, boundaries) : null;
  if (!moved) return reject('STAGES_INVALID', ['stage']);
  if ('code' in moved) return { ok: false, rejection: moved };
  const planned = planStages(
    contest.stages.map((other) => (other === stage ? moved : draftOf(other, now))),
    contest,
  );
  if (planned.rejection) return { ok: false, rejection: { ...planned.rejection, path: ['stage'] } };
  // A stage that has passed keeps its times; its rule stays in the passport all the same.
  const stages = planned.stages.map((after, index) => {
    const { follows, term } = contest.stages[index]!;
    return after.type === moved.type ? after : { ...after, follows: follows ?? false, term: term ?? null };
  });
  const passed = passedBoundary(
    moved,
    stage!,
    stages.find(({ type }) => type === moved.type)!,
    now,
  );
  if (passed) return reject('STAGE_PASSED', [passed]);
  return accept(amended({ ...contest, stages }, reason, now, hash), { kind: 'ContestRescheduled', reason });
}

/** The stage with its new boundaries, those that stay as they were written; null when none is given or the end twice. */
function movedTo(contest: Contest, stage: Stage, to: Boundaries): Moved | Rejection<ContestCode> | null {
  const moves = { opens: Boolean(to.opensLocal), closes: Boolean(to.closesLocal) !== Boolean(to.extendBy) };
  const twice = to.closesLocal && to.extendBy;
  if (twice || (!moves.opens && !moves.closes)) return null;
  const written = draftOf(stage);
  const start = { ...written, ...(to.opensLocal ? { opensLocal: to.opensLocal } : {}), moves };
  if (!moves.closes) return start;
  const closesLocal = to.closesLocal ?? extended(contest, stage, to.extendBy!);
  if (typeof closesLocal === 'string') return { ...start, closesLocal, term: null };
  return { code: closesLocal.code, path: ['extendBy'], params: closesLocal.params ?? {} };
}

/** An end at midnight belongs to the day before it. */
const extended = (contest: Contest, stage: Stage, by: Term) =>
  endOfTerm(by, new Date(stage.closesAt.getTime() - 1), contest);

type Moved = StageDraft & { moves: { opens: boolean; closes: boolean } };

/** Which of the boundaries that are to move lies in the past, before or after the move. */
function passedBoundary({ moves }: Moved, before: Stage, after: Stage, now: Date) {
  if (moves.opens && (before.opensAt <= now || after.opensAt <= now)) return 'opensLocal';
  return moves.closes && (before.closesAt <= now || after.closesAt <= now) ? 'closesLocal' : null;
}

function amended(contest: Contest, reason: string, now: Date, hash: Hash): Contest {
  const passportHash = hash(passport(contest));
  const amendments = [...contest.amendments, { at: now, reason, passportHash }];
  return { ...contest, nextBoundaryAt: nextBoundary(contest), passportHash, amendments };
}

/** Projects of which at most one can win, e.g. two for one plot of land. */
export interface ExclusiveGroup {
  name: string;
  applicationIds: readonly string[];
}

/** What the ballot is made of. */
export interface BallotDraft {
  admitted: readonly BallotLine[];
  undecided: number;
  groups: readonly ExclusiveGroup[];
}

const GROUPS = { max: 200 };
const GROUP_NAME_MAX = 100;

/** Place of the first group without a name of its own or without two different projects of the list; -1 when all are sound. */
const unsoundGroup = (groups: readonly ExclusiveGroup[], listed: ReadonlySet<string>): number =>
  groups.findIndex(({ name, applicationIds }, index) => {
    const named = name.trim() !== '' && name.length <= GROUP_NAME_MAX;
    const alone = groups.findIndex((other) => other.name.trim() === name.trim()) === index;
    const members = new Set(applicationIds);
    const distinct = members.size === applicationIds.length && members.size > 1;
    return !named || !alone || !distinct || applicationIds.some((id) => !listed.has(id));
  });

/** Fixes the ballot: all admitted applications, none undecided, before the vote begins; with the groups that exclude each other. */
export function approveBallotList(contest: Contest, { admitted, undecided, groups }: BallotDraft, now: Date): Result {
  if (contest.status !== 'PUBLISHED') return reject('CONTEST_NOT_PUBLISHED');
  if (contest.ballot) return reject('BALLOT_LIST_APPROVED');
  const vote = stageOf(contest, 'VOTING');
  if (!vote) return reject('NO_VOTE_STAGE', ['contestId']);
  if (vote.opensAt <= now) return reject('VOTING_BEGUN');
  if (undecided > 0) return reject('APPLICATIONS_UNDECIDED', undefined, { count: undecided });
  if (admitted.length === 0) return reject('NO_ADMITTED_APPLICATIONS');
  const listed = new Set(admitted.map(({ applicationId }) => applicationId));
  const unsound = groups.length > GROUPS.max ? GROUPS.max : unsoundGroup(groups, listed);
  if (unsound >= 0) return reject('EXCLUSIVE_GROUP_INVALID', ['exclusiveGroups', String(unsound)], GROUPS);
  const ballot = admitted.map((line) => ({ ...line, groups: groupsOf(line.applicationId, groups) }));
  return accept({ ...contest, ballot }, { kind: 'BallotListApproved' });
}

const groupsOf = (applicationId: string, groups: readonly ExclusiveGroup[]): string[] =>
  groups.filter(({ applicationIds }) => applicationIds.includes(applicationId)).map(({ name }) => name.trim());

/** What the clock has to announce by now, in the order of the calendar; nothing is announced twice. */
export function announceStages(contest: Contest, now: Date): Result {
  const fresh = boundariesOf(contest).filter(({ mark, at }) => at <= now && !contest.announced.includes(mark));
  const announced = [...contest.announced, ...fresh.map(({ mark }) => mark)];
  const told = { ...contest, announced };
  return accept({ ...told, nextBoundaryAt: nextBoundary(told) }, ...fresh.map(({ event }) => event));
}

function boundariesOf({ stages }: Contest): { mark: string; at: Date; event: ContestEvent }[] {
  return stages.flatMap(({ type: stage, opensAt, closesAt }) => [
    { mark: `${stage}:OPEN`, at: opensAt, event: { kind: 'StageOpened', stage } },
    { mark: `${stage}:CLOSE`, at: closesAt, event: { kind: 'StageClosed', stage } },
  ]);
}

/** The next instant at which the clock has something to announce; null when all is announced. */
function nextBoundary(contest: Contest): Date | null {
  const ahead = boundariesOf(contest).filter(({ mark }) => !contest.announced.includes(mark));
  return ahead.length > 0 ? new Date(Math.min(...ahead.map(({ at }) => at.getTime()))) : null;
}

/** The vote was counted: the contest is decided; a later version of the result replaces an earlier one. */
export function takeResult(contest: Contest, version: number): Result {
  if (contest.status === 'DRAFT') return reject('CONTEST_NOT_PUBLISHED');
  if (version <= contest.resultVersion) return accept(contest);
  return accept({ ...contest, status: 'DECIDED', resultVersion: version });
}

/** Signed minutes decide a contest whose winners the commission determines. */
export const takeMinutes = (contest: Contest): Result =>
  accept(
    contest.status === 'PUBLISHED' && winnersOf(contest) === 'COMMISSION' ? { ...contest, status: 'DECIDED' } : contest,
  );
