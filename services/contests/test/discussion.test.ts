import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  OKTMO,
  admitted,
  filed,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { codeOf, done, IDEA, published, read, resident, unknownId } from './setup-ideas.ts';

let service: Contests;
let idea: string;
beforeAll(async () => void (service = await startContests()));
beforeEach(async () => void (idea = (await published(service)).id));
afterAll(() => service.stop());

const about = (subjectId: string, text = 'Поддерживаю, площадка нужна') => ({ subject: 'IDEA', subjectId, text });
const LIST = `query ($subject: DiscussionSubject!, $id: ID!, $first: Int, $after: String) {
  comments(subject: $subject, id: $id, first: $first, after: $after) {
    totalCount nodes { id text state official author { id } } pageInfo { hasNextPage endCursor } } }`;
const said = async (id: string, as?: TestCaller, more: object = {}) =>
  (await read(service, LIST, { subject: 'IDEA', id, ...more }, as)).comments;
const hide = (id: string) => ({ of: 'COMMENT', id, decision: 'HIDE', ground: 'INSULT', reason: 'Оскорбление соседа' });
const settle = (settings: object, more: object = {}) =>
  done(service, 'changeSettings', { oktmo: OKTMO, reason: 'Решение думы города', settings, ...more }, organiser);

test('residents talk about an idea, staff answers as staff, and persons stay unnamed', async () => {
  const first = await done(service, 'comment', about(idea), resident());
  const answer = { ...about(idea, 'Ответ: участок городской'), answersTo: first.id };
  expect(await done(service, 'comment', answer, organiser)).toMatchObject({ official: true, answersTo: first.id });
  expect(await codeOf(service, 'comment', answer, stranger)).toBe('FORBIDDEN');
  const { nodes, totalCount } = await said(idea);
  expect(totalCount).toBe(2);
  expect(nodes.map(({ official }: any) => official)).toEqual([false, true]);
  expect(nodes.map(({ author }: any) => author)).toEqual([null, null]);
});

test('who may not speak up is told why', async () => {
  const of = (more: Partial<TestCaller>) => codeOf(service, 'comment', about(idea), resident(more));
  expect(await of({ birthdate: '2010-03-02' })).toBe('TOO_YOUNG');
  expect(await of({ residence: '65701000' })).toBe('NOT_A_RESIDENT');
  expect(await of({ assurance: 'none' })).toBe('ACCOUNT_NOT_CONFIRMED');
  expect(await of({})).toBe('DONE');
  expect(await codeOf(service, 'comment', about(unknownId()), resident())).toBe('NOT_FOUND');
  expect(await codeOf(service, 'comment', about(idea, 'я'), resident())).toBe('TEXT_LENGTH');
  const first = await done(service, 'comment', about(idea), resident());
  const second = await done(service, 'comment', { ...about(idea), answersTo: first.id }, resident());
  expect(await codeOf(service, 'comment', { ...about(idea), answersTo: second.id }, resident())).toBe('ANSWER_INVALID');
  expect(await codeOf(service, 'comment', { ...about(idea), answersTo: unknownId() }, resident())).toBe('NOT_FOUND');
});

test('complaints hold a comment until a moderator has looked', async () => {
  const author = resident();
  const { id } = await done(service, 'comment', about(idea), author);
  const complain = (as: TestCaller) => codeOf(service, 'complain', { of: 'COMMENT', id, ground: 'INSULT' }, as);
  expect(await complain(author)).toBe('OWN_TEXT');
  const people = [resident(), resident(), resident()];
  expect(await complain(people[0]!)).toBe('DONE');
  expect(await complain(people[0]!)).toBe('ALREADY_COMPLAINED');
  expect((await said(idea)).nodes).toHaveLength(1);
  expect(await complain(people[1]!)).toBe('DONE');
  expect(await complain(people[2]!)).toBe('DONE');
  expect((await said(idea)).nodes).toEqual([]);
  expect((await said(idea, author)).nodes).toMatchObject([{ state: 'PENDING' }]);
  expect(await complain(resident())).toBe('WRONG_STATE');
  const queue = `query ($oktmo: Oktmo!) { commentsToModerate(oktmo: $oktmo) { nodes { id complaints } } }`;
  const { commentsToModerate } = await read(service, queue, { oktmo: OKTMO }, organiser);
  expect(commentsToModerate.nodes).toEqual([{ id, complaints: 3 }]);
  await done(service, 'moderate', { of: 'COMMENT', id, decision: 'PUBLISH', reason: 'Нарушения нет' }, organiser);
  expect((await said(idea)).nodes).toHaveLength(1);
  // Whoever complained once does not complain again about what was decided.
  expect(await complain(people[0]!)).toBe('ALREADY_COMPLAINED');
  expect(await complain(resident())).toBe('DONE');
});

test('a hidden comment leaves its place and the decision, not its text', async () => {
  const author = resident();
  const { id } = await done(service, 'comment', about(idea, 'Сосед — негодяй'), author);
  expect(await codeOf(service, 'moderate', hide(id), stranger)).toBe('FORBIDDEN');
  expect(await codeOf(service, 'moderate', hide(unknownId()), organiser)).toBe('NOT_FOUND');
  await done(service, 'moderate', hide(id), organiser);
  expect((await said(idea)).nodes).toMatchObject([{ id, text: null, state: 'HIDDEN' }]);
  expect((await said(idea, author)).nodes).toMatchObject([{ text: 'Сосед — негодяй' }]);
  const log = await read(
    service,
    `{ moderationLog(of: COMMENT, oktmo: "${OKTMO}") { nodes { id of visible verdicts { ground reason } } } }`,
  );
  expect(log.moderationLog.nodes[0]).toEqual({
    id,
    of: 'COMMENT',
    visible: false,
    verdicts: [{ ground: 'INSULT', reason: 'Оскорбление соседа' }],
  });
});

test('pages of a discussion follow one another', async () => {
  for (const text of ['раз', 'два', 'три']) await done(service, 'comment', about(idea, text), resident());
  const { nodes, pageInfo } = await said(idea, undefined, { first: 2 });
  const rest = await said(idea, undefined, { first: 2, after: pageInfo.endCursor });
  expect([...nodes, ...rest.nodes].map(({ text }: any) => text)).toEqual(['раз', 'два', 'три']);
  expect(rest.pageInfo.hasNextPage).toBe(false);
});

test('an admitted application is talked about, one that is not public is not', async () => {
  const contestId = await openContest(service);
  const [open, closed] = [await admitted(service, contestId), await filed(service, contestId)];
  const on = (subjectId: string) => ({ ...about(subjectId), subject: 'APPLICATION' });
  expect(await codeOf(service, 'comment', on(open.applicationId), resident())).toBe('DONE');
  expect(await codeOf(service, 'comment', on(closed.applicationId), resident())).toBe('NOT_FOUND');
  expect(await codeOf(service, 'comment', on(closed.applicationId), closed.member)).toBe('DONE');
  const seen = (id: string, as?: TestCaller) => read(service, LIST, { subject: 'APPLICATION', id }, as);
  expect((await seen(open.applicationId)).comments.totalCount).toBe(1);
  expect((await seen(closed.applicationId)).comments.totalCount).toBe(0);
});

test('settings are versions with author, reason and a day from which they hold', async () => {
  await settle({ minAge: 16 });
  const later = new Date(service.clock.now().getTime() + 86_400_000);
  const changed = await settle({ minAge: 18 }, { effectiveFrom: later.toISOString() });
  expect(changed.rules.minAge).toBe(16);
  expect(changed.versions.at(-1)).toMatchObject({ author: { id: organiser.sub }, settings: { minAge: 18 } });
  service.clock.set(later);
  const query = '{ settings(oktmo: "71876000101") { rules { minAge stopList } versions { number } } }';
  expect((await read(service, query)).settings).toEqual({ rules: { minAge: 18, stopList: null }, versions: [] });
  const change = { oktmo: OKTMO, reason: 'Решение думы города', settings: {} };
  expect(await codeOf(service, 'changeSettings', change, stranger)).toBe('FORBIDDEN');
  expect(await codeOf(service, 'changeSettings', { ...change, reason: 'так' }, organiser)).toBe('REASON_REQUIRED');
  for (const settings of [{ minAge: 13 }, { complaintsToHold: 0 }, { stopList: ['два слова'] }])
    expect(await codeOf(service, 'changeSettings', { ...change, settings }, organiser)).toBe('SETTINGS_INVALID');
  const past = { ...change, effectiveFrom: '2020-01-01T00:00:00.000Z' };
  expect(await codeOf(service, 'changeSettings', past, organiser)).toBe('EFFECTIVE_IN_PAST');
  expect(await codeOf(service, 'changeSettings', { ...change, contestId: unknownId() }, organiser)).toBe(
    'BAD_USER_INPUT',
  );
  expect(await codeOf(service, 'changeSettings', { ...change, expectedVersion: 99 }, organiser)).toBe(
    'VERSION_CONFLICT',
  );
  await settle({});
});

test('a word of the stop-list holds a text in whatever form', async () => {
  await settle({ ideaModeration: 'POST', stopList: ['негодяй'] });
  const held = await done(service, 'comment', about(idea, 'Все эти НЕГОДЯИ мешают'), resident());
  expect(held).toMatchObject({ state: 'PENDING', stopWords: null });
  const queue = `{ commentsToModerate(oktmo: "${OKTMO}", first: 100) { nodes { id stopWords } } }`;
  expect((await read(service, queue, {}, organiser)).commentsToModerate.nodes).toContainEqual({
    id: held.id,
    stopWords: ['негодяй'],
  });
  expect(await done(service, 'comment', about(idea, 'Все эти люди мешают'), resident())).toMatchObject({
    state: 'PUBLISHED',
  });
  expect(await done(service, 'proposeIdea', IDEA, resident())).toMatchObject({ state: 'PUBLISHED' });
  expect(
    await done(service, 'proposeIdea', { ...IDEA, text: `${IDEA.text} Негодяям назло.` }, resident()),
  ).toMatchObject({ state: 'PENDING' });
  await settle({});
});

test('a contest has its own rule, and a territory may do without a part', async () => {
  const contestId = await openContest(service);
  const own = {
    contestId,
    reason: 'Положение о конкурсе',
    settings: { commentModeration: 'PRE', residence: 'REQUIRED' },
  };
  await done(service, 'changeSettings', own, organiser);
  const open = await admitted(service, contestId);
  const on = { ...about(open.applicationId), subject: 'APPLICATION' };
  expect(await done(service, 'comment', on, resident())).toMatchObject({ state: 'PENDING' });
  expect(await codeOf(service, 'comment', on, resident({ residence: undefined }))).toBe('RESIDENCE_UNKNOWN');
  expect(await done(service, 'comment', about(idea), resident({ residence: undefined }))).toMatchObject({
    state: 'PUBLISHED',
  });
  const listed = async () =>
    (await read(service, `{ ideas(filter: { oktmo: "${OKTMO}" }) { nodes { id } } }`)).ideas.nodes.length;
  expect(await listed()).toBeGreaterThan(0);
  const { rules } = await settle({ blocksOff: ['IDEAS', 'COMMENTS'] });
  expect(rules.blocks).toEqual(['MEETINGS', 'AMBASSADORS', 'PUBLIC_JURY', 'CROWDFUNDING']);
  expect(await codeOf(service, 'proposeIdea', IDEA, resident())).toBe('BLOCK_OFF');
  expect(await codeOf(service, 'comment', about(idea), resident())).toBe('BLOCK_OFF');
  expect(await listed()).toBe(0);
  await settle({});
  expect(await codeOf(service, 'proposeIdea', IDEA, resident())).toBe('DONE');
});

test('a settlement has what its municipality and its region decided, says whose each value is, and its officials decide for it alone', async () => {
  const [region, settlement] = ['71000000', '71876000101'];
  const staff = (...territories: string[]) => ({ ...organiser, territories });
  const change = (oktmo: string, settings: object, as = staff(oktmo)) =>
    codeOf(service, 'changeSettings', { oktmo, settings, reason: 'Решение о порядке обсуждения' }, as);
  const query = `query ($oktmo: Oktmo, $contestId: ID) { settings(oktmo: $oktmo, contestId: $contestId) {
    rules { minAge residence complaintsToHold stopList } origins { setting scopes { scope territory { oktmo } contest { id } } } } }`;
  const seen = async (place: object) => {
    const { rules, origins } = (await read(service, query, place, organiser)).settings;
    const from = origins.map(({ setting, scopes }: any) => [setting, scopes.map(({ scope }: any) => scope)]);
    return { rules, origins, from: Object.fromEntries(from) };
  };
  expect(await change(region, { minAge: 14, complaintsToHold: 7, stopList: ['негодяй'] })).toBe('DONE');
  expect(await change(OKTMO, { residence: 'ANY', complaintsToHold: 5 })).toBe('DONE');
  const inherited = await seen({ oktmo: settlement });
  expect(inherited.rules).toEqual({ minAge: 14, residence: 'ANY', complaintsToHold: 5, stopList: ['негодяй'] });
  expect(inherited.from).toMatchObject({
    minAge: [region],
    residence: [OKTMO],
    complaintsToHold: [OKTMO],
    ideaModeration: [],
  });
  expect(await change(settlement, { minAge: 18, stopList: ['бездельник'] })).toBe('DONE');
  const own = await seen({ oktmo: settlement });
  expect(own.rules).toMatchObject({ minAge: 18, residence: 'ANY', stopList: ['негодяй', 'бездельник'] });
  expect(own.from).toMatchObject({ minAge: [settlement], residence: [OKTMO], stopList: [region, settlement] });
  expect(own.origins.find(({ setting }: any) => setting === 'minAge').scopes).toEqual([
    { scope: settlement, territory: { oktmo: settlement }, contest: null },
  ]);
  expect((await seen({ oktmo: '71876000102' })).rules.minAge).toBe(14);
  const contestId = await openContest(service);
  const rule = { contestId, reason: 'Положение о конкурсе', settings: { minAge: 16 } };
  await done(service, 'changeSettings', rule, organiser);
  const { origins } = await seen({ contestId });
  expect(origins.find(({ setting }: any) => setting === 'minAge').scopes).toEqual([
    { scope: contestId, territory: null, contest: { id: contestId } },
  ]);
  expect(await change(settlement, {}, staff(region))).toBe('DONE');
  expect(await change(OKTMO, {}, staff(settlement))).toBe('FORBIDDEN');
  expect(await change(settlement, {}, staff('71876000102'))).toBe('FORBIDDEN');
  for (const oktmo of [region, OKTMO]) expect(await change(oktmo, {})).toBe('DONE');
});

test('a key is of no use for another request', async () => {
  const person = resident();
  const input = { idempotencyKey: key(), ...about(idea) };
  const { id } = await done(service, 'comment', input, person);
  expect((await done(service, 'comment', input, person)).id).toBe(id);
  expect(await codeOf(service, 'comment', { ...input, text: 'другое' }, person)).toBe('IDEMPOTENCY_KEY_REUSED');
});
