import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { citizen, key, setUp, type Setup } from './setup.ts';

const [REGION, CITY, DISTRICT, SETTLEMENT, VILLAGE] = ['71800000', '71876000', '71811000', '71811405', '71811405101'];
const NOTE = `mutation ($input: NoteTerritoriesInput!) { noteTerritories(input: $input) {
  territories { oktmo name level parent { oktmo } } rejection { code userMessage path } } }`;
const LIST = `query ($within: Oktmo, $level: TerritoryLevel, $parent: Oktmo, $first: Int, $after: String) {
  territories(within: $within, level: $level, parent: $parent, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { oktmo } } }`;
const REFERENCES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Territory {
  oktmo name level parents { oktmo name } } } }`;

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
  await noted(entries, admin(REGION));
});
afterAll(() => setup.stop());

const admin = (...territories: string[]): TestCaller => ({ ...citizen(), roles: ['admin'], territories });
const entries = [
  { oktmo: VILLAGE, name: 'Деревня Ягодная', parent: SETTLEMENT },
  { oktmo: SETTLEMENT, name: 'Сельское поселение Речное', parent: DISTRICT },
  { oktmo: DISTRICT, name: 'Белоярский район', parent: REGION },
  { oktmo: CITY, name: 'Сургут', parent: REGION },
  { oktmo: REGION, name: 'Югра' },
];
const note = (territories: object[], as: TestCaller, more: object = {}) =>
  setup.ask(NOTE, { territories, ...more }, as);
const noted = async (territories: object[], as: TestCaller, more: object = {}): Promise<any> => {
  const answer = await note(territories, as, more);
  if (answer.rejection) throw new Error(JSON.stringify(answer.rejection));
  return answer.territories;
};
const read = async (query: string, variables: object = {}): Promise<any> => {
  const { data, errors } = await setup.service.gql(query, variables as Record<string, unknown>);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};
const codes = async (filter: object): Promise<string[]> =>
  (await read(LIST, filter)).territories.nodes.map(({ oktmo }: any) => oktmo);

describe('the directory', () => {
  test('is a tree that anybody reads: the parts of a region down to a village, and its way up', async () => {
    const parts = 'oktmo name level';
    const tree = `{ territory(oktmo: "${REGION}") { ${parts} parent { oktmo } parts { totalCount nodes { ${parts} parts { nodes { ${parts}
      parts { nodes { ${parts} parents { name } } } } } } } } }`;
    const { territory } = await read(tree);
    expect(territory).toMatchObject({ name: 'Югра', level: 'REGION', parent: null, parts: { totalCount: 2 } });
    const [district, city] = territory.parts.nodes;
    expect(city).toMatchObject({ oktmo: CITY, name: 'Сургут', level: 'MUNICIPALITY', parts: { nodes: [] } });
    const [settlement] = district.parts.nodes;
    expect(settlement).toMatchObject({ oktmo: SETTLEMENT, level: 'SETTLEMENT' });
    expect(settlement.parts.nodes).toEqual([
      {
        oktmo: VILLAGE,
        name: 'Деревня Ягодная',
        level: 'LOCALITY',
        parents: [{ name: 'Югра' }, { name: 'Белоярский район' }, { name: 'Сельское поселение Речное' }],
      },
    ]);
    expect((await read(`{ territory(oktmo: "65000000") { oktmo } }`)).territory).toBeNull();
  });

  test('is listed by code, narrowed and paged', async () => {
    expect(await codes({ within: REGION })).toEqual([REGION, DISTRICT, SETTLEMENT, VILLAGE, CITY]);
    expect(await codes({ within: DISTRICT })).toEqual([DISTRICT, SETTLEMENT, VILLAGE]);
    expect(await codes({ within: REGION, level: 'MUNICIPALITY' })).toEqual([DISTRICT, CITY]);
    expect(await codes({ parent: DISTRICT, level: 'SETTLEMENT' })).toEqual([SETTLEMENT]);
    const { nodes, pageInfo, totalCount } = (await read(LIST, { within: REGION, first: 4 })).territories;
    expect([nodes.length, totalCount, pageInfo.hasNextPage]).toEqual([4, 5, true]);
    expect(await codes({ within: REGION, first: 4, after: pageInfo.endCursor })).toEqual([CITY]);
  });

  test('names the territories of other services; of one that it does not have it tells what the code tells', async () => {
    const of = [CITY, '65701000', '00000000'].map((oktmo) => ({ __typename: 'Territory', oktmo }));
    expect((await read(REFERENCES, { of }))._entities).toEqual([
      { oktmo: CITY, name: 'Сургут', level: 'MUNICIPALITY', parents: [{ oktmo: REGION, name: 'Югра' }] },
      { oktmo: '65701000', name: null, level: 'MUNICIPALITY', parents: [] },
      { oktmo: '00000000', name: null, level: null, parents: [] },
    ]);
  });

  test('tells others of an entry when it says something new, and of nothing else', async () => {
    const region = { oktmo: '65000000', name: 'Свердловская область' };
    const told = async () => {
      await setup.service.settle();
      return setup.service.bus
        .published('veche.identity.TerritoryNoted')
        .filter(({ data }: any) => data.oktmo === region.oktmo)
        .map(({ data }: any) => data.name);
    };
    await noted([region], admin('65000000'));
    await noted([region], admin('65000000'));
    await noted([{ ...region, name: 'Средний Урал' }], admin('00000000'));
    expect(await told()).toEqual(['Свердловская область', 'Средний Урал']);
  });
});

describe('a municipality that is run by itself', () => {
  const [OTHER_REGION, OTHER_CITY, OTHER_VILLAGE] = ['66000000', '66701000', '66701000101'];
  const city = { oktmo: OTHER_CITY, name: 'Смоленск' };
  const village = { oktmo: OTHER_VILLAGE, name: 'Деревня Широкая', parent: OTHER_CITY };
  const as = admin(OTHER_REGION);
  const up = async () =>
    (await read(`{ territory(oktmo: "${OTHER_VILLAGE}") { parents { oktmo } } }`)).territory.parents;
  const told = async () => {
    await setup.service.settle();
    return setup.service.bus
      .published('veche.identity.TerritoryNoted')
      .filter(({ data }: any) => data.oktmo === OTHER_CITY)
      .map(({ data }: any) => data.parent ?? null);
  };

  test('lies in its region once that is entered, and the call that entered it as a root is answered again', async () => {
    const idempotencyKey = key();
    await noted([city, village], as, { idempotencyKey });
    expect(await up()).toEqual([{ oktmo: OTHER_CITY }]);
    await noted([{ oktmo: OTHER_REGION, name: 'Смоленская область' }], as);
    expect(await up()).toEqual([{ oktmo: OTHER_REGION }, { oktmo: OTHER_CITY }]);
    expect(await noted([city, village], as, { idempotencyKey })).toMatchObject([
      { oktmo: OTHER_CITY, parent: { oktmo: OTHER_REGION } },
      { oktmo: OTHER_VILLAGE },
    ]);
    expect((await note([city], as)).rejection.code).toBe('PARENT_REQUIRED');
    expect(await told()).toEqual([null, OTHER_REGION]);
  });

  test('a repetition of an old list puts nothing back, and by somebody without the rights it is refused', async () => {
    const idempotencyKey = key();
    const line = { ...city, parent: OTHER_REGION };
    await noted([line], as, { idempotencyKey });
    await noted([{ ...line, name: 'Смоленск-город' }], as);
    expect(await noted([line], as, { idempotencyKey })).toMatchObject([{ name: 'Смоленск-город' }]);
    const input = { idempotencyKey, territories: [line] };
    const { errors } = await setup.service.gql(NOTE, { input }, { ...as, territories: [REGION] });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('whoever enters', () => {
  const village = { oktmo: '71811405102', name: 'Деревня Новая', parent: SETTLEMENT };

  test('is an administrator over the territory', async () => {
    const forbidden = async (as: TestCaller, territories = [village]) =>
      (await setup.service.gql(NOTE, { input: { idempotencyKey: key(), territories } }, as)).errors?.[0]?.extensions[
        'code'
      ];
    expect(await forbidden({ ...citizen(), roles: ['organiser'], territories: [REGION] })).toBe('FORBIDDEN');
    expect(await forbidden(admin(CITY))).toBe('FORBIDDEN');
    const both = [village, { oktmo: CITY, name: 'Город', parent: REGION }];
    expect(await forbidden(admin(DISTRICT), both)).toBe('FORBIDDEN');
    expect(await codes({ parent: SETTLEMENT })).toEqual([VILLAGE]);
    expect(await noted([village], admin(DISTRICT))).toMatchObject([
      { oktmo: village.oktmo, parent: { oktmo: SETTLEMENT } },
    ]);
  });

  test('is told which line is wrong, and nothing of the list is entered', async () => {
    const wrong = { oktmo: '71811406', name: 'Поселение', parent: CITY };
    const { rejection } = await note([{ oktmo: '71811407', name: 'Другое', parent: DISTRICT }, wrong], admin(REGION));
    expect(rejection).toEqual({
      code: 'PARENT_OUTSIDE',
      userMessage: 'По коду ОКТМО территория не входит в 71876000.',
      path: ['territories', '1', 'parent'],
    });
    expect(await codes({ parent: DISTRICT })).toEqual([SETTLEMENT]);
  });

  test('sends a list once: its key is of no use for another', async () => {
    const idempotencyKey = key();
    const city = { oktmo: '71870000', name: 'Сургут у реки', parent: REGION };
    for (const _again of [1, 2])
      expect(await noted([city], admin(REGION), { idempotencyKey }).then(([one]) => one.name)).toBe(city.name);
    const by = admin(REGION);
    await noted([city], by, { idempotencyKey });
    const { rejection } = await note([{ ...city, name: 'Иначе' }], by, { idempotencyKey });
    expect(rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});
