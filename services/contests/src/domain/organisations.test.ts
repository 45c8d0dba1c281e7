import { expect, test } from '@jest/globals';
import { organisationsNamed } from './organisations.ts';

const inn = { type: 'string', format: 'inn' };
const FORM = {
  type: 'object',
  properties: {
    applicant: inn,
    note: { type: 'string' },
    sponsors: { type: 'array', items: { type: 'object', properties: { inn, sum: { type: 'number' } } } },
  },
};

test('the legal entities of a form, also in a repeated group, each once', () => {
  const sponsors = [{ inn: '7707083893', sum: 1 }, { inn: '8601000000' }, { sum: 2 }];
  expect(organisationsNamed(FORM, { applicant: '7707083893', sponsors })).toEqual(['7707083893', '8601000000']);
});

test('no number of a person, no text that is not bound to the register, nothing where nothing was answered', () => {
  expect(organisationsNamed(FORM, { applicant: '500100732259', note: '7707083893', other: '7707083893' })).toEqual([]);
  expect(organisationsNamed(FORM, {})).toEqual([]);
  expect(organisationsNamed({}, { applicant: '7707083893' })).toEqual([]);
});
