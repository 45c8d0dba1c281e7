import { expect, test } from '@jest/globals';
import { outsideOf } from './block-store.ts';
import { within } from './within.ts';

const [COUNTRY, REGION, CITY, OTHER_CITY, VILLAGE] = ['00000000', '71800000', '71876000', '71870000', '71876000101'];
const CONTEST = '0192f7c0-0000-7000-8000-000000000001';
const territory = (oktmo: string) => ({ oktmo: within(oktmo) });

test('a list that is narrowed to nothing keeps out all that is off, of a kind', () => {
  expect(outsideOf([])).toEqual({});
  expect(outsideOf([CITY, CONTEST], {}, { kind: 'MEETING' })).toEqual({
    $nor: [
      { kind: 'MEETING', ...territory(CITY) },
      { kind: 'MEETING', contestId: CONTEST },
    ],
  });
});

test.each<[string, string, string[]]>([
  ['a city: itself, what is over it and what lies in it', CITY, [COUNTRY, REGION, CITY, VILLAGE]],
  ['another city: what is over it alone', OTHER_CITY, [COUNTRY, REGION]],
  ['the country: all', COUNTRY, [COUNTRY, REGION, CITY, VILLAGE]],
])('in a list of %s', (_which, oktmo, asked) => {
  expect(outsideOf([COUNTRY, REGION, CITY, VILLAGE], { oktmo })).toEqual({ $nor: asked.map(territory) });
});

test('in a list of a contest no other contest is asked about, and where nothing is left there is no condition', () => {
  expect(outsideOf([CONTEST], { contestId: CONTEST })).toEqual({ $nor: [{ contestId: CONTEST }] });
  expect(outsideOf([CONTEST, CITY], { oktmo: OTHER_CITY, contestId: 'another' })).toEqual({});
});
