import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId, ROLES, sha256Hex } from '@veche/kit';
import { recount } from '../recount/check.ts';
import { both } from './recount/both.ts';
import { publishedArchive } from './recount/published.ts';
import { cast, close, open, OPENS, resident, RULE, startVoting, type VotingService } from './setup.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'veche-package-'));
const commission = { sub: newId(), roles: ['commission'], territories: ['71000000'] };
const organiser = { ...commission, roles: ['organiser'] };
const stranger = { ...commission, territories: ['45000000'] };
const REASON = 'Проект отозван инициативной группой после голосования';

let t: VotingService;
beforeAll(async () => void (t = await startVoting({ VOTING_PACKAGES_DIR: folder() })));
beforeEach(() => t.clock.set(OPENS));
afterAll(() => t.stop());

const ORDER = `mutation ($input: RedetermineResultInput!) { redetermineResult(input: $input) {
  voting { recountDue } rejection { code path } } }`;
async function order(contestId: string, input: object, caller = commission) {
  const { data, errors } = await t.gql(
    ORDER,
    { input: { idempotencyKey: newId(), reason: REASON, contestId, ...input } },
    caller as never,
  );
  return errors ? { code: errors[0]!.extensions!.code as string } : data.redetermineResult;
}

const logKey = async (): Promise<string> => ((await (await fetch(`${t.url}/open/keys`)).json()) as { log: string }).log;

const RESULTS = `query ($id: ID!) { voting(contestId: $id) { state undecided recountDue result { version }
  results { version reason spent budget protocolHash excluded turnout { accepted superseded excluded counted }
    projects { application { id } outcome reason voters } } } }`;
const voting = async (id: string) => (await t.gql(RESULTS, { id })).data.voting;
const outcomes = ({ projects }: { projects: { application: { id: string }; outcome: string }[] }, ids: string[]) =>
  ids.map((wanted) => projects.find(({ application }) => application.id === wanted)!.outcome);

async function recountNow(): Promise<void> {
  await t.runBackground('count');
  await t.settle();
}

/** A counted contest: A has two votes, B and C one each; A and C win. */
async function counted() {
  const told = await open(t);
  const [a, b, c] = told.projects as [string, string, string];
  for (const ballot of [
    [a, b],
    [a, c],
  ])
    await cast(t, told.contestId, ballot);
  await close(t);
  return { ...told, a, b, c };
}

test('a withdrawn winner: a further version with its reason, the first as it was, both can be counted anew', async () => {
  const { contestId, a, b, c } = await counted();
  const input = { idempotencyKey: newId(), withdrawn: [a] };
  for (let n = 0; n < 2; n += 1)
    expect(await order(contestId, input)).toEqual({ voting: { recountDue: true }, rejection: null });
  await recountNow();
  await recountNow();
  const { results, recountDue, state, result } = await voting(contestId);
  expect({ state, recountDue, result }).toEqual({ state: 'COUNTED', recountDue: false, result: { version: 2 } });
  expect(results).toMatchObject([
    { version: 2, reason: REASON, spent: '0.90' },
    { version: 1, reason: null, spent: '1.00' },
  ]);
  expect(outcomes(results[0], [a, b, c])).toEqual(['NOT_SELECTED', 'WINNER', 'WINNER']);
  expect(outcomes(results[1], [a, b, c])).toEqual(['WINNER', 'RESERVE', 'WINNER']);
  const told = t.bus.published('veche.voting.ResultDetermined').filter(({ key }) => key === contestId);
  expect(told.map(({ data }) => (data as { version: number }).version)).toEqual([1, 2]);
  for (const version of [1, 2]) {
    const archive = await publishedArchive(t.url, contestId, `?version=${version}`);
    const { result: anew, faults } = await recount(archive);
    expect(faults).toEqual([]);
    expect(JSON.parse(anew)).toMatchObject({ spent: version === 1 ? '100' : '90' });
  }
});

test('ballots that the commission excludes stay in the log, are named and counted by nobody, until an appeal brings them back', async () => {
  const told = await open(t);
  const [a, b, c] = told.projects as [string, string, string];
  const leafOf = ({ receipt }: Awaited<ReturnType<typeof cast>>): string => receipt!.leaf;
  const voter = resident();
  const replaced = leafOf(await cast(t, told.contestId, [a, b], voter));
  const changed = leafOf(await cast(t, told.contestId, [b], voter));
  const other = leafOf(await cast(t, told.contestId, [a, c]));
  await close(t);
  const refused = async (excluded: string[]) => (await order(told.contestId, { excluded })).rejection;
  expect(await refused([other, replaced])).toEqual({ code: 'BALLOT_SUPERSEDED', path: ['excluded', '1'] });
  expect(await refused(['f'.repeat(64)])).toEqual({ code: 'BALLOT_UNKNOWN', path: ['excluded', '0'] });
  expect(await refused([other, other])).toEqual({ code: 'BALLOT_REPEATED', path: ['excluded'] });
  expect(await refused(Array.from({ length: 1001 }, (_, n) => n.toString(16).padStart(64, '0')))).toEqual({
    code: 'TOO_MANY_EXCLUDED',
    path: ['excluded'],
  });
  for (const excluded of [[changed], []]) {
    expect(await order(told.contestId, { excluded })).toMatchObject({ rejection: null });
    await recountNow();
  }
  const { results } = await voting(told.contestId);
  expect(results).toMatchObject([
    { version: 3, excluded: [], turnout: { accepted: 3, superseded: 1, excluded: 0, counted: 2 } },
    { version: 2, excluded: [changed], turnout: { accepted: 3, superseded: 1, excluded: 1, counted: 1 } },
    { version: 1, excluded: [], turnout: { accepted: 3, superseded: 1, excluded: 0, counted: 2 } },
  ]);
  const votersOf = ({ projects }: { projects: { application: { id: string }; voters: number }[] }) =>
    [a, b, c].map((id) => projects.find(({ application }) => application.id === id)!.voters);
  // The vote that the excluded ballot replaced does not come back in its place.
  expect(results.map(votersOf)).toEqual([
    [1, 1, 1],
    [1, 0, 1],
    [1, 1, 1],
  ]);
  for (const version of [1, 2, 3]) {
    const archive = await publishedArchive(t.url, told.contestId, `?version=${version}`);
    const { result, faults, second } = await both(archive, await logKey());
    expect(faults).toEqual([]);
    if (second) expect(second).toMatchObject({ result, code: 0 });
  }
});

test('another budget, and what was withdrawn stays withdrawn', async () => {
  const { contestId, a, b, c } = await counted();
  await order(contestId, { withdrawn: [c] });
  await recountNow();
  await order(contestId, { budget: '1.10' });
  await recountNow();
  const [last] = (await voting(contestId)).results;
  expect(last).toMatchObject({ version: 3, budget: '1.10', spent: '1.10' });
  expect(outcomes(last, [a, b, c])).toEqual(['WINNER', 'WINNER', 'NOT_SELECTED']);
});

test('a tie that asks for the commission waits for its decision, which is in the protocol', async () => {
  const rule = { ...RULE, tieBreak: ['commissionDecision' as const] };
  const told = await open(t, { rule, costs: [60n, 60n, 60n] });
  const [a, b, c] = told.projects as [string, string, string];
  await cast(t, told.contestId, [a, b]);
  await close(t);
  expect(await voting(told.contestId)).toMatchObject({ state: 'CLOSED', result: null, undecided: [[a, b].toSorted()] });
  await order(told.contestId, { decision: [b, a], reason: 'Протокол заседания комиссии № 3' });
  await recountNow();
  const { state, undecided, results } = await voting(told.contestId);
  expect({ state, undecided }).toEqual({ state: 'COUNTED', undecided: [] });
  expect(results).toMatchObject([{ version: 1, reason: 'Протокол заседания комиссии № 3' }]);
  expect(outcomes(results[0], [a, b, c])).toEqual(['RESERVE', 'WINNER', 'NOT_SELECTED']);
});

test('a lot whose seed was committed to waits for the seed', async () => {
  const seed = 'выпало 4 17 35';
  const told = await open(t, { rule: { ...RULE, tieBreak: ['publicLot'], lotCommitment: sha256Hex(seed) } });
  await cast(t, told.contestId, [told.projects[0]!]);
  await close(t);
  expect(await voting(told.contestId)).toMatchObject({ state: 'CLOSED', result: null });
  expect(await order(told.contestId, { lotSeed: 'другое число' })).toMatchObject({
    rejection: { code: 'LOT_SEED_WRONG' },
  });
  expect(await order(told.contestId, { lotSeed: seed }, organiser)).toMatchObject({ rejection: null });
  await recountNow();
  expect(await voting(told.contestId)).toMatchObject({ state: 'COUNTED', result: { version: 1 } });
});

test('what is refused', async () => {
  const running = await open(t);
  expect(await order(running.contestId, { withdrawn: [running.projects[0]] })).toMatchObject({
    rejection: { code: 'VOTING_NOT_CLOSED' },
  });
  t.clock.set(OPENS);
  const rule = { ...RULE, partition: { by: 'category' as const, budgets: [{ key: 'PARK', budget: '0.90' }] } };
  const told = await open(t, { rule });
  const [a] = told.projects;
  await cast(t, told.contestId, [a!]);
  await close(t);
  const refused = async (input: object) => (await order(told.contestId, input)).rejection;
  expect(await refused({ withdrawn: [a], reason: 'кратко' })).toEqual({ code: 'REASON_REQUIRED', path: ['reason'] });
  expect(await refused({ withdrawn: [a], reason: 'о'.repeat(2001) })).toMatchObject({ code: 'REASON_REQUIRED' });
  expect(await refused({ withdrawn: [a, newId()] })).toEqual({ code: 'PROJECT_UNKNOWN', path: ['withdrawn', '1'] });
  expect(await refused({ decision: [a, a] })).toEqual({ code: 'PROJECT_REPEATED', path: ['decision'] });
  expect(await refused({ budget: '0.89' })).toEqual({ code: 'BUDGET_INVALID', path: ['budget'] });
  expect(await refused({ lotSeed: 'число' })).toMatchObject({ code: 'LOT_SEED_WRONG' });
  expect(await refused({})).toMatchObject({ code: 'NOTHING_CHANGED' });
  expect(await order(told.contestId, { withdrawn: [a] }, stranger)).toEqual({ code: 'FORBIDDEN' });
  const others = ROLES.filter((role) => role !== 'commission');
  for (const role of others)
    for (const input of [
      { withdrawn: [a] },
      { budget: '0.95' },
      { decision: [a] },
      { excluded: [] },
      { lotSeed: 'число', withdrawn: [a] },
    ])
      expect([role, await order(told.contestId, input, { ...commission, roles: [role] })]).toEqual([
        role,
        { code: 'FORBIDDEN' },
      ]);
  expect(await order(newId(), { withdrawn: [a] })).toMatchObject({ rejection: { code: 'NOT_FOUND' } });
  const key = newId();
  await order(told.contestId, { idempotencyKey: key, budget: '0.90' });
  expect(await order(told.contestId, { idempotencyKey: key, budget: '0.95' })).toMatchObject({
    rejection: { code: 'IDEMPOTENCY_KEY_REUSED' },
  });
  await recountNow();
  expect((await voting(told.contestId)).results.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
});
