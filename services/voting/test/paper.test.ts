import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, ROLES } from '@veche/kit';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { hashSnils, snilsOf, startBridge, type Bridge } from './setup-bridge.ts';
import {
  cast,
  close,
  CLOSES,
  open,
  OPENS,
  resident,
  RULE,
  startVoting,
  type Told,
  type VotingService,
} from './setup.ts';

let bridge: Bridge;
let t: VotingService;
beforeAll(async () => {
  bridge = await startBridge('paper-ballot');
  t = await startVoting(bridge.env);
});
afterAll(async () => {
  await t.stop();
  bridge.stop();
});

const organiser = (territory = '71876000'): TestCaller => ({
  sub: newId(),
  roles: ['organiser'],
  territories: [territory],
});
const [first, second] = [organiser(), organiser('71000000')];
const member = (): TestCaller => ({ sub: newId(), roles: ['commission'], territories: ['71876000'] });
const [chair, secretary] = [member(), member()];

const FIELDS = 'id version state entered enteredOnce differing signatures accepted refused { number reason { code } }';

async function ask(name: string, input: Record<string, unknown>, as: TestCaller, service = t) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { batch { ${FIELDS} } rejection { code } } }`;
  const { data, errors } = await service.gql(document, { input: { idempotencyKey: newId(), ...input } }, as);
  return errors ? { error: errors[0]!.extensions['code'] } : data[name];
}

const batchInput = (contestId: string, more: object = {}) => ({
  contestId,
  kind: 'MEETING',
  oktmo: '71876000',
  place: 'Собрание жителей дома 5',
  document: { number: '12', date: '2026-03-01', sha256: 'cd'.repeat(32) },
  sheets: 1,
  spoiled: 0,
  ...more,
});
const opened = async (contestId: string, more: object = {}, service = t): Promise<string> =>
  (await ask('openPaperBatch', batchInput(contestId, more), first, service)).batch.id;
const entry = (batchId: string, number: number, snils: string, projects: string[]) => ({
  batchId,
  number,
  snils,
  birthDate: '1990-05-05',
  choices: projects.map((project) => ({ project })),
});
const enter = (batchId: string, number: number, snils: string, projects: string[], as: TestCaller) =>
  ask('enterPaperBallot', entry(batchId, number, snils, projects), as);
const sign = (batchId: string, expectedVersion: number, as: TestCaller) =>
  ask('closePaperBatch', { batchId, expectedVersion }, as);

/** Sheets from 1 in a batch of their own, read alike by both and signed by both. */
async function included(
  contestId: string,
  sheets: [snils: string, projects: string[]][],
  more: object = {},
  read: object = {},
) {
  const id = await opened(contestId, { sheets: sheets.length, ...more });
  for (const as of [first, second])
    for (const [index, [snils, projects]] of sheets.entries())
      await ask('enterPaperBallot', { ...entry(id, index + 1, snils, projects), ...read }, as);
  const once = await sign(id, (await listed(contestId, id)).version, chair);
  return (await sign(id, once.batch.version, secretary)).batch;
}

async function listed(contestId: string, id: string, as: TestCaller = first) {
  const { data } = await t.gql(
    `query ($id: ID!) { paperBatches(contestId: $id) { ${FIELDS} } }`,
    { id: contestId },
    as,
  );
  return data.paperBatches.find((batch: { id: string }) => batch.id === id);
}

const resultOf = async ({ contestId }: Told, fields: string) =>
  (await t.gql(`query ($id: ID!) { voting(contestId: $id) { result { ${fields} } } }`, { id: contestId })).data.voting
    .result;

describe('sheets of a meeting', () => {
  test('two persons enter, differ, agree, sign; then the ballots are in the log and in the result', async () => {
    const told = await open(t);
    const [a, b] = told.projects as [string, string];
    const id = await opened(told.contestId, { sheets: 2 });
    await enter(id, 1, snilsOf(1), [a], first);
    const alone = await enter(id, 2, snilsOf(2), [a, b], first);
    expect(alone.batch).toMatchObject({ entered: 2, enteredOnce: [1, 2], differing: [] });
    expect((await sign(id, alone.batch.version, chair)).rejection.code).toBe('ENTRY_MISSING');
    await enter(id, 1, snilsOf(1), [a], second);
    const different = await enter(id, 2, snilsOf(2), [b], second);
    expect(different.batch.differing).toEqual([2]);
    expect((await sign(id, different.batch.version, chair)).rejection.code).toBe('ENTRIES_DIFFER');
    const agreed = await enter(id, 2, snilsOf(2), [b, a], second);
    const once = await sign(id, agreed.batch.version, chair);
    expect(once.batch).toMatchObject({ state: 'OPEN', signatures: 1 });
    expect((await sign(id, agreed.batch.version, secretary)).rejection.code).toBe('VERSION_CONFLICT');
    const both = await sign(id, once.batch.version, secretary);
    expect(both.batch).toMatchObject({ state: 'INCLUDED', signatures: 2, accepted: 2, refused: [] });
    await close(t);
    const fields = 'channels { channel accepted counted } doubleVotes doubleVotesRefused';
    expect(await resultOf(told, fields)).toEqual({
      channels: [{ channel: 'meeting', accepted: 2, counted: 2 }],
      doubleVotes: 0,
      doubleVotesRefused: 0,
    });
  });

  test('neither the number of a person nor the voter key is in the database, nor a hash that could be tried out', async () => {
    const { contestId, projects } = await open(t);
    const snils = snilsOf(77);
    const id = await opened(contestId);
    const input = entry(id, 1, snils, [projects[0]!]);
    await ask('enterPaperBallot', input, first);
    const { commandHash } = await import('../../../kit/src/mongo/command.ts');
    const guess = commandHash({ caller: '', key: '', name: 'enterPaperBallot', payload: input });
    const collections = await t.deps.connection.db!.collections();
    const all = await Promise.all(collections.map((collection) => collection.find().toArray()));
    const text = JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain(id);
    for (const secret of [snils, hashSnils(snils), guess]) expect(text).not.toContain(secret);
  });
});

describe('one voter, two channels', () => {
  const rule = (more: Partial<VotingRule>): VotingRule => ({ ...RULE, ...more });
  const online = ({ contestId, projects }: Told, n: number) =>
    cast(t, contestId, [projects[0]!], resident({ voterKey: hashSnils(snilsOf(n)) }));

  test.each<['refuse' | 'lastCounts' | 'paperCounts', string | null, string | null]>([
    ['refuse', 'DOUBLE_VOTE', 'DOUBLE_VOTE'],
    ['lastCounts', null, null],
    ['paperCounts', null, 'DOUBLE_VOTE'],
  ])('%s: a sheet after an online ballot %s, an online ballot after a sheet %s', async (doubleVote, sheet, later) => {
    const told = await open(t, { rule: rule({ doubleVote }) });
    await online(told, 1);
    const batch = await included(told.contestId, [
      [snilsOf(1), [told.projects[1]!]],
      [snilsOf(2), [told.projects[1]!]],
    ]);
    expect(batch.refused).toEqual(sheet ? [{ number: 1, reason: { code: sheet } }] : []);
    for (let n = 0; n < 2; n += 1) expect((await online(told, 2)).rejection?.code ?? null).toBe(later);
    await close(t);
    expect(await resultOf(told, 'turnout { counted } doubleVotes doubleVotesRefused')).toEqual({
      turnout: { counted: 2 },
      doubleVotes: (sheet ? 0 : 1) + (later ? 0 : 1),
      doubleVotesRefused: (sheet ? 1 : 0) + (later ? 1 : 0),
    });
  });

  test('two sheets of one voter in two batches: the first counts, whatever the rule', async () => {
    const { contestId, projects } = await open(t);
    await included(contestId, [[snilsOf(5), [projects[0]!]]]);
    const batch = await included(contestId, [[snilsOf(5), [projects[1]!]]], { kind: 'PAPER', place: 'Школа № 5' });
    expect(batch).toMatchObject({ accepted: 0, refused: [{ number: 1, reason: { code: 'DOUBLE_VOTE' } }] });
  });
});

test('what a crash left between the second signature and the log is ended by the desk, once', async () => {
  const { contestId, projects } = await open(t);
  const batch = await included(contestId, [[snilsOf(8), [projects[0]!]]]);
  const ballots = t.deps.connection.collection('ballots');
  const { tag } = JSON.parse((await ballots.findOne({ contest: contestId }))!['record'] as string) as { tag: string };
  const read = { by: 'a', tag, choices: [projects[0]!] };
  const before = [{ number: 1, entries: [read, { ...read, by: 'b' }], outcome: null }];
  const batches = t.deps.connection.collection<{ _id: string }>('paper_batches');
  await batches.updateOne({ _id: batch.id }, { $set: { status: 'SIGNED', ballots: before } });
  await t.runBackground('paper');
  expect(await listed(contestId, batch.id)).toMatchObject({ state: 'INCLUDED', accepted: 1, refused: [] });
  expect(await ballots.countDocuments({ contest: contestId })).toBe(1);
});

describe('refusals', () => {
  test('organisers of the place act; of others it is not told that a batch exists; an auditor reads', async () => {
    const { contestId, projects } = await open(t);
    const stranger = organiser('71874000');
    const forbidden = { error: 'FORBIDDEN' };
    expect(await ask('openPaperBatch', batchInput(contestId), stranger)).toEqual(forbidden);
    expect(await ask('openPaperBatch', batchInput(contestId, { oktmo: '71874000' }), stranger)).toEqual(forbidden);
    expect(await ask('openPaperBatch', batchInput(contestId), resident())).toEqual(forbidden);
    const id = await opened(contestId);
    expect((await enter(id, 1, snilsOf(1), [projects[0]!], stranger)).rejection.code).toBe('NOT_FOUND');
    expect((await sign(id, 1, { ...member(), territories: ['71874000'] })).rejection.code).toBe('NOT_FOUND');
    for (const role of ROLES.filter((other) => other !== 'commission'))
      expect([role, await sign(id, 1, { ...member(), roles: [role] })]).toEqual([role, forbidden]);
    for (const role of ROLES.filter((other) => other !== 'organiser'))
      expect([role, await enter(id, 1, snilsOf(1), [projects[0]!], { ...first, roles: [role] })]).toEqual([
        role,
        forbidden,
      ]);
    expect(await listed(contestId, id, stranger)).toBeUndefined();
    expect((await listed(contestId, id, { sub: newId(), roles: ['auditor'] })).id).toBe(id);
    expect((await listed(contestId, id, chair)).id).toBe(id);
  });

  test('numbers, sheets, ballots and hours that are not right', async () => {
    const { contestId, projects } = await open(t);
    const id = await opened(contestId);
    const code = async (result: Promise<{ rejection: { code: string } }>) => (await result).rejection?.code;
    const [project] = projects as [string];
    expect(await code(enter(id, 1, '11223344596', [project], first))).toBe('SNILS_INVALID');
    expect(await code(enter(id, 2, snilsOf(1), [project], first))).toBe('SHEET_NUMBER_INVALID');
    expect(await code(enter(id, 1, snilsOf(1), [newId()], first))).toBe('PROJECT_UNKNOWN');
    expect(await code(enter(id, 1, snilsOf(1), [], first))).toBe('TOO_FEW_CHOICES');
    expect(await code(enter(newId(), 1, snilsOf(1), [project], first))).toBe('NOT_FOUND');
    expect(await code(enter(id, 1, snilsOf(1), [project], first))).toBeUndefined();
    t.clock.set(new Date(CLOSES.getTime() + 5_000));
    expect(await code(enter(id, 1, snilsOf(1), [project], second))).toBe('VOTING_CLOSED');
    t.clock.set(OPENS);
  });

  test('age and residence as the sheet says, by the rule; an act that vouches for them is in the protocol', async () => {
    const told = await open(t, { residence: '71876000' });
    const [project] = told.projects as [string];
    const id = await opened(told.contestId);
    const read = async (birthDate: string | null, residence: string | null, as = first) => {
      const input = { ...entry(id, 1, snilsOf(21), [project]), birthDate, residence };
      return (await ask('enterPaperBallot', input, as)).rejection?.code ?? null;
    };
    expect(await read(null, '71876000')).toBe('BIRTH_DATE_REQUIRED');
    expect(await read('05.05.1990', '71876000')).toBe('BIRTH_DATE_REQUIRED');
    expect(await read('2010-03-02', '71876000')).toBe('VOTER_TOO_YOUNG');
    expect(await read('2010-03-01', null)).toBe('RESIDENCE_REQUIRED');
    expect(await read('2010-03-01', '71874000')).toBe('VOTER_NOT_RESIDENT');
    expect(await read('2010-03-01', '71876000')).toBeNull();
    const vouched = await included(told.contestId, [[snilsOf(22), [project]]], { vouched: true }, { birthDate: null });
    expect(vouched.accepted).toBe(1);
    await close(t);
    expect(await resultOf(told, 'vouchedByAct')).toEqual({ vouchedByAct: 1 });
    const page = await (await fetch(`${t.url}/open/contests/${told.contestId}/result/protocol.html`)).text();
    expect(page).toMatch(/ручается акт.*<code>1</);
    t.clock.set(OPENS);
  });

  test('a key that was used for another sheet or version', async () => {
    const { contestId, projects } = await open(t);
    const id = await opened(contestId);
    const sheet = (n: number) => ({ ...entry(id, 1, snilsOf(n), [projects[0]!]), idempotencyKey: 'key-of-a-sheet' });
    expect((await ask('enterPaperBallot', sheet(1), first)).rejection).toBeNull();
    expect((await ask('enterPaperBallot', sheet(1), first)).batch.version).toBe(2);
    expect((await ask('enterPaperBallot', sheet(2), first)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
    await enter(id, 1, snilsOf(1), [projects[0]!], second);
    const signature = (expectedVersion: number) => ({ batchId: id, expectedVersion, idempotencyKey: 'a-signature' });
    expect((await ask('closePaperBatch', signature(3), chair)).batch.signatures).toBe(1);
    expect((await ask('closePaperBatch', signature(3), chair)).batch.signatures).toBe(1);
    expect((await ask('closePaperBatch', signature(4), chair)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('without the bridge nothing is entered', async () => {
    const lonely = await startVoting();
    try {
      const { contestId, projects } = await open(lonely);
      const id = await opened(contestId, {}, lonely);
      const sheet = entry(id, 1, snilsOf(1), [projects[0]!]);
      const answer = await ask('enterPaperBallot', sheet, first, lonely);
      expect(answer.rejection.code).toBe('VOTER_KEYS_UNAVAILABLE');
    } finally {
      await lonely.stop();
    }
  });
});
