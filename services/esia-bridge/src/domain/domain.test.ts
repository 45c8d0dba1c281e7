import { describe, expect, test } from '@jest/globals';
import { authorizationText, esiaTimestamp, parseEsiaTimestamp, tokenText } from './dialect.ts';
import { streebog } from '../gost/streebog.ts';
import { esiaCode, verdictOf } from './esia-error.ts';
import { buildClaims, isConfirmed, isoDate, registeredOktmo, snilsDigits } from './person.ts';
import { snilsHasher } from '../voter-hash.ts';

const fields = {
  clientId: 'TESTREGION',
  scope: 'openid fullname snils',
  timestamp: '2026.11.21 20:00:00 +0000',
  state: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  redirectUri: 'https://id.example.org/esia/callback',
};
const digest = (text: string) => streebog(Buffer.from(text)).toString('hex');

describe('strings to sign', () => {
  test('v2/ac and v3/te hash to the known values', () => {
    expect(digest(authorizationText(fields))).toBe('dc2a1f3c443b978e91a71358c2480794afe814db0587088eb686f888708e7d19');
    expect(digest(tokenText(fields, 'CODE-1'))).toBe(
      '0cdcbefb888ebc498b27de2fb5fca9d3c8918a154f3bfa3fb28c7883705b64f4',
    );
  });

  test('organisation scopes are signed right after the scope', () => {
    expect(authorizationText({ ...fields, scopeOrg: 'org_inn' })).toContain('snilsorg_inn2026');
  });

  test('a timestamp is spelled in UTC and read in any offset', () => {
    const instant = new Date('2026-11-21T20:00:00Z');
    expect(esiaTimestamp(instant)).toBe('2026.11.21 20:00:00 +0000');
    expect(parseEsiaTimestamp('2026.11.22 01:00:00 +0500')).toEqual(instant);
  });

  test.each(['2026-11-21 20:00:00 +0000', '2026.11.21 20:00:00', '2026.13.21 20:00:00 +0000', ''])(
    '%j is no timestamp',
    (text) => expect(parseEsiaTimestamp(text)).toBeNull(),
  );
});

describe('errors', () => {
  test.each([
    ['ESIA-007004: Владелец ресурса отклонил', 'ESIA-007004', 'access_denied', false],
    ['ESIA-007055: …', 'ESIA-007055', 'access_denied', false],
    ['ESIA-007007', 'ESIA-007007', 'temporarily_unavailable', false],
    ['ESIA-007008', 'ESIA-007008', 'temporarily_unavailable', false],
    ['ESIA-007002', 'ESIA-007002', 'server_error', true],
    ['ESIA-007015: Время', 'ESIA-007015', 'server_error', true],
    ['ESIA-007053', 'ESIA-007053', 'server_error', true],
    ['something else', 'ESIA-UNKNOWN', 'server_error', true],
    [null, 'ESIA-UNKNOWN', 'server_error', true],
  ])('%j', (text, code, error, operatorAlert) => {
    expect(esiaCode(text)).toBe(code);
    expect(verdictOf(code)).toMatchObject({ code, error, operatorAlert });
  });
});

describe('a person', () => {
  const subject = (lvl: string, trusted?: boolean) => ({
    'urn:esia:sbj:lvl': lvl,
    ...(trusted !== undefined && { 'urn:esia:sbj:is_tru': trusted }),
  });

  test.each([
    ['P', undefined, false],
    ['PR', true, true],
    ['PR', undefined, false],
    ['KD', undefined, false],
    ['KD', true, false],
  ])('level %s with flag %s: confirmed %s', (level, flag, confirmed) =>
    expect(isConfirmed(subject(level, flag))).toBe(confirmed),
  );

  test.each([
    ['04.12.1985', '1985-12-04'],
    ['29.02.2023', undefined],
    ['1985-12-04', undefined],
    [undefined, undefined],
  ])('birth date %s is %s', (text, iso) => expect(isoDate(text)).toBe(iso));

  test('only the registered address counts, and only objects of the dictionary', () => {
    const dictionary = { 'aaaa-1': '71876000' };
    const address = (type: string, fiasCode: string) => ({ type, fiasCode });
    expect(registeredOktmo([address('PLV', 'aaaa-1')], dictionary)).toBeUndefined();
    expect(registeredOktmo([address('PRG', 'AAAA-1')], dictionary)).toBe('71876000');
    expect(registeredOktmo([address('PRG', 'aaaa-2')], dictionary)).toBeUndefined();
  });

  test('the SNILS becomes the known hash, with and without dashes; a wrong check digit gives none', () => {
    const hash = snilsHasher(Uint8Array.from({ length: 32 }, (_value, index) => index));
    for (const spelling of ['112-233-445 95', '11223344595'])
      expect(hash(snilsDigits(spelling)!)).toBe('7hcnp5NF3c0kHiReDa3HNfZ78hHmeUpqZ9XJtzrCl7Y');
    expect(snilsDigits('112-233-445 96')).toBeUndefined();
  });

  test('whatever else ESIA sends stays behind', () => {
    const person = {
      firstName: 'Анна',
      snils: '112-233-445 95',
      trusted: true,
      rIdDoc: 1,
      inn: '860100123422',
      mobile: '+79000000000',
    };
    const claims = buildClaims({
      oid: '1',
      subject: subject('PR', true),
      amr: ['PWD'],
      person,
      addresses: [],
      fiasOktmo: {},
      hashSnils: () => 'hash',
    });
    expect(claims).toEqual({
      sub: '1',
      given_name: 'Анна',
      snils_h: 'hash',
      esia_trusted: true,
      esia_lvl: 'PR',
      acr: 'esia:confirmed',
      amr: ['PWD'],
    });
  });

  test('the id_token alone does not confirm somebody whom the register does not trust', () => {
    const sources = { oid: '1', amr: [], addresses: [], fiasOktmo: {}, hashSnils: () => '' };
    const claims = buildClaims({
      ...sources,
      subject: subject('PR', true),
      person: { trusted: false },
    });
    expect(claims.acr).toBe('esia:basic');
  });
});
