/** Invariants of the voting service (voting.md 5.5) that its own stores can prove, and the comparison with the sign-ins. */
export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I9', 'ELIGIBILITY'] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** One thing that breaks an invariant. */
export interface Violation {
  invariant: Invariant;
  fault: string;
  /** What it was found at: id of a ballot, leaf, index of an entry, size of a head. */
  at: string;
}

/** The promise of every receipt: in the log within a minute. */
export const MERGE_DELAY_MS = 60_000;

/** A ballot as it is stored, with what its record says. */
export interface AuditedBallot {
  /** `<contest>:<tag>:<revision>` */
  id: string;
  contest: string;
  rev: number;
  key: string;
  acceptedAt: Date;
  sealed: boolean;
  record: { contest: string; tag: string; rev: number; rule: string };
}

/** What the voting says of its ballots. */
export interface AuditedVoting {
  ruleHash: string;
  opensAt: Date;
  /** The first instant at which nothing is taken any more. */
  endsAt: Date;
  now: Date;
}

/** Looks at the ballots of one contest, each once, ordered by tag and revision. */
export class BallotAudit {
  readonly violations: Violation[] = [];
  sealed = 0;
  /** Sealed ballots of a revision above the first. */
  superseded = 0;
  readonly #voting: AuditedVoting;
  #tag = '';
  #rev = 0;
  #keys = new Set<string>();

  constructor(voting: AuditedVoting) {
    this.#voting = voting;
  }

  add(ballot: AuditedBallot): void {
    if (ballot.sealed) this.sealed += 1;
    if (ballot.sealed && ballot.rev > 1) this.superseded += 1;
    this.#place(ballot);
    this.#time(ballot);
    if (ballot.record.rule !== this.#voting.ruleHash) this.#found('I2', 'RULE_DIFFERS', ballot);
  }

  /** I3 and I9: a tag's revisions follow each other without a gap, each asked for under a key of its own. */
  #place(ballot: AuditedBallot): void {
    const { id, contest, rev, key, record } = ballot;
    const tag = id.split(':')[1] ?? '';
    const named = `${record.contest}:${record.tag}:${String(record.rev).padStart(6, '0')}`;
    if (named !== id || record.contest !== contest || record.rev !== rev)
      this.#found('I3', 'RECORD_OF_ANOTHER', ballot);
    if (tag !== this.#tag) {
      this.#tag = tag;
      this.#rev = 0;
      this.#keys = new Set();
    }
    if (rev !== this.#rev + 1) this.#found('I3', 'REVISION_MISSING', ballot);
    this.#rev = rev;
    if (this.#keys.has(key)) this.#found('I9', 'KEY_USED_TWICE', ballot);
    this.#keys.add(key);
  }

  #time(ballot: AuditedBallot): void {
    const { opensAt, endsAt, now } = this.#voting;
    const { acceptedAt, sealed } = ballot;
    if (acceptedAt < opensAt || acceptedAt >= endsAt) this.#found('I4', 'OUTSIDE_OF_THE_WINDOW', ballot);
    if (!sealed && acceptedAt.getTime() + MERGE_DELAY_MS < now.getTime())
      this.#found('I1', 'NOT_SEALED_IN_TIME', ballot);
  }

  #found(invariant: Invariant, fault: string, { id }: AuditedBallot): void {
    this.violations.push({ invariant, fault, at: id });
  }
}

/** Entries and replaced revisions, as the log or as the ballots have them. */
export interface Numbers {
  entries: number;
  superseded: number;
}

/** I2: accepted and superseded are the same in the log and in the box. */
export function compareNumbers(log: Numbers, box: Numbers): Violation[] {
  const compare = (fault: string, of: keyof Numbers): Violation[] =>
    log[of] === box[of] ? [] : [{ invariant: 'I2', fault, at: `log ${log[of]}, ballots ${box[of]}` }];
  return [...compare('ACCEPTED_DIFFERS', 'entries'), ...compare('SUPERSEDED_DIFFERS', 'superseded')];
}

/** I2: the scores of the live counters are those of the ballots. Both by project. */
export function compareScores(
  counters: ReadonlyMap<string, number>,
  ballots: ReadonlyMap<string, number>,
): Violation[] {
  const projects = new Set([...counters.keys(), ...ballots.keys()]);
  return [...projects]
    .filter((project) => (counters.get(project) ?? 0) !== (ballots.get(project) ?? 0))
    .map((at) => ({ invariant: 'I2', fault: 'COUNTER_DIFFERS', at }));
}

/** What a result says of the money, kopecks. */
export interface ResultMoney {
  budget: bigint;
  spent: bigint;
  /** Winners, each with the part of the budget that pays it. */
  winners: readonly { cost: bigint; part?: string | undefined }[];
  /** Percent of the cost of a last winner that the money left must have covered for it to be topped up; null where nothing is. */
  lastTopUpPercent: number | null;
}

/** I7: what winners cost is what was spent, and no more than the budget but for the declared top-up of one winner in each part. */
export function checkMoney({ budget, spent, winners, lastTopUpPercent }: ResultMoney, at: string): Violation[] {
  const sum = winners.reduce((total, { cost }) => total + cost, 0n);
  const found: Violation[] = sum === spent ? [] : [{ invariant: 'I7', fault: 'SPENT_DIFFERS', at }];
  const topUps = new Map<string, bigint>();
  for (const { cost, part = '' } of lastTopUpPercent === null ? [] : winners) {
    const share = (cost * BigInt(100 - lastTopUpPercent!)) / 100n;
    if (share > (topUps.get(part) ?? 0n)) topUps.set(part, share);
  }
  const declared = [...topUps.values()].reduce((total, share) => total + share, 0n);
  return sum <= budget + declared ? found : [...found, { invariant: 'I7', fault: 'OVER_BUDGET', at }];
}

/** Scores and numbers of ballots as an export and the result have them, by project. */
export interface Exported {
  counted: number;
  scores: ReadonlyMap<string, { score: string; voters: number }>;
}

/** I2, the last leg: an export that is read in again gives the same numbers. */
export function compareExport(result: Exported, exported: Exported, at: string): Violation[] {
  const differs = (where: string): Violation => ({ invariant: 'I2', fault: 'EXPORT_DIFFERS', at: `${at} ${where}` });
  const projects = new Set([...result.scores.keys(), ...exported.scores.keys()]);
  const lines = [...projects].filter((project) => {
    const [a, b] = [result.scores.get(project), exported.scores.get(project)];
    return a?.score !== b?.score || a?.voters !== b?.voters;
  });
  return [...(result.counted === exported.counted ? [] : [differs('counted')]), ...lines.map(differs)];
}
