import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { criteriaProblems } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { isIsoDate, planStages } from './calendar.ts';
import { AGE, eligibilityIsSound } from './eligibility.ts';
import {
  stageOf,
  type BallotLine,
  type Contest,
  type ContestCode,
  type ContestEvent,
  type Stage,
  type StageType,
} from './contest.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;

/** SHA-256 in hex; given by the caller, for the domain has no cryptography. */
export type Hash = (text: string) => string;

/** Everything that is frozen at publication, as one canonical text (RFC 8785). */
export function passport(contest: Contest): string {
  const {
    title,
    oktmo,
    timeZone,
    template,
    groupMinimum,
    legalBasis,
    form,
    criteria,
    votingRule,
    eligibility,
    resultsVisibility,
    graceSeconds,
  } = contest;
  return canonicalJson({
    title,
    oktmo,
    timeZone,
    template,
    groupMinimum,
    legalBasis: legalBasis.map(({ article, ...act }) => ({ ...act, article: article ?? null })),
    budgetKopecks: contest.budget.toString(),
    maxPerProjectKopecks: contest.maxPerProject?.toString() ?? null,
    stages: contest.stages.map(({ type, opensLocal, closesLocal }) => ({ type, opensLocal, closesLocal })),
    form: JSON.parse(JSON.stringify(form)),
    criteria: JSON.parse(JSON.stringify(criteria)),
    votingRule: JSON.parse(JSON.stringify(votingRule)),
    eligibility,
    resultsVisibility,
    graceSeconds,
  });
}

const NEEDED: readonly StageType[] = ['INTAKE', 'VOTING'];

/** Freezes the rules. A contest cannot be published without its legal act (131-ФЗ article 26.1, local regulation) or without intake and vote. */
export function publishContest(contest: Contest, now: Date, hash: Hash): Result {
  if (contest.status !== 'DRAFT') return reject('CONTEST_FROZEN');
  const acts = contest.legalBasis.every(
    ({ title, number, date }) => title.trim() !== '' && number.trim() !== '' && isIsoDate(date),
  );
  if (contest.legalBasis.length === 0 || !acts) return reject('LEGAL_BASIS_MISSING', ['legalBasis']);
  const missing = NEEDED.find((type) => !stageOf(contest, type));
  if (missing) return reject('STAGES_INVALID', ['stages'], { stage: missing });
  if (stageOf(contest, 'VOTING')!.opensAt <= now) return reject('STAGE_PASSED', ['stages']);
  // A draft may have been stored before a rule was asked for; what is frozen here decides who votes and how.
  if (!eligibilityIsSound(contest.eligibility)) return reject('ELIGIBILITY_INVALID', ['eligibility'], AGE);
  const [problem] = criteriaProblems(contest.criteria);
  if (problem) return reject('VOTING_RULE_INVALID', ['criteria', problem.criterion], { reason: problem.reason });
  const published: Contest = {
    ...contest,
    status: 'PUBLISHED',
    passportHash: hash(passport(contest)),
    publishedAt: now,
    nextBoundaryAt: nextBoundary(contest),
  };
  return accept(published, { kind: 'ContestPublished' });
}

export interface Boundaries {
  stage: StageType;
  opensLocal?: string | null;
  closesLocal?: string | null;
  reason: string;
}

const REASON = { min: 10, max: 2000 };

/** Moves boundaries that lie ahead to instants that lie ahead; the passport gets a new hash and the reason is published. */
export function rescheduleStage(contest: Contest, boundaries: Boundaries, now: Date, hash: Hash): Result {
  const reason = boundaries.reason.trim();
  const stage = stageOf(contest, boundaries.stage);
  if (contest.status === 'DRAFT') return reject('CONTEST_NOT_PUBLISHED');
  if (reason.length < REASON.min || reason.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  const moved = stage && movedTo(stage, boundaries);
  if (!moved) return reject('STAGES_INVALID', ['stage']);
  const drafts = contest.stages.map((other) => (other === stage ? moved : other));
  const planned = planStages(drafts, contest.timeZone);
  if (planned.rejection) return { ok: false, rejection: { ...planned.rejection, path: ['stage'] } };
  const passed = passedBoundary(
    boundaries,
    stage,
    planned.stages.find(({ type }) => type === stage.type)!,
    now,
  );
  if (passed) return reject('STAGE_PASSED', [passed]);
  return accept(amended({ ...contest, stages: planned.stages }, reason, now, hash), {
    kind: 'ContestRescheduled',
    reason,
  });
}

/** The stage between its new boundaries; null when none is given. */
function movedTo(stage: Stage, { opensLocal, closesLocal }: Boundaries): Stage | null {
  if (!opensLocal && !closesLocal) return null;
  return { ...stage, opensLocal: opensLocal ?? stage.opensLocal, closesLocal: closesLocal ?? stage.closesLocal };
}

/** Which of the boundaries that are to move lies in the past, before or after the move. */
function passedBoundary({ opensLocal, closesLocal }: Boundaries, before: Stage, after: Stage, now: Date) {
  if (opensLocal && (before.opensAt <= now || after.opensAt <= now)) return 'opensLocal';
  return closesLocal && (before.closesAt <= now || after.closesAt <= now) ? 'closesLocal' : null;
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
  if (stageOf(contest, 'VOTING')!.opensAt <= now) return reject('VOTING_BEGUN');
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
