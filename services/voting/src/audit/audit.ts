import type { KeyObject } from 'node:crypto';
import { sha256Hex, type Aggregate } from '@veche/kit';
import type { Threads } from '../count/count-thread.ts';
import type { CounterParts } from '../count/counter.ts';
import { gather, type Protocol } from '../count/counting.ts';
import {
  BallotAudit,
  checkMoney,
  compareExport,
  compareNumbers,
  compareScores,
  MERGE_DELAY_MS,
  type Exported,
  type Invariant,
  type ResultMoney,
  type Violation,
} from '../domain/audit.ts';
import { tally } from '@veche/kit/domain/count/ballots';
import { graceEnd, type Voting } from '../domain/voting.ts';
import { entriesAt, markOf } from '../log/log.ts';
import { latestResult, leafId, type Leaf, type Stores } from '../store.ts';
import { auditedBallots } from '../store/audit.ts';
import { shownTally } from '../live/tallying.ts';
import { exportedNumbers } from './export.ts';
import { verifyLog, type LogFault } from '../log/verify-log.ts';

export interface AuditParts {
  stores: Stores;
  /** Public key of the log. */
  logKey: KeyObject;
  now: Date;
  determine: CounterParts['determine'];
  /** By default here and now; a service gives a thread, for it takes as long as a count. */
  exported?: Threads['exported'];
  stopping: AbortSignal;
}

const INVARIANT_OF: Readonly<Record<LogFault, Invariant>> = {
  ENTRY_MISSING: 'I1',
  ENTRY_WITHOUT_BALLOT: 'I1',
  BALLOT_CHANGED: 'I1',
  BALLOT_NOT_IN_LOG: 'I1',
  HEAD_SIGNATURE_INVALID: 'I5',
  HEAD_ROOT_DIFFERS: 'I5',
  HEAD_AHEAD: 'I5',
};

/** Everything about one contest that breaks an invariant (voting.md 5.5); reads the whole contest. */
export async function auditContest(parts: AuditParts, { id, state }: Aggregate<Voting>): Promise<Violation[]> {
  const { stores, now, logKey } = parts;
  const { opensAt } = state.window!;
  const box = new BallotAudit({ ruleHash: state.announcement!.ruleHash, opensAt, endsAt: graceEnd(state), now });
  const { findings, entries } = await verifyLog(stores, id, logKey);
  const sealed = new Set(entries);
  for await (const { _id, record, leaf, ...ballot } of auditedBallots(stores, id))
    box.add({ ...ballot, id: _id, record: parse(record), sealed: sealed.has(leaf) });
  const log = findings.map(({ fault, at, leaf }) => ({
    invariant: INVARIANT_OF[fault],
    fault,
    at: leaf ?? String(at),
  }));
  return [
    ...log,
    ...box.violations,
    ...(await numbers(stores, id, entries.length, box)),
    ...(await counters(stores, id, state)),
    ...(await result(parts, id, state)),
  ];
}

const NO_RECORD = { contest: '', tag: '', rev: 0, rule: '' };

/** A record that was tampered with may be no JSON any more. */
function parse(record: string): typeof NO_RECORD {
  try {
    return { ...NO_RECORD, ...(JSON.parse(record) as object) };
  } catch {
    return NO_RECORD;
  }
}

/** Of the log as far as it went when it was read: votes go on meanwhile. */
async function numbers(stores: Stores, contest: string, entries: number, box: BallotAudit): Promise<Violation[]> {
  const last = entries === 0 ? null : await stores.leaves.findById(leafId(contest, entries - 1)).lean<Leaf>();
  const log = { entries, superseded: last?.superseded ?? 0 };
  return compareNumbers(log, { entries: box.sealed, superseded: box.superseded });
}

/** The live counters against the ballots, at a moment at which both are of the same entries; while ballots wait for their seal, nothing is wrong. */
async function counters(stores: Stores, contest: string, state: Voting): Promise<Violation[]> {
  if (state.announcement!.resultsVisibility !== 'LIVE' || !state.ballot) return [];
  const shown = await shownTally(stores, contest);
  if (shown.size !== (await stores.ballots.countDocuments({ contest }))) return [];
  const ballots = await gather(stores, contest, state);
  const scores = tally(ballots, state.ballot.length).map(({ score }) => Number(score));
  const differing = compareScores(
    new Map([...shown.lines].map(([project, { score }]) => [project, score])),
    new Map(state.ballot.map(({ applicationId }, index) => [applicationId, scores[index]!])),
  );
  const counted = [...shown.channels.values()].reduce((sum, n) => sum + n, 0);
  if (counted === ballots.counted) return differing;
  return [...differing, { invariant: 'I2', fault: 'COUNTER_DIFFERS', at: 'counted' }];
}

/** The latest result against a count of the ballots anew, under the orders that it followed. */
async function result(parts: AuditParts, contest: string, state: Voting): Promise<Violation[]> {
  const stored = await latestResult(parts.stores, contest);
  if (!stored) return [];
  const { version, protocol, protocolHash, orders } = stored;
  const violation = (fault: string, at = `version ${version}`): Violation => ({ invariant: 'I2', fault, at });
  if (sha256Hex(protocol) !== protocolHash) return [violation('RESULT_CHANGED')];
  const then = { ...state, redeterminations: (state.redeterminations ?? []).slice(0, orders) };
  const said = JSON.parse(protocol) as Protocol;
  const money = checkMoney(moneyOf(said, state), `version ${version}`);
  try {
    const again = await parts.determine(contest, then, version, parts.stopping);
    const same = again.status === 'DETERMINED' && again.hash === protocolHash;
    const read = parts.exported ?? ((...of) => exportedNumbers(parts.stores, of[0], of[1], of[2]));
    const exported = await read(contest, then, version, parts.stopping);
    const differing = compareExport(numbersOf(said, state), exported, `version ${version}`);
    return [...money, ...(same ? [] : [violation('RESULT_DIFFERS')]), ...differing];
  } catch (error) {
    if (parts.stopping.aborted) throw error;
    return [...money, violation('RESULT_CANNOT_BE_COUNTED', (error as Error).message)];
  }
}

const moneyOf = ({ budgetKopecks, spentKopecks, projects }: Protocol, state: Voting): ResultMoney => ({
  budget: BigInt(budgetKopecks),
  spent: BigInt(spentKopecks),
  winners: projects
    .filter(({ outcome }) => outcome === 'WINNER')
    .map(({ costKopecks, part }) => ({ cost: BigInt(costKopecks), part })),
  lastTopUpPercent: state.announcement!.rule.lastTopUpPercent ?? null,
});

/** An export tells votes for a project; those against it stand in the result alone. */
function numbersOf({ counted, projects }: Protocol, { announcement }: Voting): Exported {
  const forOnly = announcement!.rule.ballot.type === 'forAgainst';
  const lines = projects.map(({ applicationId, score, voters }) => {
    const told = forOnly ? String(voters) : score;
    return [applicationId, { score: told, voters }] as const;
  });
  return { counted, scores: new Map(lines) };
}

/** I6: entries of a log that should have been published long ago. */
export async function auditLogs({ stores, now }: Pick<AuditParts, 'stores' | 'now'>): Promise<Violation[]> {
  const before = new Date(now.getTime() - MERGE_DELAY_MS);
  const found: Violation[] = [];
  for (const { _id: contest } of await stores.logs.find().lean()) {
    const { size, next } = await markOf(stores, contest);
    if (next! >= size!) continue;
    const [entry] = await entriesAt(stores, contest, { from: next!, to: next! + 1 }).catch(() => []);
    const ballot = entry && (await stores.ballots.findById(entry.ballot, { acceptedAt: 1 }).lean());
    if (!ballot || ballot.acceptedAt < before)
      found.push({ invariant: 'I6', fault: 'LOG_NOT_PUBLISHED', at: `${contest} entry ${next}` });
  }
  return found;
}
