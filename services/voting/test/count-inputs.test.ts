import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { ApplicationWithdrawnSchema } from '@veche/proto/contests/v1/contests';
import { both } from './recount/both.ts';
import { publishedArchive } from './recount/published.ts';
import { cast, close, open, OPENS, resident, RULE, startVoting, type Options, type VotingService } from './setup.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'veche-package-'));

let t: VotingService;
let key: string;
beforeAll(async () => {
  t = await startVoting({ VOTING_PACKAGES_DIR: folder() });
  key = ((await (await fetch(`${t.url}/open/keys`)).json()) as { log: string }).log;
});
beforeEach(() => t.clock.set(OPENS));
afterAll(() => t.stop());

interface Counted {
  winners: string[];
  projects: { id: string; outcome: string; reason: string }[];
  ties: { first: string; second: string; by: string }[];
}

/** The published result, after both implementations have counted the package to the same bytes. */
async function recounted(contestId: string): Promise<Counted> {
  const archive = await publishedArchive(t.url, contestId);
  const { result, faults, second } = await both(archive, key);
  expect(faults).toEqual([]);
  if (second) expect(second).toEqual({ result, wrong: '', code: 0 });
  return JSON.parse(result) as Counted;
}

const SAME: Options = { costs: [60n, 60n, 60n] };
const withdraw = async (contestId: string, applicationId: string) => {
  await t.bus.deliver(event(ApplicationWithdrawnSchema, applicationId, { applicationId, contestId }));
  await t.settle();
};

const LIST = `query ($id: ID!) { voting(contestId: $id) { recountDue results { version reason }
  ballot { application { id } cofinancing exclusiveGroups withdrawn barredBy } } }`;
const voting = async (id: string) => (await t.gql(LIST, { id })).data.voting;

describe('what contests tells of a project reaches the count', () => {
  test('a tie goes to the higher co-financing; nothing known comes last', async () => {
    const rule = { ...RULE, tieBreak: ['higherCofinancing' as const] };
    const lines = [{ cofinancingShare: '1/10' }, {}, { cofinancingShare: '2/9' }];
    const { contestId, projects } = await open(t, { ...SAME, rule, lines });
    const [a, b, c] = projects as [string, string, string];
    for (const project of [a, b, c]) await cast(t, contestId, [project]);
    await close(t);
    const { winners, ties } = await recounted(contestId);
    expect(winners).toEqual([c]);
    const by = 'higherCofinancing';
    expect(ties).toEqual([
      { first: c, second: a, by },
      { first: a, second: b, by },
    ]);
    expect((await voting(contestId)).ballot.map((line: { cofinancing: string }) => line.cofinancing)).toEqual([
      '1/10',
      null,
      '2/9',
    ]);
  });

  test('a tie goes to the earlier application', async () => {
    const rule = { ...RULE, tieBreak: ['earlierApplication' as const] };
    const lines = [{}, { submittedAt: '1969-12-31T23:59:59.000Z' }, {}];
    const { contestId, projects } = await open(t, { ...SAME, rule, lines });
    for (const project of projects) await cast(t, contestId, [project]);
    await close(t);
    expect((await recounted(contestId)).winners).toEqual([projects[1]]);
  });

  test('of an exclusive group the best placed wins, and the next of no group', async () => {
    const lines = [{ exclusiveGroups: ['Участок 12'] }, { exclusiveGroups: ['Участок 12'] }, {}];
    const { contestId, projects } = await open(t, { costs: [40n, 40n, 40n], lines });
    const [a, b, c] = projects as [string, string, string];
    for (const ballot of [[a, b], [a, b], [a], [c]]) await cast(t, contestId, ballot);
    await close(t);
    const { winners, projects: lined } = await recounted(contestId);
    expect(winners).toEqual([a, c]);
    expect(lined.find(({ id }) => id === b)).toMatchObject({ outcome: 'NOT_SELECTED', reason: 'EXCLUDED' });
  });

  test('what a gate keeps out does not win, and everybody may read why', async () => {
    const lines = [{ barredBy: ['Доля жителей меньше 5 %.'] }, {}, {}];
    const { contestId, projects } = await open(t, { costs: [40n, 40n, 40n], lines });
    const [a, b] = projects as [string, string];
    for (const ballot of [[a, b], [a]]) await cast(t, contestId, ballot);
    await close(t);
    const { winners, projects: lined } = await recounted(contestId);
    expect(winners).toEqual([b]);
    expect(lined.find(({ id }) => id === a)).toMatchObject({ outcome: 'NOT_SELECTED', reason: 'BARRED', score: '2' });
    expect((await voting(contestId)).ballot.map(({ barredBy }: { barredBy: string[] }) => barredBy)).toEqual([
      ['Доля жителей меньше 5 %.'],
      [],
      [],
    ]);
  });

  test('of a nomination with one place the best wins, and the next of another', async () => {
    const rule = {
      ...RULE,
      quotas: [{ by: 'division' as const, keys: ['line-1'], title: 'Направление 1', maxWinners: 1 }],
    };
    const lines = [{ divisions: ['line-1'] }, { divisions: ['city', 'line-1'] }, {}];
    const { contestId, projects } = await open(t, { rule, costs: [40n, 40n, 40n], lines });
    const [a, b, c] = projects as [string, string, string];
    for (const ballot of [[a, b], [a, b], [a], [c]]) await cast(t, contestId, ballot);
    await close(t);
    const { winners, projects: lined } = await recounted(contestId);
    expect(winners).toEqual([a, c]);
    expect(lined.find(({ id }) => id === b)).toMatchObject({ outcome: 'RESERVE', reason: 'QUOTA' });
  });
});

describe('a project that its initiators withdrew', () => {
  test('cannot be chosen any more, keeps the votes it has, wins nothing', async () => {
    const { contestId, projects } = await open(t);
    const [a, b] = projects as [string, string];
    const [early, request] = [resident(), newId()];
    const before = await cast(t, contestId, [a, b], early, request);
    await withdraw(contestId, a);
    await new Promise((resolve) => setTimeout(resolve, 250)); // what is known of a voting is as old as that
    expect((await voting(contestId)).ballot[0]).toMatchObject({ application: { id: a }, withdrawn: true });
    expect((await cast(t, contestId, [b, a])).rejection).toMatchObject({
      code: 'PROJECT_WITHDRAWN',
      path: ['choices', '1'],
    });
    expect(await cast(t, contestId, [a, b], early, request)).toEqual(before);
    await cast(t, contestId, [b]);
    await close(t);
    const { winners, projects: lined } = await recounted(contestId);
    expect(winners).toEqual([b]);
    expect(lined.find(({ id }) => id === a)).toMatchObject({ reason: 'WITHDRAWN', score: '1' });
  });

  test('told before the list is known, it is withdrawn on the list', async () => {
    const contestId = newId();
    await withdraw(contestId, 'gone');
    expect((await t.deps.connection.collection('votings').findOne({ _id: contestId as never }))!['withdrawn']).toEqual([
      'gone',
    ]);
  });

  test('told after the count, it is counted anew once, with its reason', async () => {
    const { contestId, projects } = await open(t);
    const [a, , c] = projects as [string, string, string];
    for (const ballot of [[a], [a], [c]]) await cast(t, contestId, ballot);
    await close(t);
    expect((await recounted(contestId)).winners).toEqual([a, c]);
    for (let n = 0; n < 2; n += 1) await withdraw(contestId, a);
    await t.runBackground('count');
    await t.settle();
    expect(await voting(contestId)).toMatchObject({
      recountDue: false,
      results: [
        { version: 2, reason: 'Проект № 1 отозван инициаторами' },
        { version: 1, reason: null },
      ],
    });
    expect((await recounted(contestId)).winners).toEqual([c]);
  });
});
