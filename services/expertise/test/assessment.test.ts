import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId, sha256Hex } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { event } from '@veche/proto';
import { ContestAmendedSchema } from '@veche/proto/contests/v1/contests';
import {
  ConflictDeclaredSchema,
  ExpertAssignedSchema,
  ExpertJoinedSchema,
  RankingDeterminedSchema,
  SheetFinalisedSchema,
} from '@veche/proto/expertise/v1/expertise';
import {
  ASSIGN,
  DETERMINE,
  ENTITIES,
  JOIN,
  SAVE,
  FINALISE,
  admitted,
  barred,
  criterion,
  expert,
  importer,
  marksOf,
  organiser,
  published,
  scored,
  setUp,
  story,
  type Setup,
} from './setup.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const toldOf = async (type: string, contestId: string) => {
  await setup.settle();
  return setup.bus.published(`veche.expertise.${type}`).filter(({ data }) => data.contestId === contestId);
};

test('the pool: joining, changing the competences, the list of organisers', async () => {
  const who = expert();
  const joined = await setup.ask(JOIN, { competences: ['ROAD', 'PARK', 'ROAD'] }, who);
  expect(joined).toEqual({ expert: { person: { id: who.sub }, competences: ['ROAD', 'PARK'] }, rejection: null });
  await setup.ask(JOIN, { competences: [] }, who);
  const { data } = await setup.gql('{ expertPool { person { id } competences } }', {}, organiser);
  expect(data.expertPool).toContainEqual({ person: { id: who.sub }, competences: [] });
  await setup.settle();
  const told = setup.bus.published('veche.expertise.ExpertJoined').filter(({ key: of }) => of === who.sub);
  expect(told.map(({ data: body }) => fromJson(ExpertJoinedSchema, body).competences)).toEqual([['ROAD', 'PARK'], []]);
});

describe('three experts, coefficients 2, 2, 0.5', () => {
  test('34.5, 34.0 and 39.0 give 35.83, told and readable by reference', async () => {
    const { contestId, applicationIds, experts, sheets } = await story(setup, { experts: 3 });
    const points = [
      [8, 7, 9],
      [6, 9, 8],
      [9, 8, 10],
    ];
    for (const [index, one] of experts.entries()) {
      const { sheet } = await scored(setup, sheets[0]![index], points[index]!, one);
      expect(sheet).toMatchObject({ state: 'FINAL', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
    const { ranking, rejection } = await setup.ask(DETERMINE, { contestId }, organiser);
    expect(rejection).toBeNull();
    const line = {
      application: { id: applicationIds[0] },
      place: 1,
      tied: false,
      score: '35.83',
      exactScore: '215/6',
      sheets: 3,
      barred: 0,
      criteria: [
        { code: 'need', title: 'Острота проблемы', points: '7.67', weighted: '15.33' },
        { code: 'effect', title: 'Долговечность', points: '8.00', weighted: '16.00' },
        { code: 'idea', title: 'Оригинальность', points: '9.00', weighted: '4.50' },
      ],
    };
    expect(ranking).toMatchObject({ version: 1, lines: [line] });
    const of = [
      { __typename: 'Contest', id: contestId },
      { __typename: 'Application', id: applicationIds[0] },
      { __typename: 'Contest', id: newId() },
      { __typename: 'Application', id: newId() },
    ];
    const { data } = await setup.gql(ENTITIES, { of });
    expect(data._entities).toMatchObject([{ ranking }, { assessment: line }, { ranking: null }, { assessment: null }]);
    const [told] = await toldOf('RankingDetermined', contestId);
    expect(fromJson(RankingDeterminedSchema, told!.data)).toMatchObject({
      version: 1,
      lines: [{ applicationId: applicationIds[0], place: 1, score: '35.83', exactScore: '215/6', sheets: 3 }],
    });
  });
});

test('1, 2, 2, 4: equal scores share a place', async () => {
  const { contestId, applicationIds, experts, sheets } = await story(setup, { applications: 4 });
  for (const [index, value] of [5, 9, 5, 1].entries())
    await scored(setup, sheets[index]![0], [value, value, value], experts[0]!);
  const { ranking } = await setup.ask(DETERMINE, { contestId }, importer);
  const places = ranking.lines.map((line: any) => [applicationIds.indexOf(line.application.id), line.place, line.tied]);
  expect(places[0]).toEqual([1, 1, false]);
  expect(places.slice(1, 3).toSorted()).toEqual([
    [0, 2, true],
    [2, 2, true],
  ]);
  expect(places[3]).toEqual([3, 4, false]);
});

test('criteria by facts count beside the marks of experts', async () => {
  const computed = [
    {
      code: 'money',
      kind: 'LINEAR',
      title: 'Доля жителей',
      maxPoints: '20',
      weight: '0.5',
      parametersJson: JSON.stringify({ input: 'CITIZENS_SHARE', a: '5', b: '20' }),
    },
    {
      code: 'people',
      kind: 'STEP',
      title: 'Доля благополучателей',
      maxPoints: '15',
      weight: '1',
      parametersJson: JSON.stringify({
        input: 'BENEFICIARIES_SHARE',
        ranges: [
          { from: '0', fromIncluded: true, to: '50', toIncluded: true, points: '5' },
          { from: '50', fromIncluded: false, to: null, toIncluded: false, points: '15' },
        ],
      }),
    },
  ];
  const { contestId, experts, sheets } = await story(setup, { contest: { criteria: computed } });
  expect(sheets[0]![0].criteria).toEqual([]);
  await setup.ask(FINALISE, { sheetId: sheets[0]![0].id }, experts[0]!);
  const { ranking } = await setup.ask(DETERMINE, { contestId }, organiser);
  // (10 - 5) / 15 of 20 points at half weight, and the range that owns the bound of 50 %.
  expect(ranking.lines[0]).toMatchObject({
    exactScore: '25/3',
    score: '8.33',
    criteria: [
      { code: 'money', points: '6.67', weighted: '3.33' },
      { code: 'people', points: '5.00', weighted: '5.00' },
    ],
  });
});

test('the same ranking again adds no version; another expert makes a new one', async () => {
  const { contestId, applicationIds, experts, sheets } = await story(setup);
  await scored(setup, sheets[0]![0], [5, 5, 5], experts[0]!);
  const first = await setup.ask(DETERMINE, { contestId }, organiser);
  setup.clock.advance(60_000);
  expect((await setup.ask(DETERMINE, { contestId }, organiser)).ranking).toEqual(first.ranking);
  const second = expert();
  await setup.ask(JOIN, { competences: [] }, second);
  const assigned = await setup.ask(ASSIGN, { contestId, expertIds: [second.sub] }, organiser);
  expect(assigned.sheets).toHaveLength(2);
  const given = assigned.sheets.find((sheet: any) => sheet.expert.id === second.sub);
  await scored(setup, given, [10, 10, 10], second);
  const next = await setup.ask(DETERMINE, { contestId }, organiser);
  expect(next.ranking).toMatchObject({ version: 2, lines: [{ score: '33.75', sheets: 2 }] });
  const of = [{ __typename: 'Application', id: applicationIds[0] }];
  const { data } = await setup.gql(ENTITIES, { of });
  expect(data._entities[0].assessment.score).toBe('33.75');
  expect((await toldOf('RankingDetermined', contestId)).map(({ data: body }) => body.version)).toEqual([1, 2]);
});

describe('conflicts of interest', () => {
  test('a member of the initiative group is barred at once, in that application only', async () => {
    const who = expert();
    const contestId = newId();
    await setup.ask(JOIN, { competences: [] }, who);
    await setup.bus.deliver(published(contestId));
    await setup.bus.deliver(admitted(contestId, { number: '1', memberIds: [newId(), who.sub] }));
    await setup.bus.deliver(admitted(contestId, { number: '2', memberIds: [newId()] }));
    const { sheets } = await setup.ask(ASSIGN, { contestId, expertIds: [who.sub] }, organiser);
    expect(sheets.map((sheet: any) => sheet.state).toSorted()).toEqual(['BARRED', 'OPEN']);
    const [told] = await toldOf('ConflictDeclared', contestId);
    const bar = sheets.find((sheet: any) => sheet.state === 'BARRED');
    expect(fromJson(ConflictDeclaredSchema, told!.data)).toMatchObject({ sheetId: bar.id, kind: 'DETECTED' });
    const given = (await toldOf('ExpertAssigned', contestId)).map(({ data }) => fromJson(ExpertAssignedSchema, data));
    expect(given.map(({ expertId }) => expertId)).toEqual([who.sub, who.sub]);
  });

  test('a declared one bars for good and is no zero in the mean', async () => {
    const { contestId, experts, sheets } = await story(setup, { experts: 2 });
    const [first, second] = sheets[0]!;
    const { sheet } = await barred(setup, first, experts[0]!);
    expect(sheet).toMatchObject({ state: 'BARRED', conflictReason: 'Заявку подал мой брат', marks: [] });
    await scored(setup, second, [10, 10, 10], experts[1]!);
    const { ranking } = await setup.ask(DETERMINE, { contestId }, organiser);
    expect(ranking.lines[0]).toMatchObject({ score: '45.00', sheets: 1, barred: 1 });
    const [told] = await toldOf('ConflictDeclared', contestId);
    expect(told!.data.kind).toBe('DECLARED');
    expect(JSON.stringify(setup.bus.messages())).not.toContain('мой брат');
  });
});

test('the hash is that of the canonical sheet, whatever order the marks came in', async () => {
  const { contestId, applicationIds, experts, sheets } = await story(setup);
  const sheet = sheets[0]![0];
  const marks = marksOf([1, 2, 3], 'Понятно').toReversed();
  await setup.ask(SAVE, { sheetId: sheet.id, expectedVersion: sheet.version, marks }, experts[0]!);
  const { sheet: final } = await setup.ask(FINALISE, { sheetId: sheet.id }, experts[0]!);
  const canonical =
    `{"applicationId":"${applicationIds[0]}","contestId":"${contestId}","expertId":"${experts[0]!.sub}","marks":[` +
    '{"comment":"Понятно","criterion":"effect","points":2},{"comment":"Понятно","criterion":"idea","points":3},' +
    '{"comment":"Понятно","criterion":"need","points":1}]}';
  expect(final.hash).toBe(sha256Hex(canonical));
  const [told] = await toldOf('SheetFinalised', contestId);
  expect(fromJson(SheetFinalisedSchema, told!.data)).toMatchObject({ sheetId: sheet.id, sheetHash: final.hash });
});

test('criteria that were amended before anybody assessed are those of the sheets and of the ranking', async () => {
  const { contestId, applicationIds, experts, sheets } = await story(setup, { experts: 1 });
  const amendment = {
    contestId,
    reason: 'Решение Думы города',
    criteria: [criterion('need', 'Острота проблемы', '3')],
    scoringJson: JSON.stringify({ ...PLAIN_SCORING, threshold: '20' }),
  };
  await setup.bus.deliver(event(ContestAmendedSchema, contestId, amendment));
  // Acts alone change nothing of it.
  await setup.bus.deliver(event(ContestAmendedSchema, contestId, { contestId, reason: 'Другой акт' }));
  const [{ id, version }] = sheets[0]!;
  const marks = [{ criterion: 'need', points: 7, comment: '' }];
  const saved = await setup.ask(SAVE, { sheetId: id, expectedVersion: version, marks }, experts[0]!);
  expect(saved.rejection).toBeNull();
  expect(saved.sheet.criteria.map(({ code }: { code: string }) => code)).toEqual(['need']);
  const done = await setup.ask(FINALISE, { sheetId: id, expectedVersion: saved.sheet.version }, experts[0]!);
  expect(done.rejection).toBeNull();
  const { ranking } = await setup.ask(DETERMINE, { contestId }, organiser);
  expect(ranking.lines).toMatchObject([{ application: { id: applicationIds[0] }, score: '21.00' }]);
});
