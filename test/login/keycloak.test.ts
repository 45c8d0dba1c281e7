import { describe, expect, test } from '@jest/globals';
import { citizenSession, citizenToken, claimsOf, readStandState, serviceToken, staffToken } from './driver.ts';
import { DEMO_PASSWORD } from '../../stand/keycloak/demo-staff.ts';

/** Needs the stand; shows as skipped without it. */
const withStand = process.env['VECHE_STAND_STATE'] === undefined ? describe.skip : describe;

withStand('tokens of a real Keycloak', () => {
  const state = () => readStandState();
  const endpoint = (name: string) => `${state().urls.keycloak}/realms/veche/protocol/openid-connect/${name}`;
  const rolesOf = (claims: Record<string, unknown>) => (claims['realm_access'] as { roles: string[] }).roles;
  const tokenError = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form);
    const response = await fetch(endpoint('token'), { method: 'POST', body });
    return ((await response.json()) as { error?: string }).error;
  };

  test('an ordinary token of a citizen carries roles and assurance, and no voter key', async () => {
    const claims = claimsOf(await citizenToken(state(), 'citizen-101'));
    expect(claims).toMatchObject({ aud: 'gateway', esia_trusted: true, esia_lvl: 'PR' });
    expect(rolesOf(claims)).toContain('citizen');
    for (const name of ['snils_h', 'birthdate', 'addr_reg_oktmo', 'preferred_username', 'email'])
      expect(claims).not.toHaveProperty(name);
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300);
  });

  test('the voter key comes on request, addressed to voting too', async () => {
    const claims = claimsOf(await citizenToken(state(), 'citizen-101', { voterKey: true }));
    expect(claims['aud']).toEqual(expect.arrayContaining(['gateway', 'voting']));
    expect(claims).toMatchObject({
      snils_h: expect.stringMatching(/^[\w-]{43}$/),
      birthdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      addr_reg_oktmo: '71876000',
    });
  });

  test('an unconfirmed account is told apart', async () => {
    const claims = claimsOf(await citizenToken(state(), 'standard'));
    expect(claims).toMatchObject({ esia_trusted: false, esia_lvl: 'P' });
  });

  test('the same person is the same subject, and a session renews itself', async () => {
    const [one, two] = [await citizenSession(state(), 'citizen-102'), await citizenSession(state(), 'citizen-102')];
    expect(one.sub).toBe(two.sub);
    const before = await one.token();
    await one.renew();
    expect(await one.token()).not.toBe(before);
  });

  test.each([
    ['organiser.surgut', 'organiser', ['71876000']],
    ['organiser.nefteyugansk', 'organiser', ['71874000']],
    ['expert1', 'expert', ['71876000']],
    ['finance.surgut', 'finance', ['71876000']],
    ['municipality.surgut', 'municipality', ['71876000']],
    ['auditor', 'auditor', ['00000000']],
    ['admin', 'admin', ['00000000']],
  ])('%s is %s of %j', async (username, role, territories) => {
    const claims = claimsOf(await staffToken(state(), username, DEMO_PASSWORD));
    expect(rolesOf(claims)).toEqual([role]);
    expect([...(claims['oktmo'] as string[])].sort()).toEqual(territories);
    expect(claims).not.toHaveProperty('esia_trusted');
  });

  test('the importer acts everywhere', async () => {
    const secret = process.env['IMPORTER_SECRET'] ?? 'importer-dev-secret';
    const claims = claimsOf(await serviceToken(state(), 'svc-importer', secret));
    expect(rolesOf(claims)).toEqual(['importer']);
    expect(claims).toMatchObject({ aud: 'gateway', oktmo: expect.arrayContaining(['00000000']) });
    expect(String(claims['preferred_username'])).toMatch(/^service-account-/);
  });

  test('a wrong password is refused', async () => {
    await expect(staffToken(state(), 'expert3', 'wrong')).rejects.toThrow(/stopped at/);
  });

  test.each([
    [
      'password grant at the portal',
      { grant_type: 'password', client_id: 'portal', username: 'expert1', password: DEMO_PASSWORD },
    ],
    ['a token for the gateway itself', { grant_type: 'client_credentials', client_id: 'gateway', client_secret: 'x' }],
    ['a token for voting itself', { grant_type: 'client_credentials', client_id: 'voting', client_secret: 'x' }],
    [
      'the importer with a wrong secret',
      { grant_type: 'client_credentials', client_id: 'svc-importer', client_secret: 'x' },
    ],
  ])('%s is refused', async (_name, form) => {
    expect(await tokenError(form)).toMatch(/unauthorized_client|invalid_client/);
  });

  test.each([
    ['without PKCE', { redirect_uri: 'http://localhost:5173/callback' }],
    [
      'to a foreign address',
      {
        redirect_uri: 'http://evil.test/',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      },
    ],
  ])('a login %s does not begin', async (_name, changes) => {
    const query = new URLSearchParams({
      client_id: 'portal',
      response_type: 'code',
      scope: 'openid',
      ...changes,
    });
    const response = await fetch(`${endpoint('auth')}?${query}`, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) expect(response.status).toBe(400);
    else expect(new URL(location).searchParams.get('error')).toBe('invalid_request');
  });
});
