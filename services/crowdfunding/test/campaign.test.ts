import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { CampaignOpenedSchema } from '@veche/proto/crowdfunding/v1/crowdfunding';
import type { Crowdfunding } from './setup.ts';
import {
  PLEDGE,
  WITHDRAW,
  ask,
  campaign,
  citizen,
  key,
  opened,
  pay,
  promised,
  registered,
  removed,
  startCrowdfunding,
  story,
} from './setup.ts';

let service: Crowdfunding;
beforeAll(async () => {
  service = await startCrowdfunding();
});
afterAll(() => service.stop());

const openings = async ({ projectId }: { projectId: string }) => {
  await service.settle();
  return service.bus.published('veche.crowdfunding.CampaignOpened').filter((one) => one.key === projectId);
};

test('a campaign opens for planned money of citizens', async () => {
  const of = await opened(service);
  expect(await campaign(service, of)).toEqual({
    id: of.projectId,
    project: { id: of.projectId },
    target: '50000.00',
    pledged: '0.00',
    paid: '0.00',
    pledgesCount: 0,
    percent: 0,
    openedAt: service.clock.now().toISOString(),
  });
  const [event, ...more] = await openings(of);
  expect(more).toEqual([]);
  expect(fromJson(CampaignOpenedSchema, event!.data)).toMatchObject({
    ...of,
    targetKopecks: 50_000_00n,
  });
});

test('none opens when citizens pay nothing', async () => {
  const of = await opened(service, { citizens: 0n });
  expect(await campaign(service, of)).toBeNull();
  expect(await openings(of)).toEqual([]);
});

test('each of two promises in one request is answered with the sums after it', async () => {
  const { projectId } = await opened(service);
  const twice = `mutation ($first: PledgeInput!, $second: PledgeInput!) { ${['first', 'second']
    .map((name) => `${name}: pledge(input: $${name}) { pledge { project { campaign { pledged pledgesCount } } } }`)
    .join(' ')} }`;
  const input = (amount: string) => ({ idempotencyKey: key(), projectId, amount });
  const { data } = await service.gql(twice, { first: input('300.00'), second: input('200.00') }, citizen());
  const shown = [data.first, data.second].map(({ pledge }) => pledge.project.campaign);
  expect(shown).toEqual([
    { pledged: '300.00', pledgesCount: 1 },
    { pledged: '500.00', pledgesCount: 2 },
  ]);
});

test('totals count promises in force and payments; more than the target is welcome', async () => {
  const of = await opened(service, { citizens: 1_000_00n });
  const who = citizen();
  const [a, b, c] = [
    await promised(service, of, '700.00', who),
    await promised(service, of, '800.50'),
    await promised(service, of, '99.49'),
  ];
  await pay(service, b);
  await ask(service, WITHDRAW, { pledgeId: a.id }, who);
  expect(await campaign(service, of)).toMatchObject({
    pledged: '899.99',
    paid: '800.50',
    pledgesCount: 2,
    percent: 89,
  });
  await promised(service, of, '1600.01');
  expect(await campaign(service, of)).toMatchObject({
    pledged: '2500.00',
    percent: 250,
    pledgesCount: 3,
  });
  expect(c.state).toBe('PROMISED');
});

describe('a project that leaves the register', () => {
  test('takes no more promises, and takes them again when it comes back', async () => {
    const of = await opened(service);
    await service.bus.deliver(removed(of, 2));
    expect(await campaign(service, of)).toBeNull();
    const refused = await ask(service, PLEDGE, { projectId: of.projectId, amount: '5.00' }, citizen());
    expect(refused).toMatchObject({
      pledge: null,
      rejection: { code: 'CAMPAIGN_NOT_OPEN', path: ['projectId'] },
    });
    await service.bus.deliver(registered(of, { sequence: 3, citizens: 70_000_00n }));
    expect((await campaign(service, of)).target).toBe('70000.00');
    expect(await openings(of)).toHaveLength(2);
  });

  test('stays out when the old news comes late', async () => {
    const of = story();
    await service.bus.deliver(removed(of, 2));
    await service.bus.deliver(registered(of, { sequence: 1 }));
    expect(await campaign(service, of)).toBeNull();
  });
});

test('a replay of everything changes nothing', async () => {
  const of = await opened(service);
  await promised(service, of);
  const before = [await campaign(service, of), (await openings(of)).length];
  await service.bus.replay('crowdfunding');
  expect([await campaign(service, of), (await openings(of)).length]).toEqual(before);
  expect(service.bus.deadLetters()).toEqual([]);
});

describe('references', () => {
  const ENTITIES = `query ($ids: [_Any!]!) { _entities(representations: $ids) {
    ... on Project { id campaign { target pledged pledgesCount } } ... on Campaign { id target } } }`;

  test('of many projects are one query for campaigns and one for totals', async () => {
    const stories = [await opened(service), await opened(service), story()];
    await promised(service, stories[1]!, '12.34');
    const model = service.deps.connection.model('campaigns');
    const pledges = service.deps.connection.model('pledges');
    const [find, aggregate] = [model.find.bind(model), pledges.aggregate.bind(pledges)];
    const asked: string[] = [];
    model.find = ((...args: Parameters<typeof find>) => {
      // The relay looks into the collection as well, but never by ids.
      if (args[0] && '_id' in args[0]) asked.push('find');
      return find(...args);
    }) as never;
    pledges.aggregate = ((...args: Parameters<typeof aggregate>) => {
      asked.push('aggregate');
      return aggregate(...args);
    }) as never;
    const { data } = await service.gql(ENTITIES, {
      ids: stories.map(({ projectId: id }) => ({ __typename: 'Project', id })),
    });
    model.find = find as never;
    pledges.aggregate = aggregate as never;
    expect(data._entities.map((one: any) => one.campaign)).toEqual([
      { target: '50000.00', pledged: '0.00', pledgesCount: 0 },
      { target: '50000.00', pledged: '12.34', pledgesCount: 1 },
      null,
    ]);
    expect(asked).toEqual(['find', 'aggregate']);
  });

  test('of a campaign', async () => {
    const { projectId: id } = await opened(service);
    const { data } = await service.gql(ENTITIES, {
      ids: [
        { __typename: 'Campaign', id },
        { __typename: 'Campaign', id: 'none' },
      ],
    });
    expect(data._entities).toEqual([{ id, target: '50000.00' }, null]);
  });
});
