import { expect, test } from '@jest/globals';
import { outsideOf } from './block-store.ts';
import { within } from './within.ts';

const [COUNTRY, REGION, CITY, OTHER_CITY, VILLAGE] = ['00000000', '71800000', '71876000', '71870000', '71876000101'];
const CONTEST = '0192f7c0-0000-7000-8000-000000000001';
const territory = (oktmo: string) => ({ oktmo: within(oktmo) });
const here = (oktmo: string) => ({ scope: oktmo, oktmo });
const ofContest = { scope: CONTEST, oktmo: CITY };

test('a list that is narrowed to nothing keeps out all that is off, of a kind', () => {
  expect(outsideOf([])).toEqual({});
  expect(outsideOf([here(CITY), ofContest], {}, { kind: 'MEETING' })).toEqual({
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
  expect(outsideOf([COUNTRY, REGION, CITY, VILLAGE].map(here), { oktmo })).toEqual({ $nor: asked.map(territory) });
});

test('in a list of a contest no other contest is asked about, and where nothing is left there is no condition', () => {
  expect(outsideOf([ofContest], { contestId: CONTEST })).toEqual({ $nor: [{ contestId: CONTEST }] });
  expect(outsideOf([ofContest, here(CITY)], { oktmo: OTHER_CITY, contestId: 'another' })).toEqual({});
});

test.each<[string, string, boolean]>([
  ['its territory', CITY, true],
  ['a place in it', VILLAGE, true],
  ['the region over it', REGION, true],
  ['another city', OTHER_CITY, false],
])('a contest is asked about in a list of %s: %s, %s', (_which, oktmo, asked) => {
  expect(outsideOf([ofContest], { oktmo })).toEqual(asked ? { $nor: [{ contestId: CONTEST }] } : {});
});
