import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connectMongo, newId } from '@veche/kit';
import type mongoose from 'mongoose';
import { leafOf } from '../src/crypto.ts';
import { makeStores, type Stores } from '../src/store.ts';
import { cast, CLOSES, open, OPENS, resident, startVoting, type Told, type VotingService } from './setup.ts';

/** The ballot box and its log against a model of some lines, driven by whatever people and clocks may do in any order. */
let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
beforeAll(async () => {
  t = await startVoting();
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
});
afterAll(async () => {
  await connection.close();
  await t.stop();
});

const PEOPLE = 3;
type Action =
  | { do: 'vote'; who: number; what: number }
  | { do: 'repeat'; which: number; what: number }
  | { do: 'bad'; who: number }
  | { do: 'seal' }
  | { do: 'close' };

const who = fc.nat(PEOPLE - 1);
const what = fc.nat(2);
const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('vote' as const), who, what }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat(9), what }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('bad' as const), who }) },
    { weight: 2, arbitrary: fc.constant({ do: 'seal' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'close' as const }) },
  ),
  { minLength: 5, maxLength: 14 },
);

interface Known {
  key: string;
  who: number;
  what: number;
  /** Signed text of its receipt; null when it was refused. */
  signed: string | null;
}

/** One contest and what must be true of it. */
class Model {
  readonly known: Known[] = [];
  readonly revisions = Array.from({ length: PEOPLE }, () => 0);
  readonly #people = Array.from({ length: PEOPLE }, () => resident());
  readonly #contest: Told;
  #isClosed = false;

  constructor(contest: Told) {
    this.#contest = contest;
  }

  #cast(person: number, choice: string, key: string) {
    return cast(t, this.#contest.contestId, [choice], this.#people[person], key);
  }

  async vote(person: number, choice: number): Promise<void> {
    const key = newId();
    const { receipt, rejection } = await this.#cast(person, this.#contest.projects[choice]!, key);
    expect(rejection?.code ?? null).toBe(this.#isClosed ? 'VOTING_CLOSED' : null);
    this.known.push({ key, who: person, what: choice, signed: receipt?.signed ?? null });
    if (!receipt) return;
    expect(receipt.revision).toBe((this.revisions[person]! += 1));
    expect(leafOf(receipt.record!)).toBe(receipt.leaf);
  }

  async repeat(which: number, choice: number): Promise<void> {
    const before = this.known[which % Math.max(1, this.known.length)];
    if (!before) return;
    const { receipt, rejection } = await this.#cast(before.who, this.#contest.projects[choice]!, before.key);
    if (before.signed === null) expect(rejection?.code).toBe('VOTING_CLOSED');
    else if (choice === before.what) expect(receipt?.signed).toBe(before.signed);
    else expect(rejection?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  }

  async bad(person: number): Promise<void> {
    const { rejection } = await this.#cast(person, newId(), newId());
    expect(rejection?.code).toBe(this.#isClosed ? 'VOTING_CLOSED' : 'PROJECT_UNKNOWN');
  }

  close(): void {
    this.#isClosed = true;
    t.clock.set(new Date(CLOSES.getTime() + 6_000));
  }
}

async function act(model: Model, action: Action): Promise<void> {
  switch (action.do) {
    case 'vote':
      return model.vote(action.who, action.what);
    case 'repeat':
      return model.repeat(action.which, action.what);
    case 'bad':
      return model.bad(action.who);
    case 'seal':
      return t.runBackground('sequencer');
    case 'close':
      return model.close();
  }
}

/** The log and the box hold what was accepted, each ballot once. */
async function compare({ contestId: contest }: Told, { known, revisions }: Model): Promise<void> {
  await t.runBackground('sequencer');
  const accepted = known.flatMap(({ signed }) => (signed ? (JSON.parse(signed) as { leaf: string }).leaf : []));
  const entries = await stores.leaves.find({ contest }).sort({ index: 1 }).lean();
  expect(entries.map(({ leaf }) => leaf).sort()).toEqual([...accepted].sort());
  const voters = revisions.filter((count) => count > 0).length;
  expect(Number(entries.at(-1)?.superseded ?? 0)).toBe(accepted.length - voters);
  expect(await stores.ballots.countDocuments({ contest })).toBe(accepted.length);
}

test('each accepted vote is one ballot and one entry; a repetition gets the same receipt; after the close nothing is taken', async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (script: Action[]) => {
      t.clock.set(OPENS);
      const told = await open(t);
      const model = new Model(told);
      for (const action of script) await act(model, action);
      await compare(told, model);
    }),
    { numRuns: 25 },
  );
}, 240_000);
