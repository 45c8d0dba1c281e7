import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { Registry, Story } from './setup.ts';
import { PLAN, admitted, ask, planInput, startRegistry, story, winner } from './setup.ts';

let registry: Registry;
let stories: Story[];
const contest = newId();
const LIST = `query ($filter: ProjectFilter, $first: Int, $after: String) {
  projects(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;

beforeAll(async () => {
  registry = await startRegistry();
  stories = [];
  for (const oktmo of ['71876000', '71876000101', '71871000', '65701000']) {
    registry.clock.advance(1_000);
    stories.push(await winner(registry, story(oktmo === '65701000' ? newId() : contest), { oktmo }));
  }
  await registry.bus.deliver(admitted(story(contest)));
  await ask(registry, PLAN, planInput(stories[0]!));
});
afterAll(() => registry.stop());

const ids = (...indexes: number[]): string[] => indexes.map((index) => stories[index]!.projectId);

async function list(variables: object = {}) {
  const { data, errors } = await registry.gql(LIST, variables as never);
  expect(errors).toBeUndefined();
  return data.projects;
}

describe('projects', () => {
  test.each<[string, object, number[]]>([
    ['all, newest first', {}, [3, 2, 1, 0]],
    ['of a municipality with its settlements', { oktmo: '71876000' }, [1, 0]],
    ['of a settlement', { oktmo: '71876000101' }, [1]],
    ['of a region', { oktmo: '71000000' }, [2, 1, 0]],
    ['of another region', { oktmo: '65000000' }, [3]],
    ['of a state', { states: ['PLANNED'] }, [0]],
    ['of two states', { states: ['PLANNED', 'SUPPORTED'], oktmo: '71876000' }, [1, 0]],
    ['of no state in particular', { states: [] }, [3, 2, 1, 0]],
    ['of nowhere', { oktmo: '10000000' }, []],
  ])('%s', async (_name, filter, expected) => {
    expect((await list({ filter })).nodes.map((one: any) => one.id)).toEqual(ids(...expected));
  });

  test('of a contest', async () => {
    expect((await list({ filter: { contestId: contest } })).nodes.map((one: any) => one.id)).toEqual(ids(2, 1, 0));
  });

  test('come by pages', async () => {
    const first = await list({ first: 3 });
    expect(first.nodes.map((one: any) => one.id)).toEqual(ids(3, 2, 1));
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await list({ first: 3, after: first.pageInfo.endCursor });
    expect(second.nodes.map((one: any) => one.id)).toEqual(ids(0));
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  test.each([
    [{ first: 101 }],
    [{ first: -1 }],
    [{ after: 'nonsense' }],
    [{ filter: { oktmo: '71' } }],
    [{ filter: { states: ['CANDIDATE'] } }],
  ])('%j is refused', async (variables) => {
    const { errors } = await registry.gql(LIST, variables as never);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('references', () => {
  const ENTITIES = `query ($ids: [_Any!]!) { _entities(representations: $ids) {
    ... on Project { id title } ... on Application { id project { id } }
    ... on Contest { id projects(first: 2) { nodes { id } pageInfo { hasNextPage } } } } }`;

  test('from an application, a contest and a project', async () => {
    const loser = newId();
    const { data, errors } = await registry.gql(ENTITIES, {
      ids: [
        { __typename: 'Application', id: ids(0)[0] },
        { __typename: 'Application', id: loser },
        { __typename: 'Contest', id: contest },
        { __typename: 'Project', id: ids(3)[0] },
        { __typename: 'Project', id: loser },
      ],
    });
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { id: ids(0)[0], project: { id: ids(0)[0] } },
      { id: loser, project: null },
      {
        id: contest,
        projects: { nodes: ids(2, 1).map((id) => ({ id })), pageInfo: { hasNextPage: true } },
      },
      { id: ids(3)[0], title: 'Сквер у школы' },
      null,
    ]);
  });

  test('of many applications are one query', async () => {
    const model = registry.deps.connection.model('projects');
    const find = model.find.bind(model);
    let asked = 0;
    model.find = ((...args: Parameters<typeof find>) => {
      // The relay looks into the collection as well, but never by ids.
      if (args[0] && '_id' in args[0]) asked += 1;
      return find(...args);
    }) as never;
    await registry.gql(ENTITIES, {
      ids: ids(0, 1, 2, 3).map((id) => ({ __typename: 'Application', id })),
    });
    model.find = find as never;
    expect(asked).toBe(1);
  });
});
