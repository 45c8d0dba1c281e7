import type { Clock } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { leafOf, newNonce, tagOf, tagText } from '../crypto.ts';
import { checkBallot, recorded, type BallotCode, type Choice, type RecordedChoices } from '../domain/ballot.ts';
import { faultOfFurther, isInPerson } from '../domain/double-vote.ts';
import { hasChoices, recordText } from '../domain/record.ts';
import { graceEnd, intake, listOf, withdrawnChoice, type Voting } from '../domain/voting.ts';
import { GroupCommit } from './group-commit.ts';
import type { KeyPort } from './keys.ts';
import { signReceipts } from './receipt.ts';
import { ballotId, revisionsOf, type StoredBallot, type Stores } from '../store.ts';
import { noteDoubleVote } from '../store/booth.ts';

export type CastCode =
  | BallotCode
  | 'VOTING_NOT_OPEN'
  | 'VOTING_CLOSED'
  | 'RULE_CHANGED'
  | 'PROJECT_WITHDRAWN'
  | 'ALREADY_VOTED'
  | 'DOUBLE_VOTE'
  | 'OVERLOADED'
  | 'IDEMPOTENCY_KEY_REUSED';

export interface Cast {
  contestId: string;
  voting: Voting;
  /** Pseudonym of the voter in this contest. */
  tag: string;
  idempotencyKey: string;
  choices: readonly Choice[];
  channel: string;
  /** Hash of the rule that the voter was shown. */
  ruleHash?: string | null;
}

export type CastResult = { ballot: StoredBallot; rejection: null } | { ballot: null; rejection: Rejection<CastCode> };

const ATTEMPTS = 20;
const RETRY_AFTER_S = 3;

const refuse = (code: CastCode, params?: Rejection['params'], path?: readonly string[]): CastResult => ({
  ballot: null,
  rejection: { code, ...(params ? { params } : {}), ...(path ? { path } : {}) },
});

/** What a request that was answered before is answered again; null for a new one. */
function replay(earlier: readonly StoredBallot[], key: string, choices: RecordedChoices): CastResult | null {
  const same = earlier.find((ballot) => ballot.key === key);
  if (!same) return null;
  return hasChoices(same.record, choices) ? { ballot: same, rejection: null } : refuse('IDEMPOTENCY_KEY_REUSED');
}

/** What a box tells; whoever hears it must not take time. */
export interface BoxListener {
  accepted(ballot: StoredBallot): void;
  answered(channel: string, result: CastResult): void;
}

/** Accepts ballots: one durable write each, then the receipt. Ballots of one voter queue behind each other, so each gets a definite answer. */
export class BallotBox {
  readonly #stores: Stores;
  readonly #keys: KeyPort;
  readonly #clock: Clock;
  readonly #commit: GroupCommit;
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #closedSince = new Map<string, number>();

  readonly #told: BoxListener;

  constructor(stores: Stores, keys: KeyPort, clock: Clock, told: BoxListener) {
    this.#told = told;
    this.#stores = stores;
    this.#keys = keys;
    this.#clock = clock;
    this.#commit = new GroupCommit(
      stores.ballots,
      () => clock.now().getTime(),
      (ballots) => signReceipts(ballots, keys.receiptKey),
    );
  }

  /** The tag of a voter; at once where the key is at hand, so that a vote does not wait. */
  tag(contestId: string, voterKey: string): string | Promise<string> {
    const mac = this.#keys.mac(contestId, tagText(voterKey));
    return typeof mac === 'string' ? tagOf(mac) : mac.then(tagOf);
  }

  async cast(cast: Cast): Promise<CastResult> {
    const result = await this.#cast(cast);
    this.#told.answered(cast.channel, result);
    return result;
  }

  async #cast(cast: Cast): Promise<CastResult> {
    const { voting, choices } = cast;
    const open = intake(voting, this.#clock.now(), this.#closedMs(cast.contestId, voting));
    const { rule, ruleHash } = voting.announcement!;
    if (!open.ok)
      return voting.status === 'ANNOUNCED'
        ? refuse(open.code)
        : this.#repeated(cast, recorded(rule.ballot, choices), open.code);
    if (cast.ruleHash != null && cast.ruleHash !== ruleHash) return refuse('RULE_CHANGED', undefined, ['ruleHash']);
    const checked = checkBallot(rule.ballot, listOf(voting), choices);
    if (checked.rejection) return { ballot: null, rejection: checked.rejection };
    const gone = isInPerson(cast.channel) ? withdrawnChoice(voting, choices) : -1;
    if (gone >= 0) return this.#repeated(cast, checked.choices, 'PROJECT_WITHDRAWN', ['choices', String(gone)]);
    return this.#inTurn(`${cast.contestId}:${cast.tag}`, () => this.#place(cast, checked.choices));
  }

  /** How long this process has known that a voting is closed. */
  #closedMs(contest: string, { status }: Voting): number {
    if (status !== 'CLOSED') return 0;
    const now = performance.now();
    const since = this.#closedSince.get(contest) ?? now;
    this.#closedSince.set(contest, since);
    return now - since;
  }

  /** Nothing like this is taken any more, but who lost the answer to a ballot that was in time still gets its receipt. */
  async #repeated(cast: Cast, choices: RecordedChoices, code: CastCode, path?: readonly string[]): Promise<CastResult> {
    const earlier = await revisionsOf(this.#stores, cast.contestId, cast.tag);
    return replay(earlier, cast.idempotencyKey, choices) ?? refuse(code, undefined, path);
  }

  /** Work of one tag after the other; different tags do not wait for each other. */
  async #inTurn<T>(tag: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(tag);
    const turn = before ? before.then(work, work) : work();
    this.#queues.set(tag, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(tag) === turn) this.#queues.delete(tag);
    }
  }

  /** Most people vote once, so revision 1 is tried unread; a duplicate key tells that there are earlier ones. */
  async #place(cast: Cast, choices: RecordedChoices): Promise<CastResult> {
    for (let attempt = 0, rev = 1; attempt < ATTEMPTS; attempt++) {
      const ballot = this.#ballot(cast, rev, choices);
      const written = await this.#commit.write(ballot, graceEnd(cast.voting).getTime());
      if (written === 'written') {
        this.#told.accepted(ballot);
        return { ballot, rejection: null };
      }
      if (written === 'expired') return refuse('VOTING_CLOSED');
      if (written === 'overloaded') return refuse('OVERLOADED', { seconds: RETRY_AFTER_S });
      const earlier = await revisionsOf(this.#stores, cast.contestId, cast.tag);
      const known = replay(earlier, cast.idempotencyKey, choices);
      if (known) return known;
      const channels = earlier.map(({ channel }) => channel);
      const fault = faultOfFurther(cast.voting.announcement!.rule, channels, cast.channel);
      if (fault) return { ballot: null, rejection: await this.refuseFurther(cast, fault) };
      rev = (earlier.at(-1)?.rev ?? 0) + 1;
    }
    return refuse('OVERLOADED', { seconds: RETRY_AFTER_S });
  }

  /** Refuses a further ballot; who comes in person after a ballot by another channel is noted, for the protocol tells how many. */
  async refuseFurther(
    { contestId: contest, channel, tag }: Pick<Cast, 'contestId' | 'channel' | 'tag'>,
    code: 'ALREADY_VOTED' | 'DOUBLE_VOTE',
  ): Promise<Rejection<CastCode>> {
    if (code === 'DOUBLE_VOTE' && isInPerson(channel)) await noteDoubleVote(this.#stores, { contest, channel, tag });
    return { code };
  }

  #ballot(cast: Cast, rev: number, choices: RecordedChoices): StoredBallot {
    const { contestId, voting, idempotencyKey, channel, tag } = cast;
    const record = recordText({
      choices,
      contest: contestId,
      nonce: newNonce(),
      rev,
      rule: voting.announcement!.ruleHash,
      tag,
    });
    return {
      _id: ballotId(contestId, tag, rev),
      contest: contestId,
      rev,
      key: idempotencyKey,
      record,
      leaf: leafOf(record),
      proof: '',
      acceptedAt: this.#clock.now(),
      channel,
    };
  }
}
