import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { DEMO_STAFF, EVERYWHERE_GROUP } from './demo-staff.ts';
import { realm, realmText } from './realm.ts';

type Json = Record<string, any>;
const development = realm({ development: true }) as Json;
const production = realm({ development: false }) as Json;
const client = (of: Json, id: string): Json => of['clients'].find((each: Json) => each['clientId'] === id);
const scope = (name: string): Json => development['clientScopes'].find((each: Json) => each['name'] === name);
const mapper = (of: Json, name: string): Json => of['protocolMappers'].find((each: Json) => each['name'] === name);

/** Every path that a user's `groups` may name. */
function groupPaths(groups: Json[], prefix = ''): string[] {
  return groups.flatMap((group) => [
    `${prefix}/${group['name']}`,
    ...groupPaths(group['subGroups'] ?? [], `${prefix}/${group['name']}`),
  ]);
}

describe('realm veche', () => {
  test('the committed file is what the generator prints', () => {
    expect(readFileSync(new URL('veche-realm.json', import.meta.url), 'utf8')).toBe(realmText({ development: true }));
  });

  test('the portal must prove the code with PKCE S256 and has no password grant', () => {
    const portal = client(development, 'portal');
    expect(portal).toMatchObject({
      publicClient: true,
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      implicitFlowEnabled: false,
    });
    expect(portal['attributes']['pkce.code.challenge.method']).toBe('S256');
    expect(portal['optionalClientScopes']).toContain('voter-key');
    expect(portal['defaultClientScopes']).not.toContain('voter-key');
  });

  test.each(['gateway', 'voting'])('%s is only an audience', (id) => {
    expect(client(development, id)).toMatchObject({
      standardFlowEnabled: false,
      serviceAccountsEnabled: false,
      directAccessGrantsEnabled: false,
      implicitFlowEnabled: false,
    });
  });

  test('only the voter-key scope carries the voter key, and it addresses voting', () => {
    const carriers = development['clientScopes'].filter((each: Json) =>
      each['protocolMappers'].some((m: Json) => m['config']['claim.name'] === 'snils_h'),
    );
    expect(carriers.map((each: Json) => each['name'])).toEqual(['voter-key']);
    expect(mapper(scope('voter-key'), 'audience voting')['config']['included.client.audience']).toBe('voting');
    expect(mapper(scope('voter-key'), 'snils_h')['config']['id.token.claim']).toBe('false');
  });

  test('territories join those of the person and of the groups', () => {
    expect(mapper(scope('platform'), 'oktmo')['config']).toMatchObject({
      'aggregate.attrs': 'true',
      multivalued: 'true',
    });
  });

  test('every attribute a provider mapper writes is declared, hidden where it must be, and never an SNILS', () => {
    const profile = JSON.parse(
      development['components']['org.keycloak.userprofile.UserProfileProvider'][0].config['kc.user.profile.config'][0],
    ) as { attributes: Json[] };
    const declared = new Map(profile.attributes.map((each) => [each['name'], each]));
    const written = development['identityProviderMappers']
      .map((each: Json) => each['config']['user.attribute'])
      .filter(Boolean);
    expect(written.filter((name: string) => !declared.has(name))).toEqual([]);
    expect(declared.get('snils_h')?.['permissions']).toEqual({ view: ['admin'], edit: ['admin'] });
    expect(declared.has('snils')).toBe(false);
    expect(profile.attributes.filter((each) => each['required'])).toEqual([]);
  });

  test('the provider checks signatures, proves the code and refreshes what ESIA says at each login', () => {
    const [provider] = development['identityProviders'];
    expect(provider.config).toMatchObject({
      validateSignature: 'true',
      pkceEnabled: 'true',
      pkceMethod: 'S256',
      syncMode: 'FORCE',
    });
    expect(provider.trustEmail).toBe(false);
    const trusted = development['identityProviderMappers'].find(
      (each: Json) => each['config']['claim'] === 'esia_trusted',
    );
    expect(trusted.config.syncMode).toBe('FORCE');
  });

  test('users refer to groups and roles that exist', () => {
    const paths = groupPaths(development['groups']);
    const roles = development['roles'].realm.map((role: Json) => role['name']);
    for (const user of development['users']) {
      expect(paths).toEqual(expect.arrayContaining(user.groups));
      expect(roles).toEqual(expect.arrayContaining(user.realmRoles));
    }
    expect(paths).toContain(EVERYWHERE_GROUP);
  });

  test('production has no demonstration staff, no wildcard and no secret with a default', () => {
    const usernames = production['users'].map((user: Json) => user['username']);
    expect(usernames).toEqual(['service-account-svc-importer']);
    expect(development['users']).toHaveLength(1 + DEMO_STAFF.length);
    const text = realmText({ development: false });
    expect(text).not.toMatch(/\$\{[A-Z_]+:/);
    expect(text).not.toContain('credentials');
    expect(client(production, 'portal')['webOrigins']).not.toContain('*');
    expect(production['sslRequired']).toBe('external');
  });

  test("the user name, which contains a citizen's oid, is in no person's access token", () => {
    const carriers = development['clientScopes'].filter((each: Json) =>
      each['protocolMappers'].some(
        (m: Json) => m['config']['user.attribute'] === 'username' && m['config']['access.token.claim'] === 'true',
      ),
    );
    expect(carriers.map((each: Json) => each['name'])).toEqual(['service_account']);
    expect(client(development, 'portal')['defaultClientScopes']).not.toContain('service_account');
    expect(client(development, 'portal')['optionalClientScopes']).not.toContain('service_account');
  });

  test('access tokens live five minutes and guessing passwords is slowed down', () => {
    expect(development).toMatchObject({
      accessTokenLifespan: 300,
      bruteForceProtected: true,
      loginWithEmailAllowed: false,
    });
  });
});
