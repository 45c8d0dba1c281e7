import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accept } from '@veche/kit/domain/decision';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { ideaToOutbox } from '../src/community-events.ts';
import { makeCommunityStores } from '../src/store/community.ts';
import { key, organiser, startContests, stranger, type Contests } from './setup.ts';
import { codeOf, done, IDEA, published, read, resident } from './setup-ideas.ts';

let service: Contests;
beforeAll(async () => void (service = await startContests()));
afterAll(() => service.stop());

const supporters = async (id: string): Promise<number> =>
  (await read(service, 'query ($id: ID!) { idea(id: $id) { supporters } }', { id })).idea.supporters;
/** The stores of the service over models of their own, for what no request can bring about. */
const communityOf = ({ deps: { connection } }: Contests) =>
  makeCommunityStores(connection.useDb(connection.name, { useCache: false }));

test('a number that a change of the idea wrote over is counted anew', async () => {
  const { id } = await published(service);
  await done(service, 'supportIdea', { ideaId: id }, resident());
  const { ideas } = communityOf(service);
  // Support comes between the reading of the idea and its writing, which sets the whole state.
  await ideas.model.updateOne({ _id: id }, { $set: { supporters: 0 } });
  await done(service, 'complain', { of: 'IDEA', id, ground: 'OTHER' }, resident());
  await service.settle();
  expect(await supporters(id)).toBe(1);
});

test('supporters go along and count once; text and history stay', async () => {
  const [one, two] = [await published(service), await published(service)];
  const both = resident();
  for (const { id } of [one, two]) await done(service, 'supportIdea', { ideaId: id }, both);
  await done(service, 'supportIdea', { ideaId: one.id }, resident());
  const input = { ideaId: one.id, intoId: two.id, reason: 'Одна и та же площадка' };
  expect(await codeOf(service, 'mergeIdeas', input, stranger)).toBe('FORBIDDEN');
  expect(await codeOf(service, 'mergeIdeas', { ...input, reason: 'да' }, organiser)).toBe('REASON_REQUIRED');
  expect(await codeOf(service, 'mergeIdeas', { ...input, intoId: one.id }, organiser)).toBe('MERGE_INVALID');
  const merged = await done(service, 'mergeIdeas', input, organiser);
  expect(merged).toMatchObject({ id: two.id, merged: [{ id: one.id, mergeReason: input.reason }] });
  await service.settle();
  expect(await supporters(two.id)).toBe(2);
  expect((await read(service, 'query ($id: ID!) { idea(id: $id) { state } }', { id: one.id })).idea.state).toBe(
    'MERGED',
  );
  expect(await codeOf(service, 'mergeIdeas', input, organiser)).toBe('MERGE_INVALID');
  expect(await codeOf(service, 'supportIdea', { ideaId: one.id }, resident())).toBe('IDEA_NOT_PUBLISHED');
});

test('asked again under its key it carries nobody twice', async () => {
  const [one, two] = [await published(service), await published(service)];
  const person = resident();
  await done(service, 'supportIdea', { ideaId: one.id }, person);
  const input = { idempotencyKey: key(), ideaId: one.id, intoId: two.id, reason: 'Одна и та же площадка' };
  await done(service, 'mergeIdeas', input, organiser);
  await service.settle();
  expect(await supporters(two.id)).toBe(1);
  await done(service, 'supportIdea', { ideaId: two.id, supports: false }, person);
  expect((await done(service, 'mergeIdeas', input, organiser)).id).toBe(two.id);
  await service.bus.replay();
  expect(await supporters(two.id)).toBe(0);
});

test('supporters of an idea that was merged twice over reach the last one, whichever merger is carried out first', async () => {
  const [one, two, three] = [await published(service), await published(service), await published(service)];
  const people = Array.from({ length: 130 }, () => resident());
  await Promise.all(people.map((person) => done(service, 'supportIdea', { ideaId: one.id }, person)));
  const reason = 'Одна и та же площадка';
  await done(service, 'mergeIdeas', { ideaId: one.id, intoId: two.id, reason }, organiser);
  await done(service, 'mergeIdeas', { ideaId: two.id, intoId: three.id, reason }, organiser);
  await service.settle();
  expect(await supporters(three.id)).toBe(people.length);
});

test('a merger whose request was cut off right after it was written is finished', async () => {
  const [one, two] = [await published(service), await published(service)];
  await done(service, 'supportIdea', { ideaId: one.id }, resident());
  // What the cut request leaves: the idea as it was written, with its event.
  const { ideas } = communityOf(service);
  await ideas.change({
    id: one.id,
    events: ideaToOutbox,
    decide: (state) =>
      accept(
        { ...state, status: 'MERGED' as const, mergedInto: two.id },
        { kind: 'IdeaChanged' as const, cause: 'MERGED' as const },
      ),
  });
  await service.settle();
  expect(await supporters(two.id)).toBe(1);
});

test('an idea of another municipality does not go along', async () => {
  const wide: TestCaller = { ...organiser, territories: ['71000000'] };
  const [here, there] = [await published(service), resident({ residence: '71829000' })];
  const { id } = await done(service, 'proposeIdea', { ...IDEA, oktmo: '71829000' }, there);
  await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, wide);
  const input = { ideaId: id, intoId: here.id, reason: 'Похожие идеи рядом' };
  expect(await codeOf(service, 'mergeIdeas', input, wide)).toBe('MERGE_INVALID');
});
