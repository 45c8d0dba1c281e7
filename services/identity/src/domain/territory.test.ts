import { describe, expect, test } from '@jest/globals';
import { joinRegion, lineProblem, noteTerritory, regionOver, regionsOver, type TerritoryLine } from './territory.ts';

const [REGION, OKRUG, CITY, DISTRICT, SETTLEMENT] = ['71000000', '71800000', '71876000', '71811000', '71811405'];
const line = (oktmo: string, parent: string | null, name = 'Территория'): TerritoryLine => ({ oktmo, name, parent });
const problem = (lines: TerritoryLine[], ...known: string[]) => lineProblem(lines, new Set(known));

describe('a tree from the region down', () => {
  test.each<[string, TerritoryLine[], string[]]>([
    ['a region', [line(REGION, null)], []],
    ['a city in a region that the directory has', [line(CITY, REGION)], [REGION]],
    [
      'parents out of the same list, in whatever order',
      [line(SETTLEMENT, DISTRICT), line(DISTRICT, OKRUG), line(OKRUG, null)],
      [],
    ],
    [
      'a village in its settlement, and one in a city',
      [line('71811405101', SETTLEMENT), line('71876000101', CITY)],
      [SETTLEMENT, CITY],
    ],
    ['a large municipality that is run by itself', [line(CITY, null), line('71876000101', CITY)], []],
  ])('%s', (_what, lines, known) => {
    expect(problem(lines, ...known)).toBeNull();
  });
});

describe('what is refused, and where', () => {
  test.each<[string, string, TerritoryLine, string[], string]>([
    ['OKTMO_INVALID', 'too short', line('7187600', REGION), [REGION], 'oktmo'],
    ['OKTMO_INVALID', 'a heading of the classifier', line('71600000', REGION), [REGION], 'oktmo'],
    ['OKTMO_INVALID', 'the long form of a municipality', line('71876000000', REGION), [REGION], 'oktmo'],
    ['TERRITORY_NAME_LENGTH', 'no name', line(CITY, REGION, ' я '), [REGION], 'name'],
    ['TERRITORY_NAME_LENGTH', 'a name too long', line(CITY, REGION, 'я'.repeat(201)), [REGION], 'name'],
    ['TERRITORY_CYCLE', 'in itself', line(CITY, CITY), [REGION], 'parent'],
    ['PARENT_REQUIRED', 'a city beside its region', line(CITY, null), [OKRUG], 'parent'],
    ['PARENT_REQUIRED', 'a settlement in nothing', line(SETTLEMENT, null), [], 'parent'],
    ['PARENT_UNKNOWN', 'a parent that nobody entered', line(CITY, '65000000'), [OKRUG], 'parent'],
    ['PARENT_UNKNOWN', 'no code at all', line(CITY, 'Югра'), [OKRUG], 'parent'],
    ['PARENT_LEVEL', 'a region in a region', line(OKRUG, REGION), [REGION], 'parent'],
    ['PARENT_LEVEL', 'a settlement right in a region', line(SETTLEMENT, OKRUG), [OKRUG, DISTRICT], 'parent'],
    ['PARENT_LEVEL', 'a village past its settlement', line('71811405101', DISTRICT), [DISTRICT, SETTLEMENT], 'parent'],
    ['PARENT_OUTSIDE', 'a settlement of another district', line(SETTLEMENT, CITY), [CITY, DISTRICT], 'parent'],
    ['PARENT_OUTSIDE', 'a city of another region', line(CITY, '65000000'), ['65000000'], 'parent'],
  ])('%s: %s', (code, _what, wrong, known, field) => {
    const lines = [line('71819000', known.includes(OKRUG) ? OKRUG : REGION), wrong];
    expect(problem(lines, REGION, ...known)).toMatchObject({ code, path: ['territories', '1', field] });
  });

  test('a circle of two: one of both is not of the level above', () => {
    expect(problem([line(SETTLEMENT, DISTRICT), line(DISTRICT, SETTLEMENT)])).toMatchObject({ code: 'PARENT_LEVEL' });
  });

  test('nothing, too many, or one twice', () => {
    const many = Array.from({ length: 501 }, (_, index) => line(`718760${10000 + index}`.slice(0, 11), CITY));
    for (const lines of [[], many, [line(CITY, REGION), line(CITY, REGION)]])
      expect(problem(lines, REGION, CITY)).toMatchObject({ code: 'TERRITORIES_INVALID' });
  });
});

test('an entry that says nothing new changes nothing', () => {
  const current = { name: 'Сургут', parent: REGION, level: 'MUNICIPALITY' as const };
  expect(noteTerritory(current, line(CITY, REGION, ' Сургут '))).toEqual({ ok: true, state: current, events: [] });
  expect(noteTerritory(current, line(CITY, OKRUG, 'Сургут'))).toMatchObject({
    state: { parent: OKRUG },
    events: [{ kind: 'TerritoryNoted' }],
  });
});

test('a root lies in the narrowest region that is entered over it, and what has a parent keeps it', () => {
  expect(regionOver(CITY, [REGION, OKRUG, '65000000'])).toBe(OKRUG);
  expect(regionOver(CITY, ['65000000'])).toBeUndefined();
  const root = { name: 'Сургут', parent: null, level: 'MUNICIPALITY' as const };
  expect(joinRegion(root, OKRUG)).toEqual({
    ok: true,
    state: { ...root, parent: OKRUG },
    events: [{ kind: 'TerritoryNoted' }],
  });
  const placed = { ...root, parent: REGION };
  expect(joinRegion(placed, OKRUG)).toEqual({ ok: true, state: placed, events: [] });
});

test('regions over lines are those that a line is or lies in, each once', () => {
  expect(regionsOver([line(SETTLEMENT, null), line(REGION, null)])).toEqual([REGION, OKRUG]);
  expect(regionsOver([line('65701000', null)])).toContain('65000000');
  expect(regionsOver([])).toEqual([]);
});
