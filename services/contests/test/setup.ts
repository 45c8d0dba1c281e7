import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest, type TestOptions, type TestService } from '@veche/kit/testing/harness';
import type { TestCaller } from '@veche/kit/testing/tokens';
import type { ContestsConfig } from '../src/config.ts';
import { definition } from '../src/definition.ts';

export type Contests = TestService<ContestsConfig>;

/** 12:00 in Yekaterinburg, an hour before the intake of the calendar below. */
export const START = new Date('2026-03-01T07:00:00Z');
const ZONE = 'Asia/Yekaterinburg';
export const OKTMO = '71876000';
const HOUR = 3_600_000;

/** The service with its clock an hour before the intake. `more` puts it beside others. */
export const startContests = (more: Pick<TestOptions, 'bus' | 'clock' | 'env' | 'front'> = {}): Promise<Contests> =>
  startForTest(definition, {
    clock: new ManualClock(START),
    ...more,
    env: {
      CONTESTS_KEYS_DIR: mkdtempSync(join(tmpdir(), 'veche-contests-')),
      FILES_DIR: mkdtempSync(join(tmpdir(), 'veche-files-')),
      ...more.env,
    },
  });

export const key = (): string => randomBytes(8).toString('hex');
export const citizen = (more: Partial<TestCaller> = {}): TestCaller => ({ sub: newId(), roles: ['citizen'], ...more });
export const organiser: TestCaller = { sub: newId(), roles: ['organiser'], territories: [OKTMO] };
export const importer: TestCaller = { sub: newId(), roles: ['importer'], territories: ['71000000'], service: true };
export const stranger: TestCaller = { sub: newId(), roles: ['organiser'], territories: ['65701000'] };

export const CALENDAR = [
  { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', closesLocal: '2026-03-11T13:00:00' },
  { type: 'ADMISSION', opensLocal: '2026-03-11T13:00:00', closesLocal: '2026-03-16T13:00:00' },
  { type: 'VOTING', opensLocal: '2026-03-20T13:00:00', closesLocal: '2026-03-27T13:00:00' },
  { type: 'IMPLEMENTATION', opensLocal: '2026-04-01T00:00:00', closesLocal: '2026-10-01T00:00:00' },
];
/** The same calendar in another year. */
export const inYear = (year: string) =>
  CALENDAR.map(({ type, ...times }) => ({
    type,
    opensLocal: times.opensLocal.replace('2026', year),
    closesLocal: times.closesLocal.replace('2026', year),
  }));
export const AT = {
  intake: new Date(START.getTime() + HOUR),
  voting: new Date('2026-03-20T08:00:00Z'),
  closed: new Date('2027-03-20T08:00:00Z'),
};

export const ACT = { title: 'Порядок отбора', number: '15-П', date: '2026-01-20', article: '3' };

/** The input of a sound contest; `more` spoils it. */
export const contestInput = (more: object = {}): Record<string, unknown> => ({
  idempotencyKey: key(),
  template: 'municipal-selection',
  title: 'Инициативные проекты Сургута',
  oktmo: OKTMO,
  timeZone: ZONE,
  budget: '2000000.00',
  maxPerProject: '1000000.00',
  legalBasis: [ACT],
  stages: CALENDAR,
  groupMinimum: 2,
  ...more,
});

const LONG = 'Во дворе нет ни одной площадки, дети играют на проезжей части. '.repeat(5);
export const ANSWERS = {
  problem: LONG,
  rationale: LONG,
  expectedResults: [{ text: 'Площадка для детей всех возрастов' }],
  plannedPeriod: { start: '2026-05-01', end: '2026-09-30' },
  discussionForm: 'ASSEMBLY',
};
export const CONTENT = {
  title: 'Детская площадка на улице Мира',
  oktmo: OKTMO,
  category: 'PLAYGROUND',
  totalCost: '900000.00',
  funding: [
    { source: 'MUNICIPAL', amount: '700000.00' },
    { source: 'CITIZENS', amount: '200000.00' },
  ],
  beneficiaries: 500,
  population: 10_000,
  answers: ANSWERS,
};

const CONTEST =
  'id version title state currentStage maxPerProject passportHash ballotListApproved amendments { reason passportHash } stages { type opensAt closesAt } budget';
const GROUP = 'id version invitationCode minimum lead { id } members { id }';
const APPLICATION =
  'id version number state title revision totalCost submittedAt remarks { field text } refusalGround refusalReason history { state revision }';
const ANSWER = {
  contest: `contest { ${CONTEST} } rejection { code userMessage path }`,
  file: `contest { ${CONTEST} } rejection { code userMessage path } fieldErrors { path code userMessage }`,
  group: `group { ${GROUP} } rejection { code userMessage path }`,
  application: `application { ${APPLICATION} } rejection { code userMessage path } fieldErrors { path code userMessage }`,
  import: `applications { ${APPLICATION} } rejection { code userMessage path }`,
};

const MUTATIONS = {
  createContest: ['CreateContestInput', ANSWER.contest],
  updateContest: ['UpdateContestInput', ANSWER.contest],
  setContestCriteria: ['SetContestCriteriaInput', `${ANSWER.contest} fieldErrors { path code userMessage }`],
  publishContest: ['ContestCommandInput', ANSWER.contest],
  amendContest: ['AmendContestInput', ANSWER.contest],
  importContest: ['ImportContestInput', ANSWER.file],
  cloneContest: ['CloneContestInput', ANSWER.file],
  rescheduleStage: ['RescheduleStageInput', ANSWER.contest],
  approveBallotList: ['ContestCommandInput', ANSWER.contest],
  formInitiativeGroup: ['FormInitiativeGroupInput', ANSWER.group],
  joinInitiativeGroup: ['JoinInitiativeGroupInput', ANSWER.group],
  leaveInitiativeGroup: ['LeaveInitiativeGroupInput', ANSWER.group],
  draftApplication: ['DraftApplicationInput', ANSWER.application],
  saveApplication: ['SaveApplicationInput', ANSWER.application],
  submitApplication: ['ApplicationCommandInput', ANSWER.application],
  withdrawApplication: ['ApplicationCommandInput', ANSWER.application],
  returnApplication: ['ReturnApplicationInput', ANSWER.application],
  admitApplication: ['ApplicationCommandInput', ANSWER.application],
  refuseApplication: ['RefuseApplicationInput', ANSWER.application],
  importApplications: ['ImportApplicationsInput', ANSWER.import],
} as const;
export type Mutation = keyof typeof MUTATIONS;

/** A criterion of a straight line over the money of citizens; `more` spoils it. */
export const line = (code: string, more: object = {}): Record<string, unknown> => ({
  code,
  kind: 'LINEAR',
  title: 'Доля средств жителей',
  maxPoints: '10',
  weight: '1',
  parameters: { input: 'CITIZENS_SHARE', a: '0', b: '20' },
  ...more,
});

/** The document of a mutation with everything that the tests look at. */
export const documentOf = (name: Mutation): string => {
  const [input, answer] = MUTATIONS[name];
  const [declared, used] = name === 'approveBallotList' ? [GROUPS, ', exclusiveGroups: $exclusiveGroups'] : ['', ''];
  return `mutation ($input: ${input}!${declared}) { ${name}(input: $input${used}) { ${answer} } }`;
};

const GROUPS = ', $exclusiveGroups: [ExclusiveGroupInput!]! = []';

/** The payload of a mutation, whatever it decided; throws on a GraphQL error. `more`: arguments beside the input. */
export async function ask(service: Contests, name: Mutation, input: object, as: TestCaller, more = {}): Promise<any> {
  const variables = { input: { idempotencyKey: key(), ...input }, ...more };
  const { data, errors } = await service.gql(documentOf(name), variables, as);
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data[name];
}

/** The object that a mutation answers with; throws when it was refused. */
export async function does(service: Contests, name: Mutation, input: object, as: TestCaller, more = {}): Promise<any> {
  const { rejection, ...answer } = await ask(service, name, input, as, more);
  if (rejection) throw new Error(`${name}: ${JSON.stringify({ rejection, ...answer })}`);
  return answer.contest ?? answer.group ?? answer.application ?? answer.applications;
}

export const rejectionOf = async (service: Contests, name: Mutation, input: object, as: TestCaller) =>
  (await ask(service, name, input, as)).rejection?.code ?? null;

/** Code of the GraphQL error that a mutation ends in. */
export async function errorOf(service: Contests, name: Mutation, input: object, as?: TestCaller) {
  const { errors } = await service.gql(documentOf(name), { input: { idempotencyKey: key(), ...input } }, as);
  return errors?.[0]?.extensions['code'];
}

/** A published contest, with the clock at the opening of its intake. */
export async function openContest(service: Contests, more: object = {}): Promise<string> {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput(more), organiser);
  await does(service, 'publishContest', { contestId: id }, organiser);
  service.clock.set(AT.intake);
  return id;
}

export interface Group {
  id: string;
  lead: TestCaller;
  member: TestCaller;
}

/** A group of two. */
export async function groupOf(service: Contests, contestId: string): Promise<Group> {
  const [lead, member] = [citizen(), citizen()];
  const { id, invitationCode } = await does(service, 'formInitiativeGroup', { contestId, name: 'Двор на Мира' }, lead);
  await does(service, 'joinInitiativeGroup', { groupId: id, invitationCode }, member);
  return { id, lead, member };
}

export interface Filed extends Group {
  contestId: string;
  applicationId: string;
}

/** A complete draft of a group of two. */
export async function drafted(service: Contests, contestId: string, content: object = {}): Promise<Filed> {
  const group = await groupOf(service, contestId);
  const input = { contestId, groupId: group.id, content: { ...CONTENT, ...content } };
  const { id } = await does(service, 'draftApplication', input, group.lead);
  return { ...group, contestId, applicationId: id };
}

export async function filed(service: Contests, contestId: string, content: object = {}): Promise<Filed> {
  const draft = await drafted(service, contestId, content);
  await does(service, 'submitApplication', { applicationId: draft.applicationId }, draft.lead);
  return draft;
}

export async function admitted(service: Contests, contestId: string, content: object = {}): Promise<Filed> {
  const application = await filed(service, contestId, content);
  await does(service, 'admitApplication', { applicationId: application.applicationId }, organiser);
  return application;
}

/** An application as somebody sees it; null when it is not visible. */
export async function applicationAs(service: Contests, id: string, as?: TestCaller): Promise<any> {
  const { data } = await service.gql(
    `query ($id: ID!) { application(id: $id) { ${APPLICATION} answers contest { id } group { id invitationCode } } }`,
    { id },
    as,
  );
  return data.application;
}
