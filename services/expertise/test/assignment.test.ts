import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import {
  ASSIGN,
  JOIN,
  OKTMO,
  admitted,
  expert,
  key,
  organiser,
  published,
  stranger,
  setUp,
  type Setup,
} from './setup.ts';
import {
  ABSENCES,
  BY_HAND,
  DISTRIBUTE,
  DISTRIBUTION,
  INN,
  INVITE,
  LEAVE,
  REPLACE,
  RULES,
  codeOf,
  scene,
  sheetsOf,
} from './setup-panel.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

describe('the pool', () => {
  test('an invited person is given nothing before the consent, and decides alone', async () => {
    const { contestId, applicationIds } = await scene(setup);
    const who = expert();
    const invited = await setup.ask(INVITE, { contestId, personId: who.sub, competences: ['PARK'] }, organiser);
    expect(invited.expert).toMatchObject({ state: 'INVITED', competences: ['PARK'], consentedAt: null });
    const given = { contestId, applicationId: applicationIds[0], expertId: who.sub };
    expect(codeOf(await setup.ask(BY_HAND, given, organiser))).toBe('NOT_IN_POOL');
    expect(codeOf(await setup.ask(ASSIGN, { contestId, expertIds: [who.sub] }, organiser))).toBe('NOT_IN_POOL');
    const { expert: joined } = await setup.ask(JOIN, { competences: ['PARK'] }, who);
    expect(joined).toMatchObject({ person: { id: who.sub } });
    expect((await setup.ask(BY_HAND, given, organiser)).sheet).toMatchObject({ state: 'OPEN' });
    expect(codeOf(await setup.ask(INVITE, { contestId, personId: who.sub, competences: [] }, organiser))).toBe(
      'ALREADY_IN_POOL',
    );
    expect((await setup.ask(LEAVE, {}, who)).expert.state).toBe('LEFT');
    expect(codeOf(await setup.ask(BY_HAND, given, organiser))).toBe('NOT_IN_POOL');
  });

  test('declining, and what is refused', async () => {
    const { contestId } = await scene(setup);
    const who = expert();
    await setup.ask(INVITE, { contestId, personId: who.sub, competences: [] }, organiser);
    expect((await setup.ask(LEAVE, {}, who)).expert.state).toBe('DECLINED');
    expect(codeOf(await setup.ask(LEAVE, {}, expert()))).toBe('NOT_FOUND');
    const { errors } = await setup.gql(
      INVITE,
      { input: { idempotencyKey: key(), contestId, personId: newId(), competences: [] } },
      stranger,
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const refusals = await Promise.all(
      [{ organisationInn: '7707083894' }, { organisationInn: '500100732259' }, { territories: ['1'] }].map((change) =>
        setup.ask(JOIN, { competences: [], ...change }, who),
      ),
    );
    expect(refusals.map(codeOf)).toEqual(['ORGANISATION_INVALID', 'ORGANISATION_INVALID', 'TERRITORY_INVALID']);
  });
});

describe('conflicts of interest that the data shows', () => {
  test('member, one organisation, own territory by rule: never given by a rule or by hand, barred when everything is given to everybody', async () => {
    const contestId = newId();
    const [member, colleague, neighbour, free] = [expert(), expert(), expert(), expert()];
    await setup.bus.deliver(published(contestId));
    await setup.ask(RULES, { contestId, ownTerritoryBarred: true }, organiser);
    await setup.ask(JOIN, { competences: [], organisationInn: INN }, colleague);
    await setup.ask(JOIN, { competences: [], territories: [OKTMO] }, neighbour);
    for (const one of [member, free]) await setup.ask(JOIN, { competences: [] }, one);
    const applicationId = newId();
    await setup.bus.deliver(admitted(contestId, { applicationId, memberIds: [member.sub], organisationInns: [INN] }));
    const expertIds = [member, colleague, neighbour, free].map(({ sub }) => sub);
    const { distribution } = await setup.ask(
      DISTRIBUTE,
      { contestId, rule: 'BALANCED', expertIds, perApplication: 4 },
      organiser,
    );
    expect(distribution.missing).toEqual([{ application: { id: applicationId }, missing: 3 }]);
    expect((await sheetsOf(setup, contestId)).map(({ expert: of, state }) => [of.id, state])).toEqual([
      [free.sub, 'OPEN'],
    ]);
    for (const expertId of expertIds.slice(0, 3))
      expect(codeOf(await setup.ask(BY_HAND, { contestId, applicationId, expertId }, organiser))).toBe(
        'CONFLICT_OF_INTEREST',
      );
    const { sheets } = await setup.ask(ASSIGN, { contestId, expertIds }, organiser);
    const reasons = new Map(sheets.map(({ expert: of, conflictReason }: any) => [of.id, conflictReason]));
    expect(expertIds.map((id) => reasons.get(id))).toEqual([
      'Эксперт состоит в инициативной группе проекта.',
      'Организация эксперта названа в заявке.',
      'Проект относится к территории эксперта.',
      null,
    ]);
  });

  test('without the rule the own territory is no conflict', async () => {
    const { contestId, applicationIds } = await scene(setup);
    const neighbour = expert();
    await setup.ask(JOIN, { competences: [], territories: [OKTMO] }, neighbour);
    const given = { contestId, applicationId: applicationIds[0], expertId: neighbour.sub };
    expect((await setup.ask(BY_HAND, given, organiser)).sheet.state).toBe('OPEN');
  });
});

describe('a distribution', () => {
  test('by a draw: balanced, published with its seed, the same again for whoever has the inputs', async () => {
    const { contestId, expertIds } = await scene(setup, { applications: 5, experts: 4 });
    const input = { contestId, rule: 'RANDOM', expertIds, perApplication: 2, seed: 'Москва 2026-03-09' };
    const { distribution } = await setup.ask(DISTRIBUTE, input, organiser);
    expect(distribution).toMatchObject({ applications: 5, experts: 4, missing: [], reproduced: true });
    const sheets = await sheetsOf(setup, contestId);
    const loads = expertIds.map((id) => sheets.filter(({ expert: of }) => of.id === id).length);
    expect([sheets.length, Math.max(...loads) - Math.min(...loads)]).toEqual([10, 1 - Number(10 % 4 === 0)]);
    const seen = await setup.gql(`query ($id: ID!) { distributions(contestId: $id) { ${DISTRIBUTION} } }`, {
      id: contestId,
    });
    expect(seen.data.distributions).toEqual([{ ...distribution, reproduced: null }]);
    await setup.settle();
    const told = setup.bus.published('veche.expertise.ApplicationsDistributed').at(-1)!;
    expect(told.data).toMatchObject({
      contestId,
      rule: 'RANDOM',
      seed: input.seed,
      resultHash: distribution.resultHash,
    });
    expect(JSON.stringify(told.data)).not.toContain(expertIds[0]);
  });

  test('a later one gives only what is missing', async () => {
    const { contestId, expertIds } = await scene(setup, { applications: 2, experts: 2 });
    const input = { contestId, rule: 'BALANCED', expertIds, perApplication: 1 };
    await setup.ask(DISTRIBUTE, input, organiser);
    const before = await sheetsOf(setup, contestId);
    await setup.bus.deliver(admitted(contestId, { number: '3' }));
    await setup.ask(DISTRIBUTE, input, organiser);
    const after = await sheetsOf(setup, contestId);
    expect([before.length, after.length]).toEqual([2, 3]);
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  });

  test('what is refused', async () => {
    const { contestId, expertIds } = await scene(setup);
    const right = { contestId, rule: 'RANDOM', expertIds, perApplication: 1, seed: 'seed of the day' };
    const wrong: [object, string][] = [
      [{ seed: 'short' }, 'SEED_REQUIRED'],
      [{ seed: null }, 'SEED_REQUIRED'],
      [{ perApplication: 0 }, 'PER_APPLICATION_INVALID'],
      [{ perApplication: 21 }, 'PER_APPLICATION_INVALID'],
      [{ expertIds: [] }, 'EXPERTS_REQUIRED'],
      [{ expertIds: [newId()] }, 'NOT_IN_POOL'],
      [{ contestId: newId() }, 'NOT_FOUND'],
    ];
    for (const [change, code] of wrong)
      expect([code, codeOf(await setup.ask(DISTRIBUTE, { ...right, ...change }, organiser))]).toEqual([code, code]);
    const used = { ...right, idempotencyKey: key() };
    const [first, again] = [await setup.ask(DISTRIBUTE, used, organiser), await setup.ask(DISTRIBUTE, used, organiser)];
    expect(again.distribution.id).toBe(first.distribution.id);
    expect(codeOf(await setup.ask(DISTRIBUTE, { ...used, perApplication: 2 }, organiser))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});

test('a key that was used for something else is told before anything', async () => {
  const { contestId, expertIds, experts } = await scene(setup);
  const idempotencyKey = key();
  await setup.ask(RULES, { contestId, minSheets: 2, idempotencyKey }, organiser);
  expect((await setup.ask(RULES, { contestId, minSheets: 2, idempotencyKey }, organiser)).rules.minSheets).toBe(2);
  const replacement = { contestId, expertId: expertIds[0], successorId: newId(), reason: 'Заболел до конца этапа' };
  const others: [string, object][] = [
    [RULES, { contestId, minSheets: 3 }],
    [ABSENCES, { contestId }],
    [REPLACE, replacement],
  ];
  for (const [document, input] of others)
    expect(codeOf(await setup.ask(document, { ...input, idempotencyKey }, organiser))).toBe('IDEMPOTENCY_KEY_REUSED');
  const own = key();
  await setup.ask(JOIN, { competences: ['PARK'], idempotencyKey: own }, experts[0]!);
  expect(codeOf(await setup.ask(LEAVE, { idempotencyKey: own }, experts[0]!))).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('rules outside their bounds', async () => {
  const { contestId } = await scene(setup);
  for (const change of [{ lateHours: -1 }, { lateHours: 241 }, { minSheets: 0 }, { minSheets: 101 }])
    expect(codeOf(await setup.ask(RULES, { contestId, ...change }, organiser))).toBe('RULES_INVALID');
  expect(codeOf(await setup.ask(RULES, { contestId, lateHours: 240, minSheets: 100 }, organiser))).toBeUndefined();
});

test('a blind assessment: its expert sees facts alone, an organiser everything', async () => {
  const { contestId, applicationIds, experts, expertIds } = await scene(setup);
  await setup.ask(RULES, { contestId, blind: true }, organiser);
  await setup.ask(ASSIGN, { contestId, expertIds }, organiser);
  const query =
    'query ($id: ID) { mySheets(contestId: $id) { id application { id } material { number title category oktmo totalCost funding { source amount } beneficiaries population } } }';
  const { data } = await setup.gql(query, { id: contestId }, experts[0]!);
  expect(data.mySheets).toMatchObject([
    {
      application: { id: data.mySheets[0].id },
      material: { number: null, title: 'Сквер у школы', category: 'PARK', totalCost: '1000000.00' },
    },
  ]);
  expect(JSON.stringify(data)).not.toContain(applicationIds[0]);
  expect((await sheetsOf(setup, contestId))[0].application.id).toBe(applicationIds[0]);
  expect(codeOf(await setup.ask(RULES, { contestId, blind: false }, organiser))).toBe('RULES_FIXED');
});
