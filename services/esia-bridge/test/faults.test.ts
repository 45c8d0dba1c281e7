import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { NO_FAULTS } from '../../../stand/esia-double/registry.ts';
import type { Faults } from '../../../stand/esia-double/registry.ts';
import { fetchTrust } from '../src/fetch-trust.ts';
import { startWorld } from './harness.ts';
import type { World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.setFaults(NO_FAULTS));
afterAll(() => world.stop());

const client = () => world.esia.double.clients.get('VECHE')!;
const lastFailure = () => {
  const lines = world.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter((line) => line['msg'] === 'login failed').at(-1);
};

describe('when ESIA misbehaves', () => {
  const cases: [string, Partial<Faults>, string, string][] = [
    ['internal error at authorization', { ac: '007007' }, 'temporarily_unavailable', 'ESIA-007007'],
    ['overload at authorization', { ac: '007008' }, 'temporarily_unavailable', 'ESIA-007008'],
    ['internal error at the token', { te: '007007' }, 'temporarily_unavailable', 'ESIA-007007'],
    ['an HTML page at the token', { te: 'html502' }, 'temporarily_unavailable', 'ESIA-UNAVAILABLE'],
    ['a reset connection', { te: 'reset' }, 'temporarily_unavailable', 'ESIA-UNAVAILABLE'],
    ['a slow answer', { te: 'slow', slowMs: 1500 }, 'temporarily_unavailable', 'ESIA-UNAVAILABLE'],
    ['an HTML page for the person', { rs: 'html502' }, 'temporarily_unavailable', 'ESIA-UNAVAILABLE'],
    ['a reset while reading the person', { rs: 'reset' }, 'temporarily_unavailable', 'ESIA-UNAVAILABLE'],
    ['our clock differs from its clock', { clockSeconds: 3600 }, 'server_error', 'ESIA-007015'],
    ['a token signed by a stranger', { wrongKey: true }, 'server_error', 'ESIA-BAD-SIGNATURE'],
    ['a token of another system', { foreignToken: true }, 'server_error', 'ESIA-BAD-TOKEN'],
    ['a state that is not ours', { wrongState: true }, 'server_error', 'ESIA-BAD-STATE'],
  ];
  test.each(cases)('%s', async (_name, faults, error, code) => {
    world.setFaults(faults);
    const returned = await world.login('citizen-1');
    expect(returned.searchParams.get('error')).toBe(error);
    expect(returned.searchParams.get('code')).toBeNull();
    expect(returned.searchParams.get('error_description')).not.toContain('ESIA');
    expect(lastFailure()).toMatchObject({ esia: code, alert: error === 'server_error' });
    expect(await world.metrics()).toContain(`esia_logins_total{result="${code}",service="esia-bridge"}`);
  });

  test.each<[string, Partial<Faults>]>([
    ['sub as text', { subject: 'string' }],
    ['expires_in as text', { expiresIn: 'string' }],
    ['links instead of embedded addresses', { noEmbed: true }],
    ['each signed request once only', { refuseReplay: true }],
  ])('tolerates %s', async (_name, faults) => {
    world.setFaults(faults);
    expect((await world.signIn('citizen-1')).claims).toMatchObject({
      sub: '1000000001',
      addr_reg_oktmo: '71876000',
    });
  });
});

describe("what ESIA's console decides", () => {
  test('tokens signed with GOST are verified as well', async () => {
    client().algorithm = 'GOST3410_2012_256';
    expect((await world.signIn('citizen-1')).claims.sub).toBe('1000000001');
    world.setFaults({ wrongKey: true });
    expect((await world.login('citizen-1')).searchParams.get('error')).toBe('server_error');
    client().algorithm = 'RS256';
  });

  test('only confirmed accounts: access_denied with the reason', async () => {
    client().confirmedOnly = true;
    const returned = await world.login('standard');
    expect(returned.searchParams.get('error')).toBe('access_denied');
    expect(returned.searchParams.get('error_description')).toContain('подтверждённая');
    client().confirmedOnly = false;
  });

  test.each<[string, () => void, () => void, string]>([
    [
      'our certificate is switched off',
      () => (client().certificates[0]!.active = false),
      () => (client().certificates[0]!.active = true),
      'ESIA-007005',
    ],
    [
      'a scope is taken from us',
      () => (client().scopes = ['openid']),
      () => (client().scopes = ['openid', 'fullname', 'birthdate', 'snils', 'addresses']),
      'ESIA-007006',
    ],
  ])('%s: the operator is told', async (_name, change, restore, code) => {
    change();
    const returned = await world.login('citizen-1');
    restore();
    expect(returned.searchParams.get('error')).toBe('server_error');
    expect(lastFailure()).toMatchObject({ esia: code, alert: true });
  });
});

test('after a rotation the new certificates are trusted without a restart, once they are in the folder', async () => {
  const folder = world.settings.ESIA_TRUST_DIR;
  world.esia.double.keys.rotate(new Date(), false);
  expect((await world.login('citizen-1')).searchParams.get('error')).toBe('server_error');
  rmSync(folder, { recursive: true });
  expect(await fetchTrust(`${world.esia.url}/public/esia.zip`, folder)).toBe(2);
  world.moveClock(11_000);
  expect((await world.signIn('citizen-1')).claims.sub).toBe('1000000001');
  world.moveClock(-11_000);
});
