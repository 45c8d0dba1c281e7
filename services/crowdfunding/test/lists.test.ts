import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { SettingsChangedSchema } from '@veche/proto/contests/v1/discussion';
import type { Crowdfunding } from './setup.ts';
import { citizen, finance, opened, pay, promised, startCrowdfunding, story } from './setup.ts';

let service: Crowdfunding;
beforeAll(async () => {
  service = await startCrowdfunding();
});
afterAll(() => service.stop());

describe('lists', () => {
  const MINE = `query ($first: Int, $after: String) { myPledges(first: $first, after: $after) {
    nodes { id amount reference } pageInfo { hasNextPage endCursor } } }`;
  const ALL = `query ($id: ID!, $states: [PledgeState!], $first: Int) { pledges(projectId: $id, states: $states, first: $first) {
    nodes { id state reference documentNumber } pageInfo { hasNextPage endCursor } } }`;

  test('of my promises, newest first, by pages', async () => {
    const of = await opened(service);
    const who = citizen();
    const ids: string[] = [];
    for (const amount of ['1.00', '2.00', '3.00']) {
      service.clock.advance(1_000);
      ids.unshift((await promised(service, of, amount, who)).id);
      await promised(service, of, amount);
    }
    const first = (await service.gql(MINE, { first: 2 }, who)).data.myPledges;
    expect(first.nodes.map((one: any) => one.id)).toEqual(ids.slice(0, 2));
    const rest = (await service.gql(MINE, { first: 2, after: first.pageInfo.endCursor }, who)).data.myPledges;
    expect([rest.nodes.map((one: any) => one.id), rest.pageInfo.hasNextPage]).toEqual([ids.slice(2), false]);
  });

  test('of my promises leave out those of contests and territories that do without collections', async () => {
    const who = citizen();
    const elsewhere = await opened(service, { oktmo: '65701000' });
    const here = [await opened(service), await opened(service)] as const;
    const ids: string[] = [];
    for (const of of [...here, elsewhere]) {
      service.clock.advance(1_000);
      ids.unshift((await promised(service, of, '1.00', who)).id);
    }
    let sequence = 0;
    const switches = (scope: string, blocksOff: string[]) => {
      const versions = [{ effectiveFrom: service.clock.now().toISOString(), blocksOff }];
      const told = event(SettingsChangedSchema, scope, { scope, versions });
      return service.bus.deliver({ ...told, sequence: ++sequence });
    };
    const mine = async () => {
      const found: string[] = [];
      for (let after: string | null = null, more = true; more;) {
        const page: any = (await service.gql(MINE, { first: 1, after }, who)).data.myPledges;
        found.push(...page.nodes.map(({ id }: any) => id));
        ({ endCursor: after, hasNextPage: more } = page.pageInfo);
      }
      return found;
    };
    expect(await mine()).toEqual(ids);
    await switches('65000000', ['CROWDFUNDING']);
    expect(await mine()).toEqual(ids.slice(1));
    await switches(here[1].contestId, ['CROWDFUNDING']);
    expect(await mine()).toEqual(ids.slice(2));
    for (const scope of ['65000000', here[1].contestId]) await switches(scope, []);
    expect(await mine()).toEqual(ids);
  });

  test('of a project for reconciliation', async () => {
    const of = await opened(service);
    const [a, b] = [await promised(service, of), await promised(service, of)];
    await pay(service, b);
    const all = (await service.gql(ALL, { id: of.projectId }, finance)).data.pledges.nodes;
    expect(all.map((one: any) => one.id).sort()).toEqual([a.id, b.id].sort());
    const paid = (await service.gql(ALL, { id: of.projectId, states: ['PAID'] }, finance)).data.pledges.nodes;
    expect(paid.map((one: any) => one.id)).toEqual([b.id]);
  });

  test.each<[string, TestCaller]>([
    ['an officer elsewhere', { roles: ['finance'], territories: ['71871000'] }],
    ['a citizen', citizen()],
    ['an organiser', { roles: ['organiser'], territories: ['71876000'] }],
  ])('of a project are closed to %s', async (_name, who) => {
    const { projectId: id } = await opened(service);
    expect((await service.gql(ALL, { id }, who)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('of an unknown project are closed', async () => {
    expect((await service.gql(ALL, { id: story().projectId }, finance)).errors?.[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
  });

  test('never hold more than 100', async () => {
    expect((await service.gql(MINE, { first: 101 }, citizen())).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('are not for the anonymous', async () => {
    for (const [query, variables] of [
      [MINE, {}],
      [ALL, { id: 'x' }],
    ] as const) {
      expect((await service.gql(query, variables)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    }
  });
});
