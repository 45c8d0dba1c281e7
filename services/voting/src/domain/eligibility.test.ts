import { expect, test } from '@jest/globals';
import { eligibilityRuleOf, reasonsAgainst, type EligibilityRule, type Voter } from './eligibility.ts';

const RULE: EligibilityRule = { minAge: 16, ageOn: null, residence: '71876000' };
const VOTER: Voter = { assurance: 'confirmed', voterKey: 'k', birthdate: '2010-03-01', residence: '71876000101' };
// Still 28 February in UTC, but 1 March in Yekaterinburg.
const BIRTHDAY_THERE = new Date('2026-02-28T20:00:00Z');
const ZONE = 'Asia/Yekaterinburg';

test.each<[string, Partial<EligibilityRule>, Partial<Voter>, string[]]>([
  ['the birthday itself counts, in the zone of the contest', {}, {}, []],
  ['one day before it does not', { ageOn: '2026-02-28' }, {}, ['VOTER_TOO_YOUNG']],
  ['a fixed date goes before the day of the vote', { ageOn: '2026-03-01' }, {}, []],
  ['another town', {}, { residence: '71874000' }, ['VOTER_NOT_RESIDENT']],
  ['no binding to a residence', { residence: null }, { residence: undefined }, []],
  ['anyone in the region', { residence: '71000000' }, { residence: '71874000' }, []],
  ['of another region', { residence: '71000000' }, { residence: '65701000' }, ['VOTER_NOT_RESIDENT']],
  ['address unknown', {}, { residence: undefined }, ['RESIDENCE_UNKNOWN']],
  ['not confirmed', {}, { assurance: 'basic' }, ['ACCOUNT_NOT_CONFIRMED']],
  [
    'all reasons at once',
    {},
    { assurance: 'none', voterKey: undefined, birthdate: undefined, residence: '12345678' },
    ['ACCOUNT_NOT_CONFIRMED', 'VOTER_KEY_MISSING', 'BIRTH_DATE_UNKNOWN', 'VOTER_NOT_RESIDENT'],
  ],
])('%s', (_name, rule, voter, expected) => {
  expect(
    reasonsAgainst({ ...RULE, ...rule }, { ...VOTER, ...voter }, BIRTHDAY_THERE, ZONE).map(({ code }) => code),
  ).toEqual(expected);
});

test('reasons carry the numbers that decided', () => {
  const young = { ...VOTER, birthdate: '2012-06-01', residence: '71874000' };
  expect(reasonsAgainst(RULE, young, BIRTHDAY_THERE, ZONE)).toEqual([
    { code: 'VOTER_TOO_YOUNG', params: { minAge: 16, age: 13, date: '01.03.2026' } },
    { code: 'VOTER_NOT_RESIDENT', params: { oktmo: '71876000', own: '71874000' } },
  ]);
});

test.each<[string, unknown, boolean]>([
  ['sound', RULE, true],
  ['on a date, no residence', { minAge: 14, ageOn: '2026-09-01', residence: null }, true],
  ['nothing', null, false],
  ['nothing said of age', { ageOn: null, residence: null }, false],
  ['half a year', { ...RULE, minAge: 16.5 }, false],
  ['no date', { ...RULE, ageOn: '2026-13-01' }, false],
  ['nothing said of the day', { minAge: 16, residence: null }, false],
  ['no ОКТМО', { ...RULE, residence: 'Сургут' }, false],
])('a rule that can be applied: %s', (_name, rule, sound) => {
  expect(eligibilityRuleOf(rule) !== null).toBe(sound);
});
