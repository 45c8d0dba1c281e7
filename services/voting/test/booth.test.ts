import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { at, codeOf } from './setup-booth.ts';
import { hashSnils, snilsOf, startBridge, type Bridge } from './setup-bridge.ts';
import { cast, close, open, OPENS, resident, RULE, startVoting, type Told, type VotingService } from './setup.ts';

let bridge: Bridge;
let t: VotingService;
beforeAll(async () => {
  bridge = await startBridge('booth-ballot');
  t = await startVoting(bridge.env);
});
beforeEach(() => t.clock.set(OPENS));
afterAll(async () => {
  await t.stop();
  bridge.stop();
});

const { registered, issue, vote } = at(() => t);

const resultOf = async ({ contestId }: Told, fields: string) =>
  (await t.gql(`query ($id: ID!) { voting(contestId: $id) { result { ${fields} } } }`, { id: contestId })).data.voting
    .result;

test('identified at the desk, cast at the tablet, found by its code, counted under its channel', async () => {
  const told = await open(t);
  const [a, b] = told.projects as [string, string];
  const place = await registered(told.contestId);
  const { code, expiresAt } = await issue(place.boothId, 1);
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  expect(expiresAt).toBe(new Date(OPENS.getTime() + 900_000).toISOString());
  const { receipt } = await vote(place, code.toLowerCase().replaceAll('-', ' '), [a, b]);
  expect(receipt.revision).toBe(1);
  await cast(t, told.contestId, [a]);
  await close(t);
  const found = await t.gql('query ($id: ID!, $code: String!) { ballotByCode(contestId: $id, code: $code) { leaf } }', {
    id: told.contestId,
    code: receipt.code,
  });
  expect(found.data.ballotByCode.leaf).toBe(receipt.leaf);
  expect(await resultOf(told, 'turnout { counted } channels { channel accepted counted } doubleVotes')).toEqual({
    turnout: { counted: 2 },
    channels: [
      { channel: 'booth', accepted: 1, counted: 1 },
      { channel: 'online', accepted: 1, counted: 1 },
    ],
    doubleVotes: 0,
  });
  const page = await (await fetch(`${t.url}/open/contests/${told.contestId}/result/protocol.html`)).text();
  expect(page).toContain('booth');
});

describe('a code', () => {
  test('is good once: the same ballot again gets the same receipt, another one is refused', async () => {
    const { contestId, projects } = await open(t);
    const [a, b] = projects as [string, string];
    const place = await registered(contestId);
    const { code } = await issue(place.boothId, 1);
    const answers = await Promise.all([a, b, a, b].map((project) => vote(place, code, [project])));
    const codes = new Set(answers.map((answer) => answer.receipt?.code).filter(Boolean));
    expect(codes.size).toBe(1);
    expect(answers.map(codeOf).toSorted()).toEqual(['BALLOT_CODE_SPENT', 'BALLOT_CODE_SPENT', null, null]);
    expect(await t.deps.connection.collection('ballots').countDocuments({ contest: contestId })).toBe(1);
  });

  test('expires; who lost the answer to a ballot that was in time still gets its receipt', async () => {
    const { contestId, projects } = await open(t);
    const place = await registered(contestId);
    const [late, lost] = [(await issue(place.boothId, 1)).code, (await issue(place.boothId, 2)).code];
    const { receipt } = await vote(place, lost, [projects[0]!]);
    t.clock.set(new Date(OPENS.getTime() + 900_000 - 1));
    expect(codeOf(await vote(place, late, [newId()]))).toBe('PROJECT_UNKNOWN');
    t.clock.set(new Date(OPENS.getTime() + 900_000));
    expect(codeOf(await vote(place, late, [projects[0]!]))).toBe('BALLOT_CODE_EXPIRED');
    expect((await vote(place, lost, [projects[0]!])).receipt).toEqual(receipt);
  });

  test('given anew voids the earlier one; the same request gives the same code', async () => {
    const { contestId, projects } = await open(t);
    const place = await registered(contestId);
    const idempotencyKey = 'one-request-at-the-desk';
    const first = await issue(place.boothId, 1, { idempotencyKey });
    expect(await issue(place.boothId, 1, { idempotencyKey })).toEqual(first);
    expect(codeOf(await issue(place.boothId, 2, { idempotencyKey }))).toBe('IDEMPOTENCY_KEY_REUSED');
    const second = await issue(place.boothId, 1);
    expect(codeOf(await vote(place, first.code, [projects[0]!]))).toBe('BALLOT_CODE_UNKNOWN');
    expect(codeOf(await vote(place, second.code, [projects[0]!]))).toBeNull();
  });

  test('is of one booth, and its tablet', async () => {
    const { contestId, projects } = await open(t);
    const [here, there] = [await registered(contestId), await registered(contestId)];
    const { code } = await issue(here.boothId, 1);
    expect(codeOf(await vote(there, code, [projects[0]!]))).toBe('BALLOT_CODE_UNKNOWN');
    expect(codeOf(await vote({ ...here, tabletKey: there.tabletKey }, code, [projects[0]!]))).toBe('NOT_FOUND');
    expect(codeOf(await vote({ ...here, boothId: newId() }, code, [projects[0]!]))).toBe('NOT_FOUND');
    expect(codeOf(await vote(here, code, [projects[0]!]))).toBeNull();
  });

  test('cannot be guessed at a rate: ten wrong ones a minute, then no right one either; nor given without end', async () => {
    const { contestId, projects } = await open(t);
    const place = await registered(contestId);
    const { code } = await issue(place.boothId, 1);
    for (let n = 0; n < 10; n += 1)
      expect(codeOf(await vote(place, '0000-0000-0000', [projects[0]!]))).toBe('BALLOT_CODE_UNKNOWN');
    expect(codeOf(await vote(place, code, [projects[0]!]))).toBe('TOO_MANY_ATTEMPTS');
    for (let n = 2; n <= 20; n += 1) expect(codeOf(await issue(place.boothId, n))).toBeNull();
    expect(codeOf(await issue(place.boothId, 21))).toBe('TOO_MANY_ATTEMPTS');
    t.clock.set(new Date(OPENS.getTime() + 60_000));
    expect(codeOf(await vote(place, code, [projects[0]!]))).toBeNull();
    expect(codeOf(await issue(place.boothId, 21))).toBeNull();
  });

  test('is nowhere in the database, nor is the person or the key of the tablet', async () => {
    const { contestId, projects } = await open(t);
    const place = await registered(contestId);
    const [spent, open_] = [(await issue(place.boothId, 71)).code, (await issue(place.boothId, 72)).code];
    await vote(place, spent, [projects[0]!]);
    const collections = await t.deps.connection.db!.collections();
    const all = await Promise.all(collections.map((collection) => collection.find().toArray()));
    const text = JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain(place.boothId);
    const secrets = [spent, open_, place.tabletKey, snilsOf(71), hashSnils(snilsOf(71)), '1990-05-05'];
    for (const secret of secrets.flatMap((one) => [one, one.replaceAll('-', '')])) expect(text).not.toContain(secret);
  });

  test('is swept a day after it is over', async () => {
    const { contestId } = await open(t);
    const { boothId } = await registered(contestId);
    await issue(boothId, 1);
    const codes = t.deps.connection.collection('booth_codes');
    t.clock.set(new Date(OPENS.getTime() + 900_000 + 86_400_000 - 1));
    await t.runBackground('booths');
    expect(await codes.countDocuments({ contest: contestId })).toBe(1);
    t.clock.set(new Date(OPENS.getTime() + 900_000 + 86_400_000));
    await t.runBackground('booths');
    expect(await codes.countDocuments({ contest: contestId })).toBe(0);
  });
});

describe('one voter list over all channels', () => {
  const online = ({ contestId, projects }: Told, n: number) =>
    cast(t, contestId, [projects[0]!], resident({ voterKey: hashSnils(snilsOf(n)) }));

  test('refused by the rule, at the desk already, and told in the protocol once a voter', async () => {
    const told = await open(t, { rule: { ...RULE, doubleVote: 'refuse' } });
    const place = await registered(told.contestId);
    await online(told, 1);
    for (let n = 0; n < 2; n += 1) expect(codeOf(await issue(place.boothId, 1))).toBe('DOUBLE_VOTE');
    const { code } = await issue(place.boothId, 2);
    await online(told, 2);
    expect(codeOf(await vote(place, code, [told.projects[0]!]))).toBe('DOUBLE_VOTE');
    await vote(place, (await issue(place.boothId, 3)).code, [told.projects[0]!]);
    expect((await online(told, 3)).rejection?.code).toBe('DOUBLE_VOTE');
    await close(t);
    expect(await resultOf(told, 'turnout { counted } doubleVotes doubleVotesRefused')).toEqual({
      turnout: { counted: 3 },
      doubleVotes: 0,
      doubleVotesRefused: 3,
    });
  });

  test('the later counts where the rule says so', async () => {
    const told = await open(t, { rule: { ...RULE, doubleVote: 'lastCounts' } });
    const place = await registered(told.contestId);
    await online(told, 1);
    const { receipt } = await vote(place, (await issue(place.boothId, 1)).code, [told.projects[1]!]);
    expect(receipt.revision).toBe(2);
    await close(t);
    expect(await resultOf(told, 'turnout { counted } doubleVotes channels { channel counted }')).toEqual({
      turnout: { counted: 1 },
      doubleVotes: 1,
      channels: [
        { channel: 'booth', counted: 1 },
        { channel: 'online', counted: 0 },
      ],
    });
  });
});
