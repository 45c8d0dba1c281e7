import { newId, type OutboxEvent } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { OKTMO, admitted, criterion, expert, JOIN, mutation, organiser, published, type Setup } from './setup.ts';

export const JURY_OPENS = '2026-03-03T04:00:00Z';
export const JURY_CLOSES = '2026-03-10T04:00:00Z';
/** Before the stage of the jury, in it, and when it is over. */
export const AT = {
  before: new Date('2026-03-02T09:00:00Z'),
  jury: new Date('2026-03-05T09:00:00Z'),
  experts: new Date('2026-03-12T09:00:00Z'),
};

const JUROR = `juror { id version state appliedAt decision { admitted reason by { id } at }
  appeal { text upheld answer by { id } } }`;
const SHEET = `id version state hash conflictReason application { id } marks { criterion points comment }
  criteria { code title maxPoints }`;
export const APPLY = mutation('applyForPublicJury', 'ApplyForPublicJuryInput', JUROR);
export const DECIDE = mutation('decideJuror', 'DecideJurorInput', JUROR);
export const APPEAL = mutation('appealJurorRefusal', 'AppealJurorRefusalInput', JUROR);
export const DECIDE_APPEAL = mutation('decideJurorAppeal', 'DecideJurorAppealInput', JUROR);
const DRAW_FIELDS =
  'id madeAt seed candidates seated reserve given missing { application { id } missing } inputHash resultHash reproduced';
export const DRAW = mutation('drawPublicJury', 'DrawPublicJuryInput', `draw { ${DRAW_FIELDS} }`);
export const TAKE = mutation('takeJurySheet', 'TakeJurySheetInput', `sheet { ${SHEET} }`);
export const SAVE_JURY = mutation('saveJurySheet', 'SaveJurySheetInput', `sheet { ${SHEET} }`);
export const FINALISE_JURY = mutation('finaliseJurySheet', 'JurySheetCommandInput', `sheet { ${SHEET} }`);
export const JURY_CONFLICT = mutation('declareJuryConflict', 'DeclareJuryConflictInput', `sheet { ${SHEET} }`);
export const JURY = `query ($id: ID!) { publicJury(contestId: $id) { open members candidates draws { ${DRAW_FIELDS} } } }`;
export const CANDIDATES = `query ($id: ID!, $state: JurorState, $first: Int, $after: String) {
  juryCandidates(contestId: $id, state: $state, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { id person { id } state confirmed oldEnough resident advice { advisor verdict reasons { code verdict text } }
      decision { admitted reason } appeal { text upheld } } } }`;
export const MINE = `query ($id: ID!) { myJuryPart(contestId: $id) { state sheets { ${SHEET} } } }`;
export const ASSESSED = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application {
  publicAssessment { sheets points possible share reachesExperts reasons } } } }`;

export const PUBLIC_JURY = {
  criteria: [
    { code: 'use', title: 'Польза для жителей', maxPoints: '10' },
    { code: 'trust', title: 'Доверие к команде', maxPoints: '5' },
  ],
  assignment: 'OPEN',
  seats: null,
  perApplication: null,
  minAge: 14,
  residentsOnly: true,
};
export const GATE_MESSAGE = 'Общественное жюри дало меньше половины возможных баллов.';
export const gate = (condition: string, before: boolean | null = true) => ({
  ...criterion('gate', 'Порог', '0'),
  kind: 'GATE',
  maxPoints: '0',
  parametersJson: JSON.stringify({ condition, message: GATE_MESSAGE, before }),
});
const NEED = criterion('need', 'Острота проблемы', '1');

export const juryContest = (contestId: string, rule: object = {}, gates: object[] = [gate('jury.share >= 50')]) =>
  published(contestId, {
    timeZone: 'Asia/Yekaterinburg',
    criteria: [NEED, ...gates],
    scoringJson: JSON.stringify({ ...PLAIN_SCORING, publicJury: { ...PUBLIC_JURY, ...rule } }),
    stages: [
      { type: 'INTAKE', opensAt: '2026-03-01T04:00:00Z', closesAt: JURY_OPENS },
      { type: 'PUBLIC_ASSESSMENT', opensAt: JURY_OPENS, closesAt: JURY_CLOSES },
      { type: 'EXPERTISE', opensAt: JURY_CLOSES, closesAt: '2026-03-20T04:00:00Z' },
    ],
  });

export const voted = (contestId: string, votes: Readonly<Record<string, bigint>>): OutboxEvent =>
  event(ResultDeterminedSchema, contestId, {
    contestId,
    projects: Object.entries(votes).map(([applicationId, voters]) => ({ applicationId, voters, against: 0n })),
  });

export type Person = TestCaller & { sub: string };
export const resident = (change: Partial<TestCaller> = {}): Person => ({
  sub: newId(),
  roles: ['citizen'],
  birthdate: '1990-05-01',
  residence: OKTMO,
  ...change,
});

/** A contest with a jury and admitted applications 1, 2, ... */
export async function juryScene(
  setup: Setup,
  { rule = {}, gates, members = [[]] }: { rule?: object; gates?: object[]; members?: string[][] } = {},
) {
  const contestId = newId();
  await setup.bus.deliver(juryContest(contestId, rule, gates));
  const applicationIds = members.map(() => newId());
  for (const [index, applicationId] of applicationIds.entries())
    await setup.bus.deliver(
      admitted(contestId, { applicationId, number: String(index + 1), memberIds: members[index]! }),
    );
  return { contestId, applicationIds };
}

/** Residents who applied and were admitted by the organiser. */
export async function admittedJurors(setup: Setup, contestId: string, count: number): Promise<Person[]> {
  const people = Array.from({ length: count }, () => resident());
  for (const person of people) {
    const { juror } = await setup.ask(APPLY, { contestId }, person);
    await setup.ask(DECIDE, { jurorId: juror.id, admitted: true, reason: 'Условия выполнены' }, organiser);
  }
  return people;
}

export const mySheets = async (setup: Setup, contestId: string, as: Person): Promise<any[]> =>
  (await setup.gql(MINE, { id: contestId }, as)).data.myJuryPart.sheets;

export async function scoreJury(setup: Setup, sheet: { id: string; version: number }, points: number[], as: Person) {
  const marks = points.map((value, index) => ({ criterion: PUBLIC_JURY.criteria[index]!.code, points: value }));
  const saved = await setup.ask(SAVE_JURY, { sheetId: sheet.id, expectedVersion: sheet.version, marks }, as);
  if (saved.rejection) return saved;
  return setup.ask(FINALISE_JURY, { sheetId: sheet.id }, as);
}

export async function pooledExpert(setup: Setup): Promise<Person> {
  const one = expert();
  await setup.ask(JOIN, { competences: [] }, one);
  return one;
}

export const assessedOf = async (setup: Setup, ids: string[]): Promise<any[]> => {
  const of = ids.map((id) => ({ __typename: 'Application', id }));
  return (await setup.gql(ASSESSED, { of })).data._entities.map((one: any) => one.publicAssessment);
};
