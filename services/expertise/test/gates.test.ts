import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ASSIGN, DETERMINE, organiser, SAVE, FINALISE, setUp, type Setup } from './setup.ts';
import { BY_HAND, codeOf, DISTRIBUTE } from './setup-panel.ts';
import {
  admittedJurors,
  assessedOf,
  AT,
  DRAW,
  gate,
  GATE_MESSAGE,
  juryScene,
  pooledExpert,
  scoreJury,
  TAKE,
  voted,
  type Person,
} from './setup-jury.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
beforeEach(() => setup.clock.set(AT.before));
afterAll(() => setup.stop());

/** Scores of two members for each application, points for both criteria; the most are 30. */
async function scoredByJury(contestId: string, scores: readonly [string, number[][]][]) {
  const jurors = await admittedJurors(setup, contestId, 2);
  await setup.ask(DRAW, { contestId, seed: 'Курс доллара на 02.03.2026' }, organiser);
  setup.clock.set(AT.jury);
  for (const [applicationId, points] of scores)
    for (const [index, own] of points.entries()) {
      const juror = jurors[index] as Person;
      const { sheet } = await setup.ask(TAKE, { applicationId }, juror);
      const { rejection } = await scoreJury(setup, sheet, own, juror);
      if (rejection) throw new Error(rejection.code);
    }
  return jurors;
}

const assign = async (contestId: string, expertId: string) =>
  setup.ask(ASSIGN, { contestId, expertIds: [expertId] }, organiser);
const givenTo = ({ sheets }: any): string[] => sheets.map(({ application }: any) => application.id).toSorted();

test('only applications with half of the possible points of the public stage reach the experts, the bound included', async () => {
  const { contestId, applicationIds } = await juryScene(setup, { members: [[], [], [], []] });
  const [half, below, full, unscored] = applicationIds as [string, string, string, string];
  await scoredByJury(contestId, [
    [
      half,
      [
        [10, 5],
        [0, 0],
      ],
    ],
    [
      below,
      [
        [10, 4],
        [0, 0],
      ],
    ],
    [
      full,
      [
        [10, 5],
        [10, 5],
      ],
    ],
  ]);
  const expert = await pooledExpert(setup);
  // While the public stage runs nobody knows who reaches the experts.
  expect(await assessedOf(setup, applicationIds)).toEqual([null, null, null, null]);
  expect(codeOf(await assign(contestId, expert.sub))).toBe('GATE_UNDECIDED');
  setup.clock.set(AT.experts);
  expect(await assessedOf(setup, applicationIds)).toEqual([
    { sheets: 2, points: 15, possible: 30, share: '50', reachesExperts: true, reasons: [] },
    {
      sheets: 2,
      points: 14,
      possible: 30,
      share: '46.666666',
      reachesExperts: false,
      reasons: [GATE_MESSAGE, 'Общественное жюри: 14 из 30 возможных баллов (46,666666 %).'],
    },
    { sheets: 2, points: 30, possible: 30, share: '100', reachesExperts: true, reasons: [] },
    {
      sheets: 0,
      points: 0,
      possible: 0,
      share: '0',
      reachesExperts: false,
      reasons: [GATE_MESSAGE, 'Общественное жюри: 0 из 0 возможных баллов (0 %).'],
    },
  ]);
  for (const applicationId of [below, unscored])
    expect(codeOf(await setup.ask(BY_HAND, { contestId, applicationId, expertId: expert.sub }, organiser))).toBe(
      'STOPPED_BY_GATE',
    );
  const distribution = { contestId, rule: 'BALANCED', expertIds: [expert.sub], perApplication: 1 };
  expect((await setup.ask(DISTRIBUTE, distribution, organiser)).distribution.applications).toBe(2);
  const given = await assign(contestId, expert.sub);
  expect(givenTo(given)).toEqual([half, full].toSorted());
  for (const sheet of given.sheets) {
    const marks = [{ criterion: 'need', points: sheet.application.id === half ? 9 : 3 }];
    await setup.ask(SAVE, { sheetId: sheet.id, expectedVersion: sheet.version, marks }, expert);
    await setup.ask(FINALISE, { sheetId: sheet.id }, expert);
  }
  // Those that were stopped need no sheet; the ranking says why they are behind all others.
  const { ranking, rejection } = await setup.ask(
    DETERMINE.replace('lines {', 'lines { exclusions'),
    { contestId },
    organiser,
  );
  expect(rejection).toBeNull();
  const lines = ranking.lines.map(({ application, place, exclusions }: any) => [application.id, place, exclusions]);
  expect(lines.slice(0, 2)).toEqual([
    [half, 1, []],
    [full, 2, []],
  ]);
  expect(lines.slice(2).every(([, , reasons]: any) => reasons[0] === GATE_MESSAGE)).toBe(true);
});

describe('the share is a rule of the contest, compared exactly', () => {
  // A third of 30 is 10: no decimal says it, the fraction does.
  test.each([
    [
      'jury.share * 3 >= 100',
      [
        [10, 0],
        [0, 0],
      ],
      true,
    ],
    [
      'jury.share * 3 >= 100',
      [
        [9, 0],
        [0, 0],
      ],
      false,
    ],
    [
      'jury.share >= 90',
      [
        [10, 5],
        [10, 2],
      ],
      true,
    ],
    [
      'jury.share >= 90',
      [
        [10, 5],
        [10, 1],
      ],
      false,
    ],
    ['jury.sheets >= 2 and jury.share >= 10', [[10, 5]], false],
  ] as [string, number[][], boolean][])('%s with %j: %s', async (condition, points, reaches) => {
    const { contestId, applicationIds } = await juryScene(setup, { gates: [gate(condition)] });
    const [id] = applicationIds as [string];
    await scoredByJury(contestId, [[id, points]]);
    setup.clock.set(AT.experts);
    expect((await assessedOf(setup, [id]))[0].reachesExperts).toBe(reaches);
    const expert = await pooledExpert(setup);
    expect(codeOf(await assign(contestId, expert.sub))).toBe(reaches ? undefined : 'STOPPED_BY_GATE');
  });
});

describe('the vote as a gate', () => {
  const condition = 'vote.for >= 100';

  test('before the experts: nothing is given before the result, then what the vote let through', async () => {
    const { contestId, applicationIds } = await juryScene(setup, { gates: [gate(condition)], members: [[], []] });
    const [enough, short] = applicationIds as [string, string];
    setup.clock.set(AT.experts);
    const expert = await pooledExpert(setup);
    expect(codeOf(await assign(contestId, expert.sub))).toBe('GATE_UNDECIDED');
    await setup.bus.deliver(voted(contestId, { [enough]: 100n, [short]: 99n }));
    expect(givenTo(await assign(contestId, expert.sub))).toEqual([enough]);
    const [, stopped] = await assessedOf(setup, [enough, short]);
    expect(stopped).toMatchObject({ reachesExperts: false, reasons: [GATE_MESSAGE] });
  });

  test('after the experts: they score all, the ranking leaves out what the vote did not carry', async () => {
    const gates = [gate(condition, null)];
    const { contestId, applicationIds } = await juryScene(setup, { gates, members: [[], []] });
    const [enough, short] = applicationIds as [string, string];
    setup.clock.set(AT.experts);
    const expert = await pooledExpert(setup);
    const given = await assign(contestId, expert.sub);
    expect(givenTo(given)).toEqual([enough, short].toSorted());
    for (const sheet of given.sheets) {
      const marks = [{ criterion: 'need', points: sheet.application.id === short ? 10 : 1 }];
      await setup.ask(SAVE, { sheetId: sheet.id, expectedVersion: sheet.version, marks }, expert);
      await setup.ask(FINALISE, { sheetId: sheet.id }, expert);
    }
    await setup.bus.deliver(voted(contestId, { [enough]: 100n, [short]: 99n }));
    const query = DETERMINE.replace('lines {', 'lines { exclusions');
    const { ranking } = await setup.ask(query, { contestId }, organiser);
    const lines = ranking.lines.map(({ application, exclusions }: any) => [application.id, exclusions]);
    expect(lines).toEqual([
      [enough, []],
      [short, [GATE_MESSAGE]],
    ]);
  });
});
