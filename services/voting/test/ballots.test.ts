import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { leafOf } from '../src/crypto.ts';
import { CAST_BALLOT_HASH } from '../src/prepared.ts';
import { isGenuine, receiptKeyOf, type SignedReceipt } from './check-receipt.ts';
import {
  CAST,
  cast,
  CLOSES,
  importer,
  open,
  OPENS,
  published,
  resident,
  RULE,
  startVoting,
  tell,
  type Told,
  type VotingService,
} from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

/** The clock of the service does its work; what a process has read of a voting is at most a fifth of a second old. */
async function stateChanges(): Promise<void> {
  await t.runBackground('clock');
  await new Promise((resolve) => setTimeout(resolve, 250));
}

describe('the window is decided by the clock of the service', () => {
  test('before the opening, at the close with grace, after the grace', async () => {
    t.clock.set(later(OPENS, -1));
    const { contestId, projects } = await tell(t);
    expect((await cast(t, contestId, [projects[0]!])).rejection?.code).toBe('VOTING_NOT_OPEN');
    t.clock.set(OPENS);
    await stateChanges();
    expect((await cast(t, contestId, [projects[0]!])).receipt).not.toBeNull();
    t.clock.set(later(CLOSES, 4_999));
    expect((await cast(t, contestId, [projects[0]!])).receipt).not.toBeNull();
    t.clock.set(later(CLOSES, 5_000));
    expect((await cast(t, contestId, [projects[0]!])).rejection?.code).toBe('VOTING_CLOSED');
  });

  test('a clock that is wrong or jumps takes nothing before the opening and nothing after the close', async () => {
    t.clock.set(later(OPENS, -60_000));
    const { contestId, projects } = await tell(t);
    // This machine believes that it is time; the replica that opens does not.
    t.clock.set(later(OPENS, 540_000));
    expect((await cast(t, contestId, [projects[0]!])).rejection?.code).toBe('VOTING_NOT_OPEN');
    await stateChanges();
    const voter = resident();
    const first = await cast(t, contestId, [projects[0]!], voter, 'answer-was-lost-2');
    expect(first.receipt).not.toBeNull();
    t.clock.set(later(OPENS, -1));
    expect((await cast(t, contestId, [projects[0]!])).rejection?.code).toBe('VOTING_NOT_OPEN');
    expect(await cast(t, contestId, [projects[0]!], voter, 'answer-was-lost-2')).toEqual(first);
    t.clock.set(CLOSES);
    await stateChanges();
    t.clock.set(later(CLOSES, -600_000));
    expect((await cast(t, contestId, [projects[0]!])).receipt).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    expect((await cast(t, contestId, [projects[0]!])).rejection?.code).toBe('VOTING_CLOSED');
  }, 30_000);

  test('who lost the answer gets the same receipt after the close, and nothing else', async () => {
    const { contestId, projects } = await open(t);
    const voter = resident();
    const first = await cast(t, contestId, [projects[0]!], voter, 'answer-was-lost-1');
    t.clock.set(later(CLOSES, 60_000));
    expect(await cast(t, contestId, [projects[0]!], voter, 'answer-was-lost-1')).toEqual(first);
    const other = await cast(t, contestId, [projects[1]!], voter, 'answer-was-lost-1');
    expect(other.rejection?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await cast(t, contestId, [projects[0]!], voter)).rejection?.code).toBe('VOTING_CLOSED');
  });

  test('without a sound rule of who may vote nothing opens, and the graph says why', async () => {
    const states = async (contestId: string) =>
      (await t.gql('query ($id: ID!) { voting(contestId: $id) { state problem } }', { id: contestId })).data.voting;
    const bad = await open(t, { eligibility: { minAge: null } });
    expect(await states(bad.contestId)).toEqual({ state: 'ANNOUNCED', problem: 'ELIGIBILITY_RULE_MISSING' });
    expect((await cast(t, bad.contestId, [bad.projects[0]!])).rejection?.code).toBe('ELIGIBILITY_RULE_MISSING');
    const good = await open(t);
    expect(await states(good.contestId)).toEqual({ state: 'OPEN', problem: null });
  });

  test('a voting whose list is not approved says so', async () => {
    const told = { contestId: newId(), projects: [] };
    await t.bus.deliver(published(told));
    await t.settle();
    t.clock.set(OPENS);
    await t.runBackground('clock');
    const { data } = await t.gql('query ($id: ID!) { voting(contestId: $id) { state problem } }', {
      id: told.contestId,
    });
    expect(data.voting).toEqual({ state: 'ANNOUNCED', problem: 'BALLOT_LIST_MISSING' });
  });

  test('an unknown contest', async () => {
    expect((await cast(t, newId(), [])).rejection?.code).toBe('NOT_FOUND');
  });
});

describe('one ballot a person', () => {
  let told: Told;
  beforeAll(async () => void (told = await open(t)));

  test('two hundred parallel ballots of one voter get two hundred definite answers, one counts', async () => {
    const voter = resident();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => cast(t, told.contestId, [told.projects[0]!], voter)),
    );
    expect(answers.map(({ receipt }) => receipt!.revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    await t.runBackground('sequencer');
    const { data } = await t.gql(
      'query ($id: ID!) { voting(contestId: $id) { turnout { accepted superseded counted } } }',
      { id: told.contestId },
    );
    expect(data.voting.turnout).toEqual({ accepted: 200, superseded: 199, counted: 1 });
  }, 120_000);

  test('the same key gives the same receipt byte for byte, with another ballot it is refused', async () => {
    const voter = resident();
    const [first, again] = await Promise.all(
      [1, 2].map(() => cast(t, told.contestId, [told.projects[0]!], voter, 'the-same-key')),
    );
    expect(again!.receipt).toEqual(first!.receipt);
    expect((await cast(t, told.contestId, [told.projects[1]!], voter, 'the-same-key')).rejection?.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  test('a rule of one vote refuses the second', async () => {
    const single = await open(t, { rule: { ...RULE, revote: 'single' } });
    const voter = resident();
    expect((await cast(t, single.contestId, [single.projects[0]!], voter)).receipt).not.toBeNull();
    expect((await cast(t, single.contestId, [single.projects[1]!], voter)).rejection?.code).toBe('ALREADY_VOTED');
  });
});

describe('a ballot for something else', () => {
  test('a project of another contest is named as such, an invented one is not', async () => {
    const [here, there] = [await open(t), await open(t)];
    const codes = [there.projects[0]!, newId()].map(async (project) => {
      const { rejection } = await cast(t, here.contestId, [here.projects[0]!, project]);
      return [rejection?.code, rejection?.path];
    });
    expect(await Promise.all(codes)).toEqual([
      ['PROJECT_OF_ANOTHER_CONTEST', ['choices', '1', 'project']],
      ['PROJECT_UNKNOWN', ['choices', '1', 'project']],
    ]);
  });

  test('the rule that the voter was shown must be the rule of the vote', async () => {
    const { contestId, projects } = await open(t);
    const vote = async (ruleHash: string | null) => {
      const input = { idempotencyKey: newId(), contestId, choices: [{ project: projects[0] }], ruleHash };
      return (await t.gql(CAST, { input }, resident())).data.castBallot;
    };
    const other = await vote('00'.repeat(32));
    expect(other.rejection).toMatchObject({ code: 'RULE_CHANGED', path: ['ruleHash'] });
    const { receipt } = await vote(null);
    expect((await vote(receipt.ruleHash)).receipt.ruleHash).toBe(receipt.ruleHash);
  });
});

describe('the opened record', () => {
  const MINE = 'query ($id: ID!) { myBallot(contestId: $id) { leaf record } }';
  test('is given with the vote and its repetition, even after the close, and nowhere else', async () => {
    const { contestId, projects } = await open(t);
    const voter = resident();
    const { receipt } = await cast(t, contestId, [projects[1]!], voter, 'record-of-a-vote');
    expect(leafOf(receipt!.record!)).toBe(receipt!.leaf);
    expect(JSON.parse(receipt!.record!)).toMatchObject({
      choices: [projects[1]],
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const mine = await t.gql(MINE, { id: contestId }, voter);
    expect(mine.data.myBallot).toEqual({ leaf: receipt!.leaf, record: null });
    t.clock.set(later(CLOSES, 60_000));
    expect((await cast(t, contestId, [projects[1]!], voter, 'record-of-a-vote')).receipt).toEqual(receipt);
  });
});

describe('receipts', () => {
  test('are signed by the published key and found by their code', async () => {
    const { contestId, projects } = await open(t);
    const { receipt } = await cast(t, contestId, [projects[0]!]);
    const { data } = await t.gql('query ($id: ID!) { voting(contestId: $id) { receiptKey ruleHash } }', {
      id: contestId,
    });
    const body = JSON.parse(receipt!.signed) as SignedReceipt;
    const key = receiptKeyOf(data.voting.receiptKey);
    expect(isGenuine(body, key)).toBe(true);
    expect(isGenuine({ ...body, leaf: 'ff' }, key)).toBe(false);
    expect(body).toMatchObject({ leaf: receipt!.leaf, rule: data.voting.ruleHash });
    const look = async () =>
      (
        await t.gql('query ($id: ID!, $code: String!) { ballotByCode(contestId: $id, code: $code) { leaf index } }', {
          id: contestId,
          code: receipt!.code.toLowerCase(),
        })
      ).data.ballotByCode;
    expect(await look()).toEqual({ leaf: receipt!.leaf, index: null });
    await t.runBackground('sequencer');
    expect(await look()).toEqual({ leaf: receipt!.leaf, index: 0 });
  });

  test('the own ballot is shown to its voter alone', async () => {
    const { contestId, projects } = await open(t);
    const voter = resident();
    const { receipt } = await cast(t, contestId, [projects[0]!], voter);
    const mine = 'query ($id: ID!) { myBallot(contestId: $id) { code } }';
    expect((await t.gql(mine, { id: contestId }, voter)).data.myBallot).toEqual({ code: receipt!.code });
    expect((await t.gql(mine, { id: contestId }, resident())).data.myBallot).toBeNull();
  });

  test('a code with a typing error is named as such', async () => {
    const { errors } = await t.gql('{ ballotByCode(contestId: "x", code: "KWZR-C0NK-50E0-7YW0-8") { leaf } }');
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });
});

test.each([
  ['ACCOUNT_NOT_CONFIRMED', { assurance: 'basic' as const }],
  ['VOTER_KEY_MISSING', { voterKey: undefined }],
  ['BIRTH_DATE_UNKNOWN', { birthdate: undefined }],
  ['VOTER_TOO_YOUNG', { birthdate: '2015-01-01' }],
  ['VOTER_NOT_RESIDENT', { residence: '71874000' }],
  ['RESIDENCE_UNKNOWN', { residence: undefined }],
])('%s is refused at the vote and explained before it', async (code, claims) => {
  const { contestId, projects } = await open(t, { residence: '71876000' });
  const voter = resident(claims);
  expect((await cast(t, contestId, [projects[0]!], voter)).rejection?.code).toBe(code);
  const { data } = await t.gql(
    'query ($id: ID!) { myEligibility(contestId: $id) { eligible reasons { code userMessage } } }',
    { id: contestId },
    voter,
  );
  expect(data.myEligibility).toMatchObject({ eligible: false, reasons: [{ code }] });
  expect(data.myEligibility.reasons[0].userMessage).not.toMatch(/[{}]/);
  const fine = await t.gql(
    'query ($id: ID!) { myEligibility(contestId: $id) { eligible reasons { code } } }',
    { id: contestId },
    resident(),
  );
  expect(fine.data.myEligibility).toEqual({ eligible: true, reasons: [] });
});

test('the prepared document takes the same ballot on the same rules', async () => {
  const { contestId, projects } = await open(t);
  const ballot = (choices: object[], headers?: Record<string, string>) =>
    t.prepared(CAST_BALLOT_HASH, { input: { idempotencyKey: newId(), contestId, choices } }, headers);
  const authorization = `Bearer ${await t.token(resident())}`;
  const accepted = await ballot([{ project: projects[0] }], { authorization });
  expect(accepted.data.castBallot.receipt.revision).toBe(1);
  expect(leafOf(accepted.data.castBallot.receipt.record)).toBe(accepted.data.castBallot.receipt.leaf);
  const refused = await ballot([{ project: newId() }], { authorization });
  expect(refused.data.castBallot.rejection.code).toBe('PROJECT_UNKNOWN');
  expect((await ballot([])).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
});

test('ballots taken elsewhere go the same way, each with its own answer', async () => {
  const { contestId, projects } = await open(t);
  const ballots = [
    { idempotencyKey: 'paper-0001', voterKey: 'p1', choices: [{ project: projects[0] }] },
    { idempotencyKey: 'paper-0002', voterKey: 'p2', choices: [{ project: newId() }] },
  ];
  const document =
    'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { receipt { revision } rejection { code } } rejection { code } } }';
  const { data } = await t.gql(document, { input: { contestId, channel: 'paper', ballots } }, importer);
  expect(data.castBallots.results).toEqual([
    { receipt: { revision: 1 }, rejection: null },
    { receipt: null, rejection: { code: 'PROJECT_UNKNOWN' } },
  ]);
  const none = await t.gql(document, { input: { contestId, channel: 'paper', ballots: [] } }, importer);
  expect(none.data.castBallots.rejection.code).toBe('TOO_MANY_ITEMS');
  const foreign = await t.gql(document, { input: { contestId, channel: 'paper', ballots } }, resident());
  expect(foreign.errors![0]!.extensions.code).toBe('FORBIDDEN');
});
