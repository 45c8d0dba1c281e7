import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  ANSWERS,
  AT,
  OKTMO,
  does,
  groupOf,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { codeOf, done, IDEA, published, read, resident, send, unknownId } from './setup-ideas.ts';

let service: Contests;
beforeAll(async () => void (service = await startContests()));
afterAll(() => service.stop());

const asSeen = async (id: string, as?: TestCaller) =>
  (
    await read(
      service,
      'query ($id: ID!) { idea(id: $id) { state author { id } stopWords revisions { title } } }',
      { id },
      as,
    )
  ).idea;
const LIST = `query ($filter: IdeaFilter, $order: IdeaOrder, $first: Int, $after: String) {
  ideas(filter: $filter, order: $order, first: $first, after: $after) { totalCount nodes { id supporters } pageInfo { hasNextPage endCursor } } }`;

describe('an idea is proposed and moderated', () => {
  test('before a moderator has looked its author and the staff of the place see it alone', async () => {
    const author = resident();
    const { id, state, mine } = await done(service, 'proposeIdea', IDEA, author);
    expect([state, mine]).toEqual(['PENDING', true]);
    expect(await asSeen(id)).toBeNull();
    expect(await asSeen(id, resident())).toBeNull();
    expect(await asSeen(id, stranger)).toBeNull();
    expect(await asSeen(id, author)).toMatchObject({ state: 'PENDING', stopWords: null });
    expect(await asSeen(id, organiser)).toMatchObject({ author: { id: author.sub }, stopWords: [] });
    const queue = `query ($oktmo: Oktmo!) { ideasToModerate(oktmo: $oktmo) { nodes { id } } }`;
    const { ideasToModerate } = await read(service, queue, { oktmo: OKTMO }, organiser);
    expect(ideasToModerate.nodes.map((one: any) => one.id)).toContain(id);
    await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, organiser);
    expect(await asSeen(id)).toEqual({
      state: 'PUBLISHED',
      author: null,
      stopWords: null,
      revisions: [{ title: IDEA.title }],
    });
    const after = await read(service, queue, { oktmo: OKTMO }, organiser);
    expect(after.ideasToModerate.nodes).toEqual([]);
    expect(await codeOf(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, organiser)).toBe('WRONG_STATE');
  });

  test('moderators act in their territory, and hide with a ground and a reason', async () => {
    const { id } = await done(service, 'proposeIdea', IDEA, resident());
    const hide = { of: 'IDEA', id, decision: 'HIDE' };
    expect(await codeOf(service, 'moderate', hide, organiser)).toBe('GROUND_REQUIRED');
    expect(await codeOf(service, 'moderate', { ...hide, ground: 'ADVERTISING' }, organiser)).toBe('REASON_REQUIRED');
    const whole = { ...hide, ground: 'ADVERTISING', reason: 'Реклама магазина у дома' };
    expect(await codeOf(service, 'moderate', whole, stranger)).toBe('NOT_FOUND');
    expect(await codeOf(service, 'moderate', whole, resident())).toBe('FORBIDDEN');
    expect(await codeOf(service, 'moderate', { ...whole, expectedVersion: 9 }, organiser)).toBe('VERSION_CONFLICT');
    expect(await done(service, 'moderate', whole, organiser)).toMatchObject({ state: 'HIDDEN' });
    const log = await read(
      service,
      `{ moderationLog(of: IDEA, oktmo: "71000000") { nodes { id visible verdicts { decision ground reason } } } }`,
    );
    expect(log.moderationLog.nodes[0]).toEqual({
      id,
      visible: false,
      verdicts: [{ decision: 'HIDE', ground: 'ADVERTISING', reason: whole.reason }],
    });
  });

  test.each([
    ['title', { title: 'Мало' }, 'TITLE_LENGTH'],
    ['text', { text: 'коротко' }, 'TEXT_LENGTH'],
    ['kind of project', { category: 'LUCK' }, 'CATEGORY_UNKNOWN'],
    ['contest', { contestId: '0190b6f2-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
  ])('a wrong %s is refused', async (_what, more, code) => {
    expect(await codeOf(service, 'proposeIdea', { ...IDEA, ...more }, resident())).toBe(code);
  });

  test('residents from sixteen on with a confirmed account take part', async () => {
    const of = (more: Partial<TestCaller>) => codeOf(service, 'proposeIdea', IDEA, resident(more));
    // The clock stands at the first of March 2026.
    expect(await of({ birthdate: '2010-03-02' })).toBe('TOO_YOUNG');
    expect(await of({ birthdate: '2010-03-01' })).toBe('DONE');
    expect(await of({ assurance: 'basic' })).toBe('ACCOUNT_NOT_CONFIRMED');
    expect(await of({ residence: '65701000' })).toBe('NOT_A_RESIDENT');
    expect(await of({ residence: '71876000101' })).toBe('DONE');
  });
});

test('the author changes the text, the earlier one stays, and it is looked at again', async () => {
  const { id, author } = await published(service);
  const change = { ideaId: id, title: 'Спортивная площадка на улице Мира', text: IDEA.text, category: 'SPORT' };
  expect(await codeOf(service, 'reviseIdea', change, resident())).toBe('FORBIDDEN');
  expect(await codeOf(service, 'reviseIdea', { ...change, ideaId: unknownId() }, author)).toBe('NOT_FOUND');
  const revised = await done(service, 'reviseIdea', change, author);
  expect(revised).toMatchObject({ state: 'PENDING', revisions: [{ title: IDEA.title }, { title: change.title }] });
  expect(await asSeen(id)).toBeNull();
  expect(await done(service, 'withdrawIdea', { ideaId: id }, author)).toMatchObject({ state: 'WITHDRAWN' });
  expect(await codeOf(service, 'reviseIdea', change, author)).toBe('WRONG_STATE');
});

test('what was hidden is not read again in the history of an idea that came back', async () => {
  const { id, author } = await published(service, { title: 'Название с чужим телефоном в нём' });
  const hide = { of: 'IDEA', id, decision: 'HIDE', ground: 'PERSONAL_DATA', reason: 'Указан телефон соседа' };
  service.clock.advance(1000);
  await done(service, 'moderate', hide, organiser);
  service.clock.advance(1000);
  await done(service, 'reviseIdea', { ideaId: id, ...change() }, author);
  await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, organiser);
  expect((await asSeen(id)).revisions).toEqual([{ title: IDEA.title }]);
  expect((await asSeen(id, author)).revisions).toHaveLength(2);
});
const change = () => ({ title: IDEA.title, text: IDEA.text, category: IDEA.category });

describe('support', () => {
  test('each person counts once, and can take it back', async () => {
    const { id } = await published(service);
    const people = Array.from({ length: 6 }, () => resident());
    await Promise.all(people.map((one) => done(service, 'supportIdea', { ideaId: id }, one)));
    expect((await done(service, 'supportIdea', { ideaId: id }, people[0]!)).supporters).toBe(6);
    const back = await done(service, 'supportIdea', { ideaId: id, supports: false }, people[0]!);
    expect(back).toMatchObject({ supporters: 5, supportedByMe: false });
    expect(await codeOf(service, 'supportIdea', { ideaId: id }, resident({ assurance: 'basic' }))).toBe(
      'ACCOUNT_NOT_CONFIRMED',
    );
  });

  test('an idea that waits cannot be supported', async () => {
    const author = resident();
    const { id } = await done(service, 'proposeIdea', IDEA, author);
    expect(await codeOf(service, 'supportIdea', { ideaId: id }, resident())).toBe('NOT_FOUND');
    expect(await codeOf(service, 'supportIdea', { ideaId: id }, author)).toBe('IDEA_NOT_PUBLISHED');
  });

  test('the most supported come first', async () => {
    const oktmo = '71829000';
    const local: TestCaller = { ...organiser, territories: ['71000000'] };
    const ids: string[] = [];
    for (const supporters of [1, 3, 2]) {
      const { id } = await done(service, 'proposeIdea', { ...IDEA, oktmo }, resident({ residence: oktmo }));
      await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, local);
      for (let n = 0; n < supporters; n += 1) await done(service, 'supportIdea', { ideaId: id }, resident());
      ids.push(id);
    }
    const first = await read(service, LIST, { filter: { oktmo }, order: 'SUPPORT', first: 2 });
    expect(first.ideas).toMatchObject({ totalCount: 3, nodes: [{ id: ids[1], supporters: 3 }, { id: ids[2] }] });
    const rest = await read(service, LIST, {
      filter: { oktmo },
      order: 'SUPPORT',
      after: first.ideas.pageInfo.endCursor,
    });
    expect(rest.ideas.nodes).toEqual([{ id: ids[0], supporters: 1 }]);
    const newest = await read(service, LIST, { filter: { oktmo, category: 'PLAYGROUND' } });
    expect(newest.ideas.nodes.map(({ id }: any) => id)).toEqual(ids.toReversed());
    expect((await read(service, LIST, { filter: { oktmo, category: 'PARK' } })).ideas.nodes).toEqual([]);
  });
});

test('an idea becomes an application, which keeps its id, and the way is told from the idea on', async () => {
  const contestId = await openContest(service);
  const { id, author } = await published(service, { contestId });
  const group = await groupOf(service, contestId);
  const input = { ideaId: id, contestId, groupId: group.id };
  expect(await codeOf(service, 'applyWithIdea', input, group.member)).toBe('FORBIDDEN');
  expect(await codeOf(service, 'applyWithIdea', input, author)).toBe('NOT_FOUND');
  const application = await done(service, 'applyWithIdea', input, group.lead);
  expect(application).toMatchObject({
    state: 'DRAFT',
    title: IDEA.title,
    answers: { problem: IDEA.text },
    idea: { id },
  });
  const query = 'query ($id: ID!) { idea(id: $id) { applications { id } timeline { what id } } }';
  expect((await read(service, query, { id })).idea.applications).toEqual([]);
  const content = {
    totalCost: '900000.00',
    funding: [{ source: 'MUNICIPAL', amount: '900000.00' }],
    beneficiaries: 500,
    population: 10_000,
    answers: { ...ANSWERS, problem: undefined },
  };
  const filled = { applicationId: application.id, expectedVersion: 1, content: { ...content, answers: ANSWERS } };
  await does(service, 'saveApplication', filled, group.lead);
  service.clock.advance(1000);
  await does(service, 'submitApplication', { applicationId: application.id }, group.lead);
  service.clock.advance(1000);
  await does(service, 'admitApplication', { applicationId: application.id }, organiser);
  const { idea } = await read(service, query, { id });
  expect(idea.applications).toEqual([{ id: application.id }]);
  expect(idea.timeline.map(({ what }: any) => what)).toEqual([
    'PROPOSED',
    'PUBLISHED',
    'DRAFT',
    'SUBMITTED',
    'ADMITTED',
  ]);
  service.clock.set(AT.closed);
});

test('a repeated request changes nothing, and its key is of no use for another', async () => {
  const author = resident();
  const input = { idempotencyKey: key(), ...IDEA };
  const first = await done(service, 'proposeIdea', input, author);
  expect((await done(service, 'proposeIdea', input, author)).id).toBe(first.id);
  const other = await send(service, 'proposeIdea', { ...input, title: 'Совсем другая идея двора' }, author);
  expect(other.rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('no text of a resident is in an event, and the person in one alone, which is for notices to the author', async () => {
  const { id, author } = await published(service, { title: 'Неповторимое название идеи' });
  await service.settle();
  const told = service.bus.published('veche.contests.IdeaChanged');
  const own = told.filter((message: any) => JSON.stringify(message).includes(id));
  expect(own).toHaveLength(2);
  expect(JSON.stringify(told)).not.toMatch(/Неповторимое/);
  expect(own.map(({ data }) => data.cause)).toEqual(['PROPOSED', 'MODERATED']);
  const ofAuthor = service.bus.published().filter((message) => JSON.stringify(message).includes(author.sub!));
  expect(ofAuthor.map(({ type, topic, data }) => ({ type, topic, data }))).toEqual([
    {
      type: 'veche.contests.IdeaAuthored',
      topic: 'veche.contests.authorship.v1',
      data: { ideaId: id, authorId: author.sub },
    },
  ]);
});
