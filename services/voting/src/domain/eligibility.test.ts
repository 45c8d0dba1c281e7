import { expect, test } from '@jest/globals';
import { reasonsAgainst, type EligibilityRule, type Voter } from './eligibility.ts';

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
  ['anyone in the region', { residence: null }, { residence: undefined }, []],
  ['address unknown', {}, { residence: undefined }, ['RESIDENCE_UNKNOWN']],
  ['not confirmed', {}, { assurance: 'basic' }, ['ACCOUNT_NOT_CONFIRMED']],
  [
    'all reasons at once',
    {},
    { assurance: 'none', voterKey: undefined, birthdate: undefined, residence: '12345678' },
    ['ACCOUNT_NOT_CONFIRMED', 'VOTER_KEY_MISSING', 'BIRTH_DATE_UNKNOWN', 'VOTER_NOT_RESIDENT'],
  ],
])('%s', (_name, rule, voter, expected) => {
  expect(reasonsAgainst({ ...RULE, ...rule }, { ...VOTER, ...voter }, BIRTHDAY_THERE, ZONE)).toEqual(expected);
});
