import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { readsOf } from '@veche/kit/testing/reads';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { expert, key, OKTMO, organiser, setUp, stranger, type Setup } from './setup.ts';
import { BY_HAND, codeOf } from './setup-panel.ts';
import {
  admittedJurors,
  APPEAL,
  APPLY,
  AT,
  CANDIDATES,
  DECIDE,
  DECIDE_APPEAL,
  DRAW,
  FINALISE_JURY,
  JURY,
  JURY_CONFLICT,
  juryContest,
  juryScene,
  mySheets,
  pooledExpert,
  resident,
  SAVE_JURY,
  scoreJury,
  TAKE,
  type Person,
} from './setup-jury.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
beforeEach(() => setup.clock.set(AT.before));
afterAll(() => setup.stop());

const seed = 'Курс доллара на 02.03.2026: 78,1234';
const juryOf = async (id: string, as?: TestCaller) => (await setup.gql(JURY, { id }, as)).data.publicJury;
const candidatesOf = async (id: string, as: TestCaller, more: object = {}) =>
  (await setup.gql(CANDIDATES, { id, ...more }, as)).data.juryCandidates;

describe('the draw', () => {
  test('seats members by a published seed and gives them applications; conflicts of interest are left out', async () => {
    const members = [newId(), newId()];
    const rule = { assignment: 'RANDOM', seats: 4, perApplication: 2 };
    const { contestId, applicationIds } = await juryScene(setup, { rule, members: [members, [], []] });
    const people = [...members.map((sub) => resident({ sub })), resident(), resident(), resident(), resident()];
    for (const person of people) {
      const { juror } = await setup.ask(APPLY, { contestId }, person);
      await setup.ask(DECIDE, { jurorId: juror.id, admitted: true, reason: 'Условия выполнены' }, organiser);
    }
    expect(codeOf(await setup.ask(DRAW, { contestId, seed: 'коротко' }, organiser))).toBe('SEED_REQUIRED');
    const again = key();
    const { draw } = await setup.ask(DRAW, { contestId, seed, idempotencyKey: again }, organiser);
    expect(draw).toMatchObject({ seed, candidates: 6, seated: 4, reserve: 2, given: 6, missing: [], reproduced: true });
    expect((await setup.ask(DRAW, { contestId, seed, idempotencyKey: again }, organiser)).draw).toEqual(draw);
    // Everybody reads the seed and the hashes; the inputs, which name people, are for who oversees.
    expect(await juryOf(contestId)).toEqual({
      open: true,
      members: 4,
      candidates: 6,
      draws: [{ ...draw, reproduced: null }],
    });
    expect((await juryOf(contestId, organiser)).draws[0].reproduced).toBe(true);
    const had = new Map<string, string[]>();
    for (const person of people)
      for (const sheet of await mySheets(setup, contestId, person))
        had.set(sheet.application.id, [...(had.get(sheet.application.id) ?? []), person.sub]);
    for (const id of applicationIds) expect(had.get(id)).toHaveLength(2);
    expect(had.get(applicationIds[0]!)!.some((id) => members.includes(id))).toBe(false);
    expect((await candidatesOf(contestId, organiser, { state: 'RESERVE' })).totalCount).toBe(2);
    await setup.bus.deliver(juryContest(contestId, { ...rule, seats: 5 }));
    const second = (await setup.ask(DRAW, { contestId, seed: 'Курс доллара на 03.03.2026' }, organiser)).draw;
    expect(second).toMatchObject({ candidates: 2, seated: 1, reserve: 1, given: 0 });
    await setup.bus.settle();
    const told = (type: string) =>
      setup.bus.published(`veche.expertise.${type}`).filter(({ data }) => data.contestId === contestId);
    const states = told('JurorDecided').map(({ data }) => data.state);
    expect(states.toSorted()).toEqual([...Array(6).fill('ADMITTED'), 'RESERVE', 'RESERVE', ...Array(5).fill('SEATED')]);
    expect(JSON.stringify(told('JurorDecided'))).not.toContain('Условия выполнены');
    const given = told('JurySheetAssigned').map(({ data }) => data);
    expect(given.map(({ applicationId, jurorId }) => [applicationId, jurorId]).toSorted()).toEqual(
      [...had].flatMap(([id, jurors]) => jurors.map((one) => [id, one])).toSorted(),
    );
    expect(given.every(({ dueAt }) => dueAt !== '' && Number.isFinite(Date.parse(dueAt)))).toBe(true);
  });

  test('needs a jury in the rules, somebody admitted, and its stage not to be over', async () => {
    const { contestId } = await juryScene(setup);
    expect(codeOf(await setup.ask(DRAW, { contestId, seed }, organiser))).toBe('NO_CANDIDATES');
    setup.clock.set(AT.experts);
    expect(codeOf(await setup.ask(DRAW, { contestId, seed }, organiser))).toBe('JURY_CLOSED');
    expect(codeOf(await setup.ask(APPLY, { contestId }, resident()))).toBe('JURY_CLOSED');
    const { errors } = await setup.gql(DRAW, { input: { idempotencyKey: key(), contestId, seed } }, stranger);
    expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect(await juryOf(newId())).toBeNull();
  });
});

describe('open assignment', () => {
  test('a member takes what there is, scores it while the stage is open, and nothing with a conflict', async () => {
    const own = newId();
    const { contestId, applicationIds } = await juryScene(setup, { members: [[own], []] });
    const [first, second] = applicationIds as [string, string];
    const juror = resident({ sub: own });
    const made = await setup.ask(APPLY, { contestId }, juror);
    expect(codeOf(await setup.ask(TAKE, { applicationId: second }, juror))).toBe('NOT_A_JUROR');
    await setup.ask(DECIDE, { jurorId: made.juror.id, admitted: true, reason: 'Условия выполнены' }, organiser);
    await setup.ask(DRAW, { contestId, seed }, organiser);
    expect(codeOf(await setup.ask(TAKE, { applicationId: second }, juror))).toBe('STAGE_NOT_OPEN');
    setup.clock.set(AT.jury);
    expect(codeOf(await setup.ask(TAKE, { applicationId: first }, juror))).toBe('CONFLICT_OF_INTEREST');
    expect(codeOf(await setup.ask(TAKE, { applicationId: second }, resident()))).toBe('NOT_A_JUROR');
    expect(codeOf(await setup.ask(TAKE, { applicationId: newId() }, juror))).toBe('NOT_A_JUROR');
    const again = key();
    const { sheet } = await setup.ask(TAKE, { applicationId: second, idempotencyKey: again }, juror);
    expect(sheet).toMatchObject({ state: 'OPEN', criteria: [{ code: 'use', maxPoints: '10' }, { code: 'trust' }] });
    expect((await setup.ask(TAKE, { applicationId: second }, juror)).sheet).toEqual(sheet);
    expect(codeOf(await setup.ask(TAKE, { applicationId: first, idempotencyKey: again }, juror))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    const marks = (points: number) => [{ criterion: 'use', points }];
    const save = (points: number, as: Person = juror) =>
      setup.ask(SAVE_JURY, { sheetId: sheet.id, expectedVersion: sheet.version, marks: marks(points) }, as);
    expect(codeOf(await save(11))).toBe('POINTS_OUT_OF_RANGE');
    expect(codeOf(await save(5, resident()))).toBe('NOT_FOUND');
    expect(codeOf(await save(5))).toBeUndefined();
    expect(codeOf(await setup.ask(FINALISE_JURY, { sheetId: sheet.id }, juror))).toBe('MARK_MISSING');
    const [{ version }] = (await mySheets(setup, contestId, juror)) as [any];
    const { sheet: final } = await scoreJury(setup, { id: sheet.id, version }, [10, 5], juror);
    expect(final).toMatchObject({ state: 'FINAL', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(codeOf(await setup.ask(JURY_CONFLICT, { sheetId: sheet.id, reason: 'Заявку подал мой брат' }, juror))).toBe(
      'SHEET_FINAL',
    );
    const { publicJury } = (await setup.gql(JURY, { id: contestId })).data;
    expect(publicJury.members).toBe(1);
  });

  test('a declared conflict bars a sheet; nothing is scored when the stage is over', async () => {
    const { contestId, applicationIds } = await juryScene(setup, { members: [[], []] });
    const [juror] = (await admittedJurors(setup, contestId, 1)) as [Person];
    await setup.ask(DRAW, { contestId, seed }, organiser);
    setup.clock.set(AT.jury);
    const [one, two] = await Promise.all(
      applicationIds.map(async (applicationId) => (await setup.ask(TAKE, { applicationId }, juror)).sheet),
    );
    const { sheet } = await setup.ask(JURY_CONFLICT, { sheetId: one.id, reason: 'Заявку подал мой брат' }, juror);
    expect(sheet).toMatchObject({ state: 'BARRED', conflictReason: 'Заявку подал мой брат' });
    setup.clock.set(AT.experts);
    expect(codeOf(await scoreJury(setup, two, [1, 1], juror))).toBe('STAGE_NOT_OPEN');
  });

  test('where a draw decides nobody chooses', async () => {
    const rule = { assignment: 'RANDOM', perApplication: 1 };
    const { contestId, applicationIds } = await juryScene(setup, { rule, members: [[], []] });
    const [juror] = (await admittedJurors(setup, contestId, 1)) as [Person];
    await setup.ask(DRAW, { contestId, seed }, organiser);
    setup.clock.set(AT.jury);
    expect(codeOf(await setup.ask(TAKE, { applicationId: applicationIds[0]! }, juror))).toBe('BY_DRAW_ONLY');
    expect(await mySheets(setup, contestId, juror)).toHaveLength(2);
  });
});

describe('verification', () => {
  // Those who apply one after another are listed in that order.
  let seconds = 0;
  const tick = () => setup.clock.set(new Date(AT.before.getTime() + 1000 * ++seconds));
  const apply = (contestId: string, as: Person, headers: Record<string, string> = {}) =>
    setup.token(as).then(async (token) => {
      tick();
      const input = { idempotencyKey: key(), contestId };
      const sent = { authorization: `Bearer ${token}`, ...headers };
      return (await setup.post({ query: APPLY, variables: { input } }, sent)).data.applyForPublicJury;
    });
  const from = (last: number) => ({
    'x-forwarded-for': `203.0.113.${last}, 10.0.0.1`,
    'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
  });

  test('age 13 is refused, 14 taken; what the sign-in does not tell a person looks at', async () => {
    const { contestId } = await juryScene(setup);
    const born = (birthdate?: string) => {
      tick();
      const { birthdate: _known, ...person } = resident();
      return setup.ask(APPLY, { contestId }, birthdate ? { ...person, birthdate } : person);
    };
    // The second of March 2026 is the day of applying.
    expect(codeOf(await born('2012-03-03'))).toBe('TOO_YOUNG');
    expect((await born('2012-03-02')).juror.state).toBe('APPLIED');
    expect((await born()).juror.state).toBe('APPLIED');
    const { nodes } = await candidatesOf(contestId, organiser);
    const seen = nodes.map(({ oldEnough, advice }: any) => [oldEnough, advice.reasons.map(({ code }: any) => code)]);
    // A test has no browser, so a program applied.
    expect(seen).toEqual([
      [true, ['AUTOMATED']],
      [null, ['AGE_UNKNOWN', 'AUTOMATED']],
    ]);
  });

  test('the advisor suggests with reasons; whoever decides may do otherwise; what was suggested stays on record', async () => {
    const own = newId();
    const { contestId } = await juryScene(setup, { members: [[own]] });
    await apply(contestId, resident(), from(1));
    await apply(contestId, resident({ assurance: 'basic', residence: '40000000' }), from(2));
    await apply(contestId, resident({ sub: own }), { ...from(3), 'user-agent': 'curl/8.5.0' });
    const { nodes } = await candidatesOf(contestId, organiser);
    expect(
      nodes.map(({ advice }: any) => [advice.advisor, advice.verdict, advice.reasons.map(({ code }: any) => code)]),
    ).toEqual([
      ['rules-1', 'ADMIT', ['NOTHING_AGAINST']],
      ['rules-1', 'REFUSE', ['NOT_CONFIRMED', 'NOT_A_RESIDENT']],
      ['rules-1', 'LOOK', ['OWN_APPLICATION', 'AUTOMATED']],
    ]);
    expect(nodes[2].advice.reasons[0].text).toContain('заявки: 1');
    // Nothing has happened by the suggestion alone.
    expect(nodes.map(({ state }: any) => state)).toEqual(['APPLIED', 'APPLIED', 'APPLIED']);
    const input = { jurorId: nodes[1].id, admitted: true };
    expect(codeOf(await setup.ask(DECIDE, { ...input, reason: 'да' }, organiser))).toBe('REASON_REQUIRED');
    const reason = 'Показала паспорт с новой регистрацией';
    const { juror } = await setup.ask(DECIDE, { ...input, reason }, organiser);
    expect(juror).toMatchObject({ state: 'ADMITTED', decision: { admitted: true, reason, by: { id: organiser.sub } } });
    const after = (await candidatesOf(contestId, organiser)).nodes[1];
    expect(after.advice.verdict).toBe('REFUSE');
    expect(codeOf(await setup.ask(DECIDE, { ...input, reason }, organiser))).toBe('JUROR_DECIDED');
  });

  test('many applications from one network are told to who decides; the network itself is kept nowhere', async () => {
    const { contestId } = await juryScene(setup);
    for (let last = 1; last <= 6; last += 1) await apply(contestId, resident(), from(last));
    await apply(contestId, resident(), { ...from(1), 'x-forwarded-for': '198.51.100.7' });
    const { nodes } = await candidatesOf(contestId, organiser);
    const codes = nodes.map(({ advice }: any) => advice.reasons.map(({ code }: any) => code).join());
    expect(codes).toEqual([...Array(6).fill('SAME_NETWORK'), 'NOTHING_AGAINST']);
    const rows = await setup.deps.connection.db!.collection('jurors').find({ contestId }).toArray();
    const kept = JSON.stringify(rows);
    for (const secret of ['203.0.113', '198.51.100', '1990-05-01', 'Mozilla']) expect(kept).not.toContain(secret);
    await setup.ask(DECIDE, { jurorId: nodes[5].id, admitted: true, reason: 'Семья живёт в одном доме' }, organiser);
    const decided = await setup.deps.connection.db!.collection('jurors').findOne({ _id: nodes[5].id });
    expect(decided!['origin']).toMatchObject({ network: null, sameNetwork: 5 });
  });

  test('a longer page of candidates costs no more queries', async () => {
    const { contestId } = await juryScene(setup, { members: [[], []] });
    for (let last = 1; last <= 4; last += 1)
      await apply(contestId, resident(), { ...from(last), 'x-forwarded-for': `198.51.${last}.7` });
    const reads = readsOf(setup);
    const queriesFor = (first: number) =>
      reads(async () => {
        expect((await candidatesOf(contestId, organiser, { first })).nodes).toHaveLength(first);
      });
    const one = await queriesFor(1);
    expect(one).toBeGreaterThan(0);
    expect(await queriesFor(4)).toBe(one);
  });

  test('a refusal is appealed against once in five working days, and another official decides', async () => {
    const second: TestCaller = { sub: newId(), roles: ['organiser'], territories: [OKTMO] };
    const { contestId } = await juryScene(setup);
    const person = resident();
    const { juror } = await setup.ask(APPLY, { contestId }, person);
    const text = 'Регистрация есть, прилагаю выписку';
    expect(codeOf(await setup.ask(APPEAL, { contestId, text }, person))).toBe('JUROR_NOT_REFUSED');
    const refusal = { jurorId: juror.id, admitted: false, reason: 'Регистрация не подтверждена' };
    expect(codeOf(await setup.ask(DECIDE, refusal, stranger))).toBe('NOT_FOUND');
    await setup.ask(DECIDE, refusal, organiser);
    expect(codeOf(await setup.ask(APPEAL, { contestId, text }, resident()))).toBe('NOT_FOUND');
    // Five working days after Monday the second end with Tuesday the tenth: the ninth is a day off.
    setup.clock.set(new Date('2026-03-10T19:00:00Z'));
    expect(codeOf(await setup.ask(APPEAL, { contestId, text }, person))).toBe('APPEAL_TERM_PASSED');
    setup.clock.set(new Date('2026-03-10T18:59:59Z'));
    expect((await setup.ask(APPEAL, { contestId, text }, person)).juror.appeal).toMatchObject({ text, upheld: null });
    expect(codeOf(await setup.ask(APPEAL, { contestId, text }, person))).toBe('APPEAL_FILED');
    const answer = { jurorId: juror.id, upheld: true, answer: 'Выписка подтверждает регистрацию' };
    expect(codeOf(await setup.ask(DECIDE_APPEAL, answer, organiser))).toBe('SAME_OFFICIAL');
    const decided = await setup.ask(DECIDE_APPEAL, answer, second);
    expect(decided.juror).toMatchObject({ state: 'ADMITTED', appeal: { upheld: true, by: { id: second.sub } } });
  });

  test('candidates are for organisers and auditors of the place, page by page', async () => {
    const { contestId } = await juryScene(setup);
    for (let made = 0; made < 3; made += 1) await setup.ask(APPLY, { contestId }, resident());
    const first = await candidatesOf(contestId, organiser, { first: 2 });
    expect([first.nodes.length, first.totalCount, first.pageInfo.hasNextPage]).toEqual([2, 3, true]);
    const rest = await candidatesOf(contestId, organiser, { first: 2, after: first.pageInfo.endCursor });
    expect(rest.nodes).toHaveLength(1);
    for (const nobody of [stranger, resident(), expert()]) {
      const { errors } = await setup.gql(CANDIDATES, { id: contestId }, nobody);
      expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
    }
  });

  test('an expert of the contest who wants to be a juror as well is pointed out', async () => {
    const { contestId, applicationIds } = await juryScene(setup, { gates: [] });
    const one = await pooledExpert(setup);
    await setup.ask(BY_HAND, { contestId, applicationId: applicationIds[0], expertId: one.sub }, organiser);
    await setup.ask(APPLY, { contestId }, resident({ sub: one.sub }));
    const { nodes } = await candidatesOf(contestId, organiser);
    expect(nodes[0].advice.reasons[0].code).toBe('DECIDES_LATER');
  });
});
