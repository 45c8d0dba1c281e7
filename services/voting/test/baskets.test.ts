import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { cast, CLOSES, open, OPENS, resident, startVoting, type VotingService } from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const SAVE = `mutation ($input: SaveBasketInput!) { saveBasket(input: $input) {
  basket { choices { project points } savedAt } rejection { code userMessage path } } }`;
const MINE = 'query ($id: ID!) { myBasket(contestId: $id) { choices { project } } }';
const CLEAR =
  'mutation ($input: ClearBasketInput!) { clearBasket(input: $input) { basket { savedAt } rejection { code } } }';

type Person = ReturnType<typeof resident>;

async function save(contestId: string, projects: string[], as: Person, idempotencyKey: string = newId()) {
  const choices = projects.map((project) => ({ project }));
  const { data, errors } = await t.gql(SAVE, { input: { idempotencyKey, contestId, choices } }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.saveBasket;
}

const mine = async (contestId: string, as: Person): Promise<string[] | null> =>
  (await t.gql(MINE, { id: contestId }, as)).data.myBasket?.choices.map(
    ({ project }: { project: string }) => project,
  ) ?? null;
const stored = (contest: string) => t.deps.connection.collection('baskets').find({ contest }).toArray();
const waitUntil = async (done: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 100 && !(await done()); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
};

test('an unfinished ballot is there on the next device, for its person alone, and need not fit the rule yet', async () => {
  const { contestId, projects } = await open(t);
  const [voter, other] = [resident(), resident()];
  await save(contestId, projects, voter);
  expect(await mine(contestId, { ...voter })).toEqual(projects);
  expect(await mine(contestId, other)).toBeNull();
  await save(contestId, [projects[2]!], voter);
  expect(await mine(contestId, voter)).toEqual([projects[2]]);
  await t.gql(CLEAR, { input: { idempotencyKey: newId(), contestId } }, voter);
  expect(await mine(contestId, voter)).toBeNull();
});

test('what is stored names neither the choices nor the person, and nothing is told to others', async () => {
  const { contestId, projects } = await open(t);
  const voter = resident({ voterKey: 'a-key-that-must-not-be-stored' });
  await t.settle();
  const before = t.bus.published().length;
  await save(contestId, [projects[1]!], voter);
  const [document] = await stored(contestId);
  const text = JSON.stringify(document);
  for (const secret of [...projects, voter.voterKey!, voter.sub!]) expect(text).not.toContain(secret);
  await t.settle();
  expect(t.bus.published()).toHaveLength(before);
  // The same content under another voter's key is another text; sealed to its place, it opens nowhere else.
  const thief = resident();
  await save(contestId, [projects[1]!], thief);
  const foreign = (await stored(contestId)).find(({ _id }) => String(_id) !== String(document!._id))!;
  await t.deps.connection
    .collection('baskets')
    .updateOne({ _id: foreign._id }, { $set: { sealed: document!['sealed'] } });
  expect((await t.gql(MINE, { id: contestId }, thief)).errors?.[0]?.extensions.code).toBe('INTERNAL');
});

test('a cast ballot empties the basket, the next one begins anew', async () => {
  const { contestId, projects } = await open(t);
  const voter = resident();
  const patient = resident();
  await save(contestId, [projects[0]!], voter);
  await save(contestId, [projects[0]!], patient);
  expect((await cast(t, contestId, [projects[0]!], voter)).receipt).not.toBeNull();
  expect(await mine(contestId, voter)).toBeNull();
  await waitUntil(async () => (await stored(contestId)).length === 1);
  expect(await stored(contestId)).toHaveLength(1);
  t.clock.advance(1);
  await save(contestId, [projects[1]!], voter);
  expect(await mine(contestId, voter)).toEqual([projects[1]]);
  expect(await mine(contestId, patient)).toEqual([projects[0]]);
});

test('it goes with the close of the vote, or after two weeks', async () => {
  const closing = await open(t);
  const voter = resident();
  await save(closing.contestId, [closing.projects[0]!], voter);
  await t.runBackground('baskets');
  expect(await mine(closing.contestId, voter)).toEqual([closing.projects[0]]);
  t.clock.set(new Date(CLOSES.getTime() + 60_000));
  expect(await mine(closing.contestId, voter)).toBeNull();
  await t.runBackground('clock');
  await t.runBackground('baskets');
  expect(await stored(closing.contestId)).toEqual([]);
  t.clock.set(OPENS);
  const late = await open(t);
  await save(late.contestId, [late.projects[0]!], voter);
  expect(await stored(late.contestId)).toHaveLength(1);
  t.clock.set(new Date(OPENS.getTime() + 14 * 86_400_000));
  await t.runBackground('baskets');
  expect(await stored(late.contestId)).toEqual([]);
  t.clock.set(OPENS);
});

test('a request key stands for one request, of saving or of clearing; a repeated one changes nothing that came after it', async () => {
  const { contestId, projects } = await open(t);
  const voter = resident();
  const clear = async (idempotencyKey: string): Promise<string | null> => {
    const { data } = await t.gql(CLEAR, { input: { idempotencyKey, contestId } }, voter);
    return data.clearBasket.rejection?.code ?? null;
  };
  const kept = async (project: string, key: string): Promise<string | null> =>
    (await save(contestId, [project], voter, key)).rejection?.code ?? null;
  expect(await kept(projects[0]!, 'key-of-saving')).toBeNull();
  expect(await clear('key-of-saving')).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await mine(contestId, voter)).toEqual([projects[0]]);
  expect(await clear('key-of-clearing')).toBeNull();
  expect(await mine(contestId, voter)).toBeNull();
  expect(await kept(projects[0]!, 'key-of-clearing')).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await kept(projects[0]!, 'key-of-saving')).toBeNull();
  expect(await mine(contestId, voter)).toBeNull();
  expect(await kept(projects[1]!, 'key-of-more')).toBeNull();
  expect(await clear('key-of-clearing')).toBeNull();
  expect(await mine(contestId, voter)).toEqual([projects[1]]);
});

test('refusals have codes and keep what was there', async () => {
  const { contestId, projects } = await open(t);
  const voter = resident();
  await save(contestId, [projects[0]!], voter, 'basket-key-1');
  const code = async (result: Promise<{ rejection: { code: string } | null }>) => (await result).rejection?.code;
  expect(await code(save(contestId, [newId()], voter))).toBe('PROJECT_UNKNOWN');
  expect(await code(save(contestId, [projects[1]!, projects[1]!], voter))).toBe('PROJECT_REPEATED');
  expect(await code(save(contestId, [projects[1]!], voter, 'basket-key-1'))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await code(save(contestId, [projects[0]!], voter, 'basket-key-1'))).toBeUndefined();
  expect(await code(save(newId(), [projects[0]!], voter))).toBe('NOT_FOUND');
  const young = await save(contestId, [projects[0]!], resident({ birthdate: '2015-01-01' }));
  expect(young.rejection).toMatchObject({ code: 'VOTER_TOO_YOUNG', userMessage: expect.stringContaining('с 16 лет') });
  expect(await mine(contestId, voter)).toEqual([projects[0]]);
  t.clock.set(CLOSES);
  t.clock.advance(5_000);
  expect(await code(save(contestId, [projects[0]!], voter))).toBe('VOTING_CLOSED');
  t.clock.set(OPENS);
});
