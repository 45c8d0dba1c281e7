import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CALENDAR, OKTMO, START, ask, contestInput, does, organiser, startContests, type Contests } from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const [INTAKE, , VOTING] = CALENDAR as [object, object, object];
const at = (type: string, from: number, to: number) => ({
  type,
  opensLocal: `2026-03-${from}T13:00:00`,
  closesLocal: `2026-03-${to}T13:00:00`,
});
const JURY = at('PUBLIC_ASSESSMENT', 11, 14);
const EXPERTS = at('EXPERTISE', 14, 18);

const publicJury = {
  criteria: [{ code: 'use', title: 'Польза для жителей', maxPoints: '10' }],
  assignment: 'RANDOM',
  seats: 100,
  perApplication: 5,
  minAge: 16,
};
const GATE = {
  code: 'half',
  kind: 'GATE',
  title: 'Порог общественного жюри',
  maxPoints: '0',
  weight: '0',
  parameters: { condition: 'jury.share >= 50', message: 'Меньше половины баллов', before: true },
};
const MARK = {
  code: 'need',
  kind: 'EXPERT',
  title: 'Острота проблемы',
  maxPoints: '10',
  weight: '1',
  parameters: { commentRequired: false },
};

const drafted = (stages: object[], jury: object | null = publicJury) =>
  draftedWith(stages, GATE, jury ? { publicJury: jury } : {});

async function draftedWith(stages: object[], gate: object, scoring: object) {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput({ stages }), organiser);
  const given = { contestId: id, expectedVersion: 1, criteria: [gate, MARK], scoring };
  return { id, set: await ask(service, 'setContestCriteria', given, organiser) };
}
const publish = (contestId: string) => ask(service, 'publishContest', { contestId }, organiser);
const seen = async (id: string): Promise<any> => {
  const query = `query ($id: ID!) { contestFile(contestId: $id) contest(id: $id) { scoring { publicJury {
    criteria { code title maxPoints } assignment seats perApplication minAge residentsOnly } } } }`;
  return (await service.gql(query, { id }, organiser)).data;
};

test('a public jury and its gate are rules of the contest: shown, frozen, carried in its file', async () => {
  const { id, set } = await drafted([INTAKE, JURY, EXPERTS, VOTING]);
  expect(set.rejection).toBeNull();
  const { contest, contestFile } = await seen(id);
  expect(contest.scoring.publicJury).toEqual({ ...publicJury, residentsOnly: true });
  const copy = await does(service, 'importContest', { oktmo: OKTMO, file: contestFile }, organiser);
  const [one, other] = [(await publish(id)).contest, (await publish(copy.id)).contest];
  expect(other.passportHash).toBe(one.passportHash);
  const without = await drafted([INTAKE, JURY, EXPERTS, VOTING], { ...publicJury, minAge: 14 });
  expect((await publish(without.id)).contest.passportHash).not.toBe(one.passportHash);
});

test('it needs a stage of its own, before the experts', async () => {
  const { id } = await drafted([INTAKE, EXPERTS, VOTING]);
  expect((await publish(id)).rejection.code).toBe('STAGES_INVALID');
  const late = [INTAKE, at('EXPERTISE', 11, 14), at('PUBLIC_ASSESSMENT', 14, 18), VOTING];
  const { rejection } = await ask(service, 'createContest', contestInput({ stages: late }), organiser);
  expect(rejection).toMatchObject({ code: 'STAGE_BEFORE_PREDECESSOR', path: ['stages', '2', 'type'] });
  // A stage without a jury in the rules is no fault: a draft gets its rules later.
  expect((await publish((await drafted([INTAKE, JURY, EXPERTS, VOTING], null)).id)).rejection).toBeNull();
});

test('a jury that cannot be is refused by its place', async () => {
  const { set } = await drafted([INTAKE, JURY, EXPERTS, VOTING], { ...publicJury, perApplication: null });
  expect(set.rejection.code).toBe('CRITERIA_INVALID');
  expect(set.fieldErrors.map(({ path }: any) => path)).toEqual(['scoring.publicJury.perApplication']);
  const young = await drafted([INTAKE, JURY, EXPERTS, VOTING], { ...publicJury, minAge: 13 });
  expect(young.set.fieldErrors[0].path).toBe('scoring.publicJury.minAge');
});

test('so is virtual capital: the criteria name it as the source of points, and it needs the same stage', async () => {
  const gate = { ...GATE, parameters: { ...GATE.parameters, condition: 'capital.share >= 50' } };
  const virtualCapital = { residence: OKTMO };
  const { id, set } = await draftedWith([INTAKE, JURY, EXPERTS, VOTING], gate, { virtualCapital });
  expect(set.rejection).toBeNull();
  const query = `query ($id: ID!) { contestFile(contestId: $id) contest(id: $id) { scoring { virtualCapital {
    endowment presets perApplication progress residence } } } }`;
  const { data } = await service.gql(query, { id }, organiser);
  expect(data.contest.scoring.virtualCapital).toEqual({
    endowment: 5000,
    presets: [50, 100, 200, 500],
    perApplication: null,
    progress: 'LIVE',
    residence: OKTMO,
  });
  const copy = await does(service, 'importContest', { oktmo: OKTMO, file: data.contestFile }, organiser);
  expect((await publish(copy.id)).contest.passportHash).toBe((await publish(id)).contest.passportHash);
  const without = await draftedWith([INTAKE, EXPERTS, VOTING], gate, { virtualCapital: {} });
  expect((await publish(without.id)).rejection.code).toBe('STAGES_INVALID');
  const unnamed = await draftedWith([INTAKE, JURY, EXPERTS, VOTING], gate, {});
  expect(unnamed.set.fieldErrors.map(({ path }: any) => path)).toEqual(['criteria.0.parameters.condition']);
  const wrong = await draftedWith([INTAKE, JURY, EXPERTS, VOTING], gate, { virtualCapital: { perApplication: 6000 } });
  expect(wrong.set.fieldErrors.map(({ path }: any) => path)).toEqual(['scoring.virtualCapital.perApplication']);
});
