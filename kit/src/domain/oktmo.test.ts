import { describe, expect, test } from '@jest/globals';
import { covers, overlap, isOktmo, scopesOver, territoryLevel } from './oktmo.ts';
import { mayActIn } from './territory-scope.ts';

test.each([
  ['71876000', true],
  ['84640440101', true],
  ['00000000', false],
  ['7187600', false],
  ['718760001', false],
  ['7187600a', false],
])('%s has the shape of a code: %s', (code, expected) => {
  expect(isOktmo(code)).toBe(expected);
});

test.each([
  ['71000000', 'REGION'],
  ['71800000', 'REGION'],
  ['71876000', 'MUNICIPALITY'],
  ['10701000', 'MUNICIPALITY'],
  ['84640440', 'SETTLEMENT'],
  ['84640440101', 'LOCALITY'],
  ['71876000101', 'LOCALITY'],
  // Headings of the classifier, the long form of a municipality, a place directly in a region, and what is no code.
  ['71600000', null],
  ['84640400', null],
  ['71876000000', null],
  ['71000000101', null],
  ['71000101', null],
  ['7187600', null],
  ['00000000', null],
])('%s is a territory of the level %s', (code, expected) => {
  expect(territoryLevel(code)).toBe(expected);
});

describe('a scope covers what lies inside it', () => {
  test.each([
    ['71000000', '71876000', true],
    ['71876000', '71876000101', true],
    ['71876000', '71876000', true],
    ['71876000', '71876000000', true],
    ['71876000000', '71876000', true],
    ['71800000', '71876000', true],
    ['71800000', '71701000', false],
    ['84640000', '84640440101', true],
    ['84640400', '84640440', true],
    ['84640440', '84640441', false],
    ['84640440101', '84640440101', true],
    ['84640440101', '84640440', false],
    ['71876000', '71829000', false],
    ['71876000', '71000000', false],
    ['10000000', '10701000', true],
    ['10000000', '11701000', false],
    ['71810000', '71818000', false],
    ['00000000', '71876000', true],
    ['00000000', '00000000', false],
    ['00000000', 'x1876000', false],
    ['000000000', '71876000', false],
    ['', '71876000', false],
  ])('%s, %s: %s', (scope, code, expected) => {
    expect(covers(scope, code)).toBe(expected);
  });
});

test('the scopes over a code go from the country to the place', () => {
  expect(scopesOver('71876000101')).toEqual(['00000000', '71000000', '71800000', '71876000', '71876000101']);
  expect(scopesOver('71876000')).toEqual(['00000000', '71000000', '71800000', '71876000']);
  expect(scopesOver('71000000')).toEqual(['00000000', '71000000']);
  for (const scope of scopesOver('84640440101')) expect(covers(scope, '84640440101')).toBe(true);
});

test('staff act inside their territories only', () => {
  expect(mayActIn({ territories: ['65701000', '71876000'] }, '71876000101')).toBe(true);
  expect(mayActIn({ territories: ['65701000'] }, '71876000')).toBe(false);
  expect(mayActIn({ territories: ['00000000'] }, '71876000')).toBe(true);
  expect(mayActIn({ territories: [] }, '71876000')).toBe(false);
});

test.each([
  ['00000000', '00000000', true],
  ['00000000', '71876000', true],
  ['71000000', '71876000101', true],
  ['71876000', '71876000000', true],
  ['71876000', '71870000', false],
  ['71876000101', '71876000102', false],
])('%s and %s have something in common: %s, whichever is named first', (one, other, expected) => {
  expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected]);
});
