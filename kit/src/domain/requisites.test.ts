import { describe, expect, test } from '@jest/globals';
import { isInn, isOgrn, isOgrnip, isSnils } from './requisites.ts';

describe('ИНН', () => {
  test.each([
    '8601000000',
    '7200001237',
    '6670123457',
    '4329000770',
    '7812345604',
    '9701072200',
    '860100123422',
    '665812345620',
    '434500000197',
    '720399999920',
    '500100732259',
  ])('%s is valid', (inn) => expect(isInn(inn)).toBe(true));

  test.each([
    '8601000001',
    '7200001230',
    '860100123423',
    '0000000000',
    '000000000000',
    '860100000',
    '86010000000',
    '860100000a',
    '',
  ])('%j is not', (inn) => expect(isInn(inn)).toBe(false));
});

describe('ОГРН', () => {
  test.each(['1028600510003', '1186658000121', '1044300007773', '5027701321951', '1177700006571', '1186658000100'])(
    '%s is valid',
    (ogrn) => expect(isOgrn(ogrn)).toBe(true),
  );
  test.each(['1177700006572', '304860112345675', '', '0000000000000'])('%j is not', (ogrn) =>
    expect(isOgrn(ogrn)).toBe(false),
  );
});

describe('ОГРНИП', () => {
  test.each([
    '304860112345675',
    '312665800012346',
    '320434500007777',
    '312860200099991',
    '304500116000157',
    '312665800000030',
  ])('%s is valid', (ogrnip) => expect(isOgrnip(ogrnip)).toBe(true));
  test.each(['312665800012347', '1028600510003'])('%j is not', (ogrnip) => expect(isOgrnip(ogrnip)).toBe(false));
});

describe('СНИЛС', () => {
  test.each([
    '112-233-445 95',
    '087-654-303 00',
    '001-001-999 65',
    '999-999-999 01',
    '123-456-789 64',
    '001-002-000 15',
    '001-326-679 00',
    '001-508-816 00',
    '017-996-174 00',
    '006-996-683 00',
    '11223344595',
  ])('%s is valid', (snils) => expect(isSnils(snils)).toBe(true));

  test.each(['112-233-445 96', '001-001-998 00', '112 233 445 95', '', '1122334459'])('%j is not', (snils) =>
    expect(isSnils(snils)).toBe(false),
  );
});
