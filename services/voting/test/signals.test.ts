import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { CAST, open, OPENS, resident, startVoting, type Told, type VotingService } from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const commission: TestCaller = { sub: newId(), roles: ['commission'], territories: ['71876000'] };
const organiser: TestCaller = { sub: newId(), roles: ['organiser'], territories: ['71876000'] };
const auditor: TestCaller = { sub: newId(), roles: ['auditor'] };
const elsewhere = (role: 'organiser' | 'commission'): TestCaller => ({
  sub: newId(),
  roles: [role],
  territories: ['71818000'],
});

const PATTERN = `id version kind from until votes of usual subject conclusion decisions { conclusion reason at } contest { id }`;
const LIST = `query ($contestId: ID!, $first: Int, $after: String) {
  suspiciousPatterns(contestId: $contestId, first: $first, after: $after) {
    nodes { ${PATTERN} } pageInfo { hasNextPage endCursor } } }`;
const DECIDE = `mutation ($input: DecideSuspiciousPatternInput!) { decideSuspiciousPattern(input: $input) {
  pattern { ${PATTERN} } rejection { code userMessage } } }`;

const PHONE = 'Mozilla/5.0 (Linux; Android 14) Chrome/124.0 Mobile';
const ADDRESS = '198.51.100.';

async function vote(told: Told, address: string, userAgent = PHONE) {
  const input = {
    idempotencyKey: newId(),
    contestId: told.contestId,
    choices: [{ project: told.projects[0]! }],
  };
  const headers = {
    authorization: `Bearer ${await t.token(resident())}`,
    'user-agent': userAgent,
    'x-forwarded-for': `${address}, 10.0.0.1`,
  };
  const { data } = await t.post({ query: CAST, variables: { input } }, headers);
  if (!data?.castBallot.receipt) throw new Error(JSON.stringify(data));
}

const list = async (contestId: string, as: TestCaller = commission, page = {}) =>
  t.gql(LIST, { contestId, ...page }, as);
const patterns = async (contestId: string) => (await list(contestId)).data.suspiciousPatterns.nodes as any[];

/** A quiet day of six quarters with three votes each, then a quarter with 32 votes from one network. */
async function rushed(): Promise<Told> {
  const told = await open(t);
  for (let quarter = 0; quarter < 6; quarter += 1) {
    t.clock.set(new Date(OPENS.getTime() + quarter * 900_000));
    for (let n = 0; n < 3; n += 1) await vote(told, `203.0.${quarter}${n}.1`, 'Mozilla/5.0 (Windows NT 10.0)');
  }
  t.clock.set(new Date(OPENS.getTime() + 6 * 900_000));
  await Promise.all(Array.from({ length: 32 }, (_, n) => vote(told, `${ADDRESS}${n}`)));
  await t.runBackground('signals');
  return told;
}

test('a rush from one network is flagged once its quarter is over, and stays one flag', async () => {
  const told = await rushed();
  expect(await patterns(told.contestId)).toEqual([]);
  t.clock.advance(900_000);
  await t.runBackground('signals');
  await t.runBackground('signals');
  const found = await patterns(told.contestId);
  expect(found.map(({ kind, votes, of }) => [kind, votes, of]).sort()).toEqual([
    ['BURST', 32, 32],
    ['NETWORK', 32, 32],
  ]);
  expect(found[0]).toMatchObject({
    from: new Date(OPENS.getTime() + 6 * 900_000).toISOString(),
    conclusion: null,
    decisions: [],
    contest: { id: told.contestId },
  });

  // Nothing kept tells an address, a voter or a choice; no network with few votes is kept at all.
  const database = t.deps.connection.db!;
  const windows = await database.collection('signal_windows').find({ contest: told.contestId }).toArray();
  const kept = JSON.stringify([windows, await database.collection('patterns').find().toArray()]);
  expect(windows).toHaveLength(7);
  expect(windows.filter((window) => window['networks'])).toHaveLength(1);
  for (const secret of ['198.51', '203.0', 'Mozilla', ...told.projects]) expect(kept).not.toContain(secret);
  const ballots = database.collection<{ _id: string }>('ballots').find({ contest: told.contestId });
  const tags = (await ballots.toArray()).map(({ _id }) => _id.split(':')[1]!);
  expect(tags.length).toBeGreaterThan(30);
  for (const tag of tags) expect(kept).not.toContain(tag);
  const metrics = await (await fetch(`${t.url}/metrics`)).text();
  expect(metrics).not.toMatch(/signal_|BURST|198\.51/);
  expect(JSON.stringify(t.bus.messages())).not.toMatch(/BURST|198\.51|Android/);
});

test('pages, and who may read: staff and commission of the place, auditors, nobody else', async () => {
  const told = await rushed();
  t.clock.advance(900_000);
  await t.runBackground('signals');
  const first = (await list(told.contestId, organiser, { first: 1 })).data.suspiciousPatterns;
  expect(first.nodes).toHaveLength(1);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const rest = (await list(told.contestId, auditor, { after: first.pageInfo.endCursor })).data.suspiciousPatterns;
  expect(rest.nodes).toHaveLength(1);
  expect(rest.nodes[0].id).not.toBe(first.nodes[0].id);
  for (const as of [elsewhere('organiser'), elsewhere('commission'), resident()])
    expect((await list(told.contestId, as)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
  expect((await list(newId(), auditor)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
});

test('the commission records conclusions; no ballot goes, no count changes', async () => {
  const told = await rushed();
  t.clock.advance(900_000);
  await t.runBackground('signals');
  const [flag] = await patterns(told.contestId);
  const before = await t.deps.connection.db!.collection('ballots').find({ contest: told.contestId }).toArray();
  const ask = async (change: object, as = commission) => {
    const input = {
      idempotencyKey: newId(),
      patternId: flag.id,
      conclusion: 'REVIEWED',
      reason: 'Школьный класс',
      ...change,
    };
    const { data, errors } = await t.gql(DECIDE, { input }, as);
    return errors
      ? { code: errors[0]!.extensions['code'] }
      : (data.decideSuspiciousPattern.rejection ?? data.decideSuspiciousPattern.pattern);
  };
  const idempotencyKey = newId();
  const reason = 'Предлагаем учесть отдельно до проверки';
  const proposed = await ask({
    idempotencyKey,
    conclusion: 'QUARANTINE_PROPOSED',
    reason,
    expectedVersion: flag.version,
  });
  expect(proposed).toMatchObject({
    conclusion: 'QUARANTINE_PROPOSED',
    decisions: [{ conclusion: 'QUARANTINE_PROPOSED', reason, at: t.clock.now().toISOString() }],
  });
  expect(
    await ask({ idempotencyKey, conclusion: 'QUARANTINE_PROPOSED', reason, expectedVersion: flag.version }),
  ).toEqual(proposed);
  expect(await ask({ idempotencyKey })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await ask({ expectedVersion: flag.version })).toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(await ask({ reason: ' ' })).toMatchObject({
    code: 'REASON_REQUIRED',
    userMessage: expect.stringMatching(/[а-я]/),
  });
  expect(await ask({ patternId: newId() })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await ask({}, elsewhere('commission'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await ask({}, organiser)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await ask({})).toMatchObject({ conclusion: 'REVIEWED', decisions: [{}, { reason: 'Школьный класс' }] });
  expect(await t.deps.connection.db!.collection('ballots').find({ contest: told.contestId }).toArray()).toEqual(before);
});

test('signals go ninety days after they were taken', async () => {
  const told = await rushed();
  t.clock.advance(900_000);
  await t.runBackground('signals');
  const count = () => t.deps.connection.db!.collection('signal_windows').countDocuments({ contest: told.contestId });
  expect(await count()).toBe(7);
  t.clock.advance(91 * 86_400_000);
  await t.runBackground('signals');
  expect(await count()).toBe(0);
});
