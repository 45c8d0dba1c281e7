import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { newId } from '@veche/kit';
import { ProjectRegisteredSchema, ProjectRemovedSchema } from '@veche/proto/registry/v1/registry';
import type { Registry, Story } from './setup.ts';
import {
  PLAN,
  admitted,
  ask,
  decidedByContest,
  planInput,
  pledge,
  project,
  result,
  startRegistry,
  story,
  told,
  winner,
} from './setup.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const types = async (of: Story) => (await told(registry, of)).map(({ type }) => type.split('.').at(-1));

describe('the register', () => {
  test('takes an admitted winner and tells it', async () => {
    const of = await winner(registry);
    expect(await project(registry, of)).toEqual({
      id: of.projectId,
      version: expect.any(Number),
      title: 'Сквер у школы',
      oktmo: '71876000',
      category: 'IMPROVEMENT',
      state: 'SUPPORTED',
      registeredAt: registry.clock.now().toISOString(),
      percent: 0,
      application: { id: of.projectId },
      contest: { id: of.contestId },
      finance: {
        totalCost: '1000000.00',
        pledged: '0.00',
        paid: '0.00',
        spent: '0.00',
        sources: [
          { source: 'MUNICIPAL', planned: '900000.00', spent: '0.00' },
          { source: 'CITIZENS', planned: '100000.00', spent: '0.00' },
        ],
      },
    });
    const [event, ...rest] = await told(registry, of);
    expect(rest).toEqual([]);
    expect(fromJson(ProjectRegisteredSchema, event!.data)).toMatchObject({
      projectId: of.projectId,
      contestId: of.contestId,
      title: 'Сквер у школы',
      oktmo: '71876000',
      totalCostKopecks: 1_000_000_00n,
      plan: [
        { source: 'MUNICIPAL', amountKopecks: 900_000_00n },
        { source: 'CITIZENS', amountKopecks: 100_000_00n },
      ],
    });
  });

  test('does not show candidates and losers', async () => {
    const of = story();
    await registry.bus.deliver(admitted(of));
    expect(await project(registry, of)).toBeNull();
    await registry.bus.deliver(result(of, 1, { [of.projectId]: 'RESERVE' }));
    expect(await project(registry, of)).toBeNull();
    expect(await types(of)).toEqual([]);
  });

  test('takes the decision of the commission, and not the vote, where the commission decides', async () => {
    const [of, other] = [story(), story()];
    for (const one of [of, other]) await registry.bus.deliver(admitted(one));
    const vote = { [of.projectId]: 'WINNER' };
    await registry.bus.deliver(result(of, 1, vote, { advisory: true }));
    expect(await project(registry, of)).toBeNull();
    await registry.bus.deliver(decidedByContest(of, 'WINNER'));
    expect((await project(registry, of)).state).toBe('SUPPORTED');
    await registry.bus.deliver(result(other, 1, { [other.projectId]: 'WINNER' }));
    expect((await project(registry, other)).state).toBe('SUPPORTED');
  });

  test('takes the outcome before the facts, too', async () => {
    const of = story();
    await registry.bus.deliver(result(of, 1, { [of.projectId]: 'WINNER', [newId()]: 'NOT_SELECTED' }));
    expect(await project(registry, of)).toBeNull();
    await registry.bus.deliver(admitted(of));
    expect((await project(registry, of)).state).toBe('SUPPORTED');
    expect(await types(of)).toEqual(['ProjectRegistered']);
  });

  test('follows later versions of the result, not earlier ones that come late', async () => {
    const of = await winner(registry);
    await registry.bus.deliver(result(of, 3, { [of.projectId]: 'NOT_SELECTED' }));
    expect(await project(registry, of)).toBeNull();
    await registry.bus.deliver(result(of, 2, { [of.projectId]: 'WINNER' }));
    expect(await project(registry, of)).toBeNull();
    await registry.bus.deliver(result(of, 4, { [of.projectId]: 'WINNER' }));
    expect((await project(registry, of)).state).toBe('SUPPORTED');
    const events = await told(registry, of);
    expect(events.map(({ type }) => type.split('.').at(-1))).toEqual([
      'ProjectRegistered',
      'ProjectRemoved',
      'ProjectRegistered',
    ]);
    expect(fromJson(ProjectRemovedSchema, events[1]!.data)).toMatchObject({
      contestId: of.contestId,
    });
    expect(events.map(({ sequence }) => sequence)).toEqual(
      events.map(({ sequence }) => sequence).sort((a, b) => a - b),
    );
  });

  test('has a project that won in two tiers once, as that of the second, and has the first back when that one loses', async () => {
    const [lower, upper] = [await winner(registry), story()];
    await registry.bus.deliver(admitted(upper, { sourceId: lower.projectId }));
    expect((await project(registry, lower)).state).toBe('SUPPORTED');
    const won = result(upper, 1, { [upper.projectId]: 'WINNER' });
    for (const again of [won, won]) await registry.bus.deliver(again);
    expect(await project(registry, lower)).toBeNull();
    expect((await project(registry, upper)).state).toBe('SUPPORTED');
    // What is told of the first tier afterwards does not bring it back, nor does another contest that it came up to.
    await registry.bus.deliver(result(lower, 2, { [lower.projectId]: 'WINNER' }));
    await registry.bus.deliver(admitted(story(), { sourceId: lower.projectId }));
    expect(await project(registry, lower)).toBeNull();
    await registry.bus.deliver(result(upper, 2, { [upper.projectId]: 'NOT_SELECTED' }));
    expect(await project(registry, upper)).toBeNull();
    expect((await project(registry, lower)).state).toBe('SUPPORTED');
    expect(await types(lower)).toEqual(['ProjectRegistered', 'ProjectRemoved', 'ProjectRegistered']);
  });

  test('has a project that won in three tiers as that of the third, whatever is told again of those below', async () => {
    const lower = await winner(registry);
    const middle = await winner(registry, story(), { sourceId: lower.projectId });
    const upper = await winner(registry, story(), { sourceId: middle.projectId });
    const all = async () =>
      Promise.all([lower, middle, upper].map(async (one) => (await project(registry, one)) !== null));
    expect(await all()).toEqual([false, false, true]);
    await registry.bus.deliver(result(middle, 1, { [middle.projectId]: 'WINNER' }));
    await registry.bus.deliver(result(middle, 2, { [middle.projectId]: 'NOT_SELECTED' }));
    expect(await all()).toEqual([false, false, true]);
    await registry.bus.deliver(result(upper, 2, { [upper.projectId]: 'NOT_SELECTED' }));
    expect(await all()).toEqual([true, false, false]);
    await registry.bus.deliver(result(middle, 3, { [middle.projectId]: 'WINNER' }));
    expect(await all()).toEqual([false, true, false]);
    expect(await types(lower)).toEqual(
      ['Registered', 'Removed', 'Registered', 'Removed'].map((one) => `Project${one}`),
    );
  });

  test('has a project back only when all that came up from it have lost', async () => {
    const lower = await winner(registry);
    const uppers = [story(), story()] as const;
    for (const one of uppers) await winner(registry, one, { sourceId: lower.projectId });
    const loses = (one: Story) => registry.bus.deliver(result(one, 2, { [one.projectId]: 'NOT_SELECTED' }));
    await loses(uppers[1]);
    expect(await project(registry, lower)).toBeNull();
    await loses(uppers[0]);
    expect((await project(registry, lower)).state).toBe('SUPPORTED');
    expect(await types(lower)).toEqual(['ProjectRegistered', 'ProjectRemoved', 'ProjectRegistered']);
  });

  test('reads what was kept when one project could go on as one alone', async () => {
    const lower = await winner(registry);
    const upper = await winner(registry, story(), { sourceId: lower.projectId });
    const projects = registry.deps.connection.db!.collection<any>('projects');
    await projects.updateOne({ _id: lower.projectId }, { $set: { raisedTo: upper.projectId } });
    await registry.bus.deliver(result(lower, 2, { [lower.projectId]: 'WINNER' }));
    expect(await project(registry, lower)).toBeNull();
    await registry.bus.deliver(result(upper, 2, { [upper.projectId]: 'NOT_SELECTED' }));
    expect((await project(registry, lower)).state).toBe('SUPPORTED');
  });

  test('comes to the same end in whatever order tiers are told, and however often', async () => {
    const tiers = () => {
      const [lower, middle, upper, beside] = [story(), story(), story(), story()];
      const from = new Map([
        [middle, lower],
        [beside, lower],
        [upper, middle],
      ]);
      const all = [lower, middle, upper, beside];
      const events = all.flatMap((one) => [
        admitted(one, { sourceId: from.get(one)?.projectId ?? '' }),
        result(one, 1, { [one.projectId]: 'WINNER' }),
      ]);
      return { all, events: [...events, result(beside, 2, { [beside.projectId]: 'NOT_SELECTED' })] };
    };
    const places = Array.from({ length: 18 }, (_, index) => index % 9);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(places, { minLength: 18 }), async (order) => {
        const { all, events } = tiers();
        for (const place of order) await registry.bus.deliver(events[place]!);
        const there = await Promise.all(all.map(async (one) => (await project(registry, one)) !== null));
        expect(there).toEqual([false, false, true, false]);
      }),
      { numRuns: 15 },
    );
  });

  test('keeps a project of the first tier whose works are planned beside that of the second', async () => {
    const lower = await winner(registry);
    await ask(registry, PLAN, planInput(lower));
    const upper = await winner(registry, story(), { sourceId: lower.projectId });
    expect([(await project(registry, lower)).state, (await project(registry, upper)).state]).toEqual([
      'PLANNED',
      'SUPPORTED',
    ]);
  });

  test('keeps a project whose works are planned', async () => {
    const of = await winner(registry);
    await ask(registry, PLAN, planInput(of));
    await registry.bus.deliver(result(of, 2, { [of.projectId]: 'NOT_SELECTED' }));
    expect((await project(registry, of)).state).toBe('PLANNED');
  });

  test('takes winners of contests without a vote, overruled by any result of a vote', async () => {
    const of = story();
    await registry.bus.deliver(admitted(of));
    await registry.bus.deliver(decidedByContest(of, 'WINNER'));
    expect((await project(registry, of)).state).toBe('SUPPORTED');
    await registry.bus.deliver(result(of, 1, { [of.projectId]: 'NOT_SELECTED' }));
    await registry.bus.deliver(decidedByContest(of, 'WINNER'));
    expect(await project(registry, of)).toBeNull();
  });

  test('plans the whole cost as municipal when an application names no sources', async () => {
    const of = await winner(registry, story(), { funding: [] });
    expect((await project(registry, of)).finance.sources).toEqual([
      { source: 'MUNICIPAL', planned: '1000000.00', spent: '0.00' },
    ]);
  });
});

describe('money of citizens', () => {
  test('is summed by pledge, whatever the order', async () => {
    const of = await winner(registry);
    const [a, b, c, d] = [newId(), newId(), newId(), newId()];
    for (const one of [
      pledge('made', of, a, 100_00n),
      pledge('paid', of, b, 250_50n),
      pledge('made', of, b, 250_50n),
      pledge('withdrawn', of, c, 999_00n),
      pledge('made', of, c, 999_00n),
      pledge('made', of, d, 49_50n),
      pledge('paid', of, d, 49_50n),
      pledge('paid', of, d, 49_50n),
    ]) {
      await registry.bus.deliver(one);
    }
    expect((await project(registry, of)).finance).toMatchObject({
      pledged: '400.00',
      paid: '300.00',
    });
  });

  test('of many projects is one query', async () => {
    const contest = newId();
    const stories = [await winner(registry, story(contest)), await winner(registry, story(contest))];
    await registry.bus.deliver(pledge('made', stories[1]!, newId(), 5_00n));
    const model = registry.deps.connection.model('pledges');
    const aggregate = model.aggregate.bind(model);
    let asked = 0;
    model.aggregate = ((...args: Parameters<typeof aggregate>) => {
      asked += 1;
      return aggregate(...args);
    }) as never;
    const { data } = await registry.gql(
      'query ($c: ID!) { projects(filter: { contestId: $c }) { nodes { id finance { pledged paid } } } }',
      { c: contest },
    );
    model.aggregate = aggregate as never;
    expect(data.projects.nodes.map((one: any) => one.finance.pledged).sort()).toEqual(['0.00', '5.00']);
    expect(asked).toBe(1);
  });
});

test('a replay of everything changes nothing', async () => {
  const of = await winner(registry);
  await registry.bus.deliver(pledge('made', of, newId(), 7_00n));
  await registry.bus.deliver(result(of, 2, { [of.projectId]: 'NOT_SELECTED' }));
  await registry.bus.deliver(result(of, 3, { [of.projectId]: 'WINNER' }));
  const before = [await project(registry, of), await types(of)];
  await registry.bus.replay('registry');
  expect([await project(registry, of), await types(of)]).toEqual(before);
  expect(registry.bus.deadLetters()).toEqual([]);
});
