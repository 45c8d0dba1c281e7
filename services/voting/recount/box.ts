import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { checkBallot, type Choice, type ListedProject, type RecordedChoices } from '../src/domain/ballot.ts';
import type { CountInputs } from '../src/domain/count/inputs.ts';

export interface BallotRecord {
  choices: RecordedChoices;
  contest: string;
  nonce: string;
  rev: number;
  rule: string;
  tag: string;
  v: number;
}

const HEX = /^[0-9a-f]{32}$/;

const isProper = ({ tag, nonce, rev }: BallotRecord): boolean =>
  HEX.test(tag) && HEX.test(nonce) && Number.isInteger(rev) && rev > 0 && rev < 1_000_000;

/** The ballots of a package: of each tag the highest revision counts. */
export class Box {
  readonly #rule: VotingRule;
  readonly #ruleHash: string;
  readonly #contest: string;
  readonly #list: ReadonlyMap<string, ListedProject>;
  /** Of each tag its revisions as bits, and what the highest of them says. */
  readonly #tags = new Map<string, { revisions: bigint; choices: RecordedChoices; isExcluded: boolean }>();
  readonly #excluded: ReadonlySet<string>;
  /** One copy of each kind of ballot. */
  readonly #kinds = new Map<string, RecordedChoices>();

  constructor(rule: VotingRule, ruleHash: string, { contest, projects, excluded }: CountInputs) {
    this.#excluded = new Set(excluded);
    this.#rule = rule;
    this.#ruleHash = ruleHash;
    this.#contest = contest;
    this.#list = new Map(
      projects.map(({ id, cost, category, territory }) => [id, { cost: BigInt(cost), category, territory }]),
    );
  }

  /** Records that were taken and those of them that are no ballots. */
  accepted = 0;
  refused = 0;

  /** Tags with records, and those of them whose last record is excluded. */
  get turnout(): { tags: number; excluded: number } {
    let excluded = 0;
    for (const { isExcluded } of this.#tags.values()) excluded += isExcluded ? 1 : 0;
    return { tags: this.#tags.size, excluded };
  }

  /** Takes a record, with its leaf; says what is wrong with it. */
  take(line: string, leaf: string): string | null {
    const fault = this.#take(line, leaf);
    this.accepted += 1;
    if (fault) this.refused += 1;
    return fault;
  }

  #take(line: string, leaf: string): string | null {
    const record = JSON.parse(line) as BallotRecord;
    const { choices, contest, nonce, rev, rule, tag, v } = record;
    if (canonicalJson({ choices, contest, nonce, rev, rule, tag, v }) !== line) return 'is no canonical record';
    if (v !== 1 || contest !== this.#contest || rule !== this.#ruleHash) return 'is of another contest or rule';
    if (!isProper(record)) return 'has no proper tag, nonce or revision';
    return this.#choicesFault(choices) ?? this.#add(tag, 1n << BigInt(rev), choices, this.#excluded.has(leaf));
  }

  /** Whether the record counts: the last of its tag, and not excluded; once all are taken. */
  isCounted({ tag, rev }: Pick<BallotRecord, 'tag' | 'rev'>): boolean {
    const known = this.#tags.get(tag);
    return known !== undefined && !known.isExcluded && known.revisions >> BigInt(rev) === 1n;
  }

  #choicesFault(choices: RecordedChoices): string | null {
    const paired = this.#rule.ballot.type === 'cumulative' || this.#rule.ballot.type === 'forAgainst';
    const given = choices.map((choice): Choice =>
      paired ? { project: String(choice[0]), points: choice[1] as number } : { project: String(choice) },
    );
    const checked = checkBallot(this.#rule.ballot, this.#list, given);
    if (checked.rejection) return `is no ballot of the rule: ${checked.rejection.code}`;
    return canonicalJson(checked.choices) === canonicalJson(choices) ? null : 'its choices are not in order';
  }

  #add(tag: string, bit: bigint, choices: RecordedChoices, isExcluded: boolean): string | null {
    const text = canonicalJson(choices);
    const kind = this.#kinds.get(text) ?? choices;
    this.#kinds.set(text, kind);
    const known = this.#tags.get(tag);
    if (!known) this.#tags.set(tag, { revisions: bit, choices: kind, isExcluded });
    else if (known.revisions & bit) return 'has the revision of another record of its tag';
    else {
      if (bit > known.revisions) Object.assign(known, { choices: kind, isExcluded });
      known.revisions |= bit;
    }
    return null;
  }

  /** Tags whose revisions are not 1, 2, 3..., or that voted twice where the rule has one vote. */
  *gaps(): Generator<string> {
    for (const [tag, { revisions }] of this.#tags) {
      if ((revisions & (revisions + 2n)) !== 0n || (revisions & 2n) === 0n) yield `tag ${tag} lacks a revision`;
      else if (revisions > 2n && this.#onlyOne()) yield `tag ${tag} voted more than once, the rule allows one vote`;
    }
  }

  /** One vote a voter, and none over a ballot by another channel either. */
  #onlyOne(): boolean {
    return this.#rule.revote === 'single' && (this.#rule.doubleVote ?? 'refuse') === 'refuse';
  }

  *counted(): Generator<RecordedChoices> {
    for (const { choices, isExcluded } of this.#tags.values()) if (!isExcluded) yield choices;
  }
}
