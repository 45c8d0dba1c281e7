import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ProjectCompletedSchema } from '@veche/proto/registry/v1/registry';
import { CHUNK } from '../src/domain/search/bits.ts';
import { search } from '../src/search.ts';
import { writeIndex } from '../src/store/search-index.ts';
import { makeSearchStores, type SearchStores } from '../src/store/search.ts';
import { deskDoes } from './desk.ts';
import {
  OKTMO,
  admitted,
  citizen,
  contestInput,
  does,
  filed,
  importer,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
} from './setup.ts';
import { done, published, read } from './setup-ideas.ts';

let service: Contests;
let contestId: string;
let playground: string;
let square: string;
let hidden: Filed;
let open: Filed;

const indexed = async () => {
  await service.settle();
  await service.runBackground('search-index');
};
const SEARCH = `query ($text: String!, $filter: SearchFilter, $first: Int, $after: String) {
  search(text: $text, filter: $filter, first: $first, after: $after) {
    totalCount misspelt nodes { kind id idea { title } application { number } } pageInfo { hasNextPage endCursor } } }`;
const found = async (text: string, more: object = {}, as?: TestCaller) =>
  (await read(service, SEARCH, { text, ...more }, as)).search;
const ids = async (text: string, more: object = {}, as?: TestCaller): Promise<string[]> =>
  (await found(text, more, as)).nodes.map(({ id }: any) => id);

beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  const text = 'Нужно несколько детских площадок: старые качели сломаны, ограды нет.';
  playground = (await published(service, { title: 'Качели и горки во дворе школы', text })).id;
  square = (await published(service, { title: 'Сквер у вокзала', text: 'Озеленить сквер, поставить скамейки и урны.' }))
    .id;
  open = await admitted(service, contestId, { title: 'Ремонт тротуара на улице Ленина' });
  hidden = await filed(service, contestId, { title: 'Ремонт моста через ручей' });
  await indexed();
});
afterAll(() => service.stop());

describe('words in whatever form', () => {
  test.each(['детская площадка', 'детских площадок', 'ДЕТСКУЮ ПЛОЩАДКУ', 'площадками детскими'])('%s', async (text) => {
    expect(await found(text)).toMatchObject({ totalCount: 1, misspelt: [], nodes: [{ kind: 'IDEA', id: playground }] });
  });

  test.each(['скамейка у вокзала', 'скамеек', 'озеленение сквера'])('%s', async (text) => {
    expect(await ids(text)).toEqual([square]);
  });
});

describe('one letter wrong', () => {
  test.each([
    ['детсая площадка', ['детсая']],
    ['детская плащадка', ['плащадка']],
    ['детскаая площаадка', ['площаадка']],
    ['децкая площадка', null],
    ['сквре', ['сквре']],
    ['скамейкка', ['скамейкка']],
  ])('%s', async (text, misspelt) => {
    const answer = await found(text);
    if (misspelt === null) return expect(answer).toMatchObject({ totalCount: 0, misspelt: ['децкая'] });
    expect(answer.nodes.map(({ id }: any) => id)).toContain(text.includes('пл') ? playground : square);
    for (const word of misspelt) expect(answer.misspelt).toContain(word);
  });
});

test('every word must be there; nothing is found for nothing', async () => {
  expect(await ids('детская скамейка')).toEqual([]);
  expect(await found('абракадабра')).toMatchObject({ totalCount: 0, misspelt: ['абракадабра'] });
  expect(await ids('и в на !!!')).toEqual([]);
  expect((await service.gql(SEARCH, { text: 'о'.repeat(20_001) })).errors?.[0]?.extensions['code']).toBe(
    'BAD_USER_INPUT',
  );
});

test('who may not see an application does not find it', async () => {
  expect(await ids('ремонт тротуара')).toEqual([open.applicationId]);
  for (const as of [undefined, citizen(), stranger, hidden.member])
    expect(await ids('ремонт моста', {}, as)).toEqual([]);
  expect(await ids('ремонт моста', {}, organiser)).toEqual([hidden.applicationId]);
  expect(await ids('ремонт', {}, organiser)).toHaveLength(2);
});

test('officials of a place inside learn nothing about applications to the contest of the region', async () => {
  const region: TestCaller = { ...organiser, territories: ['71000000'] };
  const input = { idempotencyKey: key(), ...contestInput({ oktmo: '71000000' }) };
  const { id } = await does(service, 'createContest', input, region);
  await does(service, 'publishContest', { contestId: id }, region);
  const { applicationId } = await filed(service, id, { title: 'Обустройство родника у просёлка', oktmo: OKTMO });
  await indexed();
  const nothing = { totalCount: 0, nodes: [], misspelt: [] };
  for (const as of [organiser, stranger, citizen(), undefined])
    expect(await found('обустройство родника', {}, as)).toMatchObject(nothing);
  const hit = { totalCount: 1, nodes: [{ id: applicationId }] };
  expect(await found('обустройство родника', {}, region)).toMatchObject(hit);
  // The other way round those of the region see what is filed in a municipality, and those of a settlement of it do not.
  const settlement: TestCaller = { ...organiser, territories: [`${OKTMO}101`] };
  expect(await found('ремонт моста', {}, region)).toMatchObject({ totalCount: 1 });
  expect(await found('ремонт моста', {}, settlement)).toMatchObject(nothing);
  await does(service, 'admitApplication', { applicationId }, region);
  await indexed();
  for (const as of [organiser, settlement, undefined])
    expect(await found('обустройство родника', {}, as)).toMatchObject(hit);
});

test('a published application is found by everybody, and not while it is reworked', async () => {
  const { applicationId, lead } = await filed(service, contestId, { title: 'Ротонда на холме' });
  await indexed();
  expect((await found('ротонда', {}, citizen())).totalCount).toBe(0);
  await deskDoes(service, 'publishApplication', { applicationId }, organiser);
  await indexed();
  expect(await ids('ротонда', {}, citizen())).toEqual([applicationId]);
  const told = service.bus.published('veche.contests.ApplicationPublished');
  expect(told.map(({ data }) => data)).toEqual([
    { applicationId, contestId, publishedAt: service.clock.now().toISOString() },
  ]);
  const remarks = [{ field: 'title', text: 'Уточните название.' }];
  await does(service, 'returnApplication', { applicationId, remarks, answerBy: '2026-03-05T00:00:00Z' }, organiser);
  await indexed();
  expect((await found('ротонда', {}, citizen())).totalCount).toBe(0);
  await does(service, 'submitApplication', { applicationId }, lead);
  await indexed();
  expect(await ids('ротонда')).toEqual([applicationId]);
});

test('filters hold', async () => {
  expect(await ids('площадка', { filter: { kind: 'APPLICATION' } })).not.toContain(playground);
  expect(await ids('детская площадка', { filter: { kind: 'IDEA', oktmo: OKTMO } })).toEqual([playground]);
  expect(await ids('детская площадка', { filter: { oktmo: '71000000' } })).toContain(playground);
  expect(await ids('детская площадка', { filter: { oktmo: '71829000' } })).toEqual([]);
  expect(await ids('тротуар', { filter: { contestId } })).toEqual([open.applicationId]);
  expect(await ids('тротуар', { filter: { contestId: newId() } })).toEqual([]);
});

test('what is out of sight is not found any more, what comes back is', async () => {
  const { id, author } = await published(service, { title: 'Библиотека под открытым небом' });
  await indexed();
  expect(await ids('библиотека')).toEqual([id]);
  await done(
    service,
    'moderate',
    { of: 'IDEA', id, decision: 'HIDE', ground: 'REPEATED', reason: 'Уже обсуждали' },
    organiser,
  );
  // Before the index hears of it, the object itself decides.
  expect(await ids('библиотека')).toEqual([]);
  await indexed();
  expect((await found('библиотека')).totalCount).toBe(0);
  const text = 'Читальня под навесом в парке, полки с книгами для всех.';
  await done(service, 'reviseIdea', { ideaId: id, title: 'Читальня под навесом', text, category: 'CULTURE' }, author);
  await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, organiser);
  await indexed();
  expect(await ids('читальня')).toEqual([id]);
  expect((await found('библиотека')).totalCount).toBe(0);
});

test('a withdrawn application is gone', async () => {
  const gone = await filed(service, contestId, { title: 'Фонтан перед театром' });
  await indexed();
  expect(await ids('фонтан', {}, organiser)).toEqual([gone.applicationId]);
  await does(service, 'withdrawApplication', { applicationId: gone.applicationId }, gone.lead);
  await indexed();
  expect((await found('фонтан', {}, organiser)).totalCount).toBe(0);
});

test('titles come first, then the newest; pages follow one another', async () => {
  const make = (title: string, text: string) => published(service, { title, text });
  const first = await make('Велодорожка вдоль реки', 'Дорожка нужна всем, кто ездит по городу.');
  const second = await make('Прокат у набережной', 'Рядом проходит велодорожка, прокат будет кстати.');
  const third = await make('Освещение велодорожки', 'Фонари нужны там, где темно вечером.');
  await indexed();
  const expected = [third.id, first.id, second.id];
  expect(await ids('велодорожки')).toEqual(expected);
  const page = await found('велодорожки', { first: 2 });
  expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  expect(await ids('велодорожки', { first: 2, after: page.pageInfo.endCursor })).toEqual([second.id]);
});

test('repeated events and a second run change nothing', async () => {
  const before = await found('ремонт', {}, organiser);
  await indexed();
  await service.runBackground('search-index');
  expect(await found('ремонт', {}, organiser)).toEqual(before);
});

describe('what is alike', () => {
  const SIMILAR = `query ($title: String!, $text: String, $oktmo: Oktmo, $first: Int) {
    similar(title: $title, text: $text, oktmo: $oktmo, first: $first) { kind id } }`;
  const alike = async (variables: object) => (await read(service, SIMILAR, variables)).similar;

  test('ideas in other words of the same stems, the most alike first', async () => {
    const like = { title: 'Детская площадка с качелями', text: 'Во дворе сломаны качели и горки', oktmo: OKTMO };
    expect((await alike(like))[0]).toEqual({ kind: 'IDEA', id: playground });
    expect(await alike({ ...like, oktmo: '71829000' })).toEqual([]);
    expect(await alike({ title: 'Ракета на Марс', text: 'Космодром за городом' })).toEqual([]);
  });

  test('a project that was carried out, once the registry has told so', async () => {
    const like = { title: 'Ремонт тротуаров улицы Ленина' };
    const kinds = async () => (await alike(like)).map(({ id }: any) => id);
    expect(await kinds()).not.toContain(open.applicationId);
    const told = { projectId: open.applicationId, contestId, acceptedOn: '2026-09-01' };
    await service.bus.deliver(event(ProjectCompletedSchema, open.applicationId, told));
    await indexed();
    expect(await kinds()).toContain(open.applicationId);
  });

  test('not more than ten', async () => {
    const { errors } = await service.gql(SIMILAR, { title: 'Сквер', first: 11 });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

test('imported applications are found as well', async () => {
  const lines = [{ number: '77', title: 'Обелиск воинам-землякам', category: 'MEMORIAL', totalCost: '1.00' }];
  await does(service, 'importApplications', { contestId, applications: lines }, importer);
  await indexed();
  expect(await ids('обелиск землякам')).toHaveLength(1);
});

describe('what a replica knows of the lists', () => {
  const replica = () =>
    makeSearchStores(service.deps.connection.useDb(service.deps.connection.name, { useCache: false }));
  /** How many a replica finds, and how the lists were read for it. */
  async function asked(stores: SearchStores) {
    const filters: object[] = [];
    const see = ({ commandName, command }: any) => {
      if (commandName === 'find' && command.find === 'search_postings') filters.push(command.filter);
    };
    const client = service.deps.connection.getClient();
    client.on('commandStarted', see);
    const { ordinals } = await search(stores, { text: 'беседка', overseen: [] });
    client.off('commandStarted', see);
    return { found: ordinals.length, read: filters.map((filter) => Object.keys(filter)[0]) };
  }
  const written = async (stores: SearchStores, ref: string) =>
    writeIndex(stores, [{ kind: 'IDEA', ref, terms: ['беседк', '!PUBLIC'] }]);

  test('is not read again until somebody writes', async () => {
    const [one, other] = [replica(), replica()];
    await written(one, newId());
    expect(await asked(other)).toEqual({ found: 1, read: ['term'] });
    expect(await asked(other)).toEqual({ found: 1, read: [] });
    const second = newId();
    await written(one, second);
    expect(await asked(other)).toEqual({ found: 2, read: ['term'] });
    await writeIndex(one, [{ kind: 'IDEA', ref: second, terms: null }]);
    expect(await asked(other)).toMatchObject({ found: 1 });
  });

  test('is old also when a run broke off before it said so, and that run is repeated', async () => {
    const [one, other] = [replica(), replica()];
    const { found } = await asked(other);
    const ref = newId();
    const broken = { ...one, chunks: { ...one.chunks, model: null } } as unknown as SearchStores;
    await expect(written(broken, ref)).rejects.toThrow();
    await written(one, ref);
    expect(await asked(other)).toMatchObject({ found: found + 1 });
  });

  test('lists from before there were versions are read as they are, and by versions from the next change on', async () => {
    const { found } = await asked(replica());
    await replica().chunks.model.deleteMany({});
    const reader = replica();
    for (let n = 0; n < 2; n += 1) expect(await asked(reader)).toEqual({ found, read: ['term'] });
    await written(replica(), newId());
    expect(await asked(reader)).toEqual({ found: found + 1, read: ['term'] });
    expect(await asked(reader)).toEqual({ found: found + 1, read: [] });
  });

  test('stays what it is of chunks that nobody has written to', async () => {
    const reader = replica();
    const { found } = await asked(reader);
    const far = { kind: 'IDEA', ref: 'far', ordinal: CHUNK + 5, terms: [], sequence: 0 };
    await reader.documents.model.collection.insertOne({ _id: 'IDEA:far' as never, ...far });
    await written(replica(), newId());
    expect(await asked(reader)).toEqual({ found: found + 1, read: ['_id'] });
    expect(await asked(reader)).toEqual({ found: found + 1, read: [] });
  });
});
