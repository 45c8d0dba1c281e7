import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { policy as analytics } from '../../services/analytics/src/policy.ts';
import { policy as contests } from '../../services/contests/src/policy.ts';
import { policy as crowdfunding } from '../../services/crowdfunding/src/policy.ts';
import { policy as expertise } from '../../services/expertise/src/policy.ts';
import { policy as identity } from '../../services/identity/src/policy.ts';
import { policy as registry } from '../../services/registry/src/policy.ts';
import { policy as voting } from '../../services/voting/src/policy.ts';
import { attempt, rootFields, walkPolicy, type Objects, type Walker } from './policy-walk.ts';
import { buildWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await buildWorld()), 400_000);

/** Real objects of Surgut, so that a stranger's right is decided and not an empty look-up. */
const objects = ({ contestId, groupId, applicationId, sheetId, projectId, pledgeId }: World): Objects => ({
  contestId,
  groupId,
  applicationId,
  sheetId,
  projectId,
  pledgeId,
  id: contestId,
  idempotencyKey: randomUUID(),
});

describe('nothing is reached without the right', () => {
  test('every root field as everybody, against the declared tables', async () => {
    const { people } = world;
    const walkers: Walker[] = [
      { name: 'anonymous', session: null, roles: [] },
      { name: 'citizen', session: people.outsider, roles: ['citizen'] },
      { name: 'expert', session: people.expert, roles: ['expert'] },
      { name: 'organiser of another territory', session: people.stranger, roles: ['organiser'] },
      { name: 'finance officer', session: people.finance, roles: ['finance'] },
      { name: 'official', session: people.official, roles: ['municipality'] },
      { name: 'importer', session: people.importer, roles: ['importer'] },
      { name: 'commission member', session: people.commission, roles: ['commission'] },
      { name: 'operator of a booth', session: people.operator, roles: ['operator'] },
      { name: 'auditor', session: people.auditor, roles: ['auditor'] },
    ];
    // Erasure would end the account that walks.
    const spared = new Set(['Mutation.eraseMe']);
    const { steps, deviations } = await walkPolicy(
      world.p.ask,
      [identity, contests, voting, expertise, registry, analytics, crowdfunding],
      walkers,
      objects(world),
      spared,
    );
    expect(deviations).toEqual([]);
    expect(steps).toBeGreaterThan(250);
  }, 300_000);

  test('an organiser of another territory changes nothing here', async () => {
    const walker: Walker = { name: 'stranger', session: world.people.stranger, roles: ['organiser'] };
    const own = new Set(['registerMe', 'updateMyContacts', 'giveConsent', 'withdrawConsent', 'eraseMe']);
    for (const name of ['markNoticesRead', 'markAllNoticesRead', 'setNoticePreferences']) own.add(name);
    const done: string[] = [];
    for (const { kind, field } of rootFields()) {
      if (kind !== 'Mutation' || own.has(field.name)) continue;
      const got = await attempt(world.p.ask, kind, field, walker, objects(world));
      if (!['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED', 'BAD_USER_INPUT'].includes(got))
        done.push(`${field.name}: ${got}`);
    }
    expect(done).toEqual([]);
  });

  test('a token that is no access token, of nobody, or broken is refused, never taken for a visitor', async () => {
    for (const token of ['abc', 'a.b.c', (await world.people.lead.token()).slice(0, -4)]) {
      const answer = await world.p.ask('{ contestTemplates { code } }', {}, { token: async () => token } as never);
      expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  test('a subgraph asked past the gateway decides the same', async () => {
    const response = await fetch(`${world.state.urls.contests}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($input: ContestCommandInput!) { publishContest(input: $input) { rejection { code } } }',
        variables: { input: { idempotencyKey: randomUUID(), contestId: world.draftId } },
      }),
    });
    expect(((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});
