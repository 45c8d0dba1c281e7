import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestService } from '@veche/kit/testing/harness';
import { definition as analyticsDefinition } from '../../services/analytics/src/definition.ts';
import {
  applicationAs,
  contestInput,
  does,
  groupOf,
  OKTMO,
  organiser,
  type Group,
} from '../../services/contests/test/setup.ts';
import { uploaded } from '../../services/contests/test/setup-files.ts';
import { done, resident } from '../../services/contests/test/setup-ideas.ts';
import { definition as crowdfundingDefinition } from '../../services/crowdfunding/src/definition.ts';
import * as crowdfunding from '../../services/crowdfunding/test/setup.ts';
import * as registry from '../../services/registry/test/setup.ts';
import { assess, decide, determineRanking, startWorld, type World } from './world.ts';

let world: World;
let money: TestService;
let analytics: TestService;
beforeAll(async () => {
  world = await startWorld(crowdfundingDefinition, analyticsDefinition);
  money = world.others['crowdfunding']!;
  analytics = world.others['analytics']!;
});
afterAll(() => world.stop());

const stage = (type: string, opens: string, closes: string) => ({
  type,
  opensLocal: `2026-${opens}T00:00:00`,
  closesLocal: `2026-${closes}T00:00:00`,
});
/** The twelve stages of a programme of local initiatives. */
const STAGES = [
  { ...stage('ANNOUNCEMENT', '03-01', '03-02'), opensLocal: '2026-03-01T13:00:00' },
  stage('TRAINING', '03-02', '03-10'),
  stage('IDEATION', '03-10', '03-12'),
  stage('ASSEMBLY', '03-12', '03-14'),
  stage('INTAKE', '03-14', '03-20'),
  stage('ADMISSION', '03-20', '03-25'),
  stage('EXPERTISE', '03-25', '04-01'),
  stage('COMMISSION', '04-01', '04-10'),
  stage('COLLECTION', '04-10', '05-10'),
  stage('AGREEMENTS', '05-10', '05-14'),
  stage('PROCUREMENT', '05-14', '06-16'),
  stage('IMPLEMENTATION', '06-16', '09-20'),
  stage('MONITORING', '09-20', '10-01'),
  stage('REPORT', '10-01', '10-15'),
];

/** Announcement: rules of the template, and the commission that determines the winners. */
async function announced(): Promise<string> {
  const input = contestInput({
    template: 'local-initiatives',
    winnersBy: 'COMMISSION',
    stages: STAGES,
    votingRule: null,
  });
  const { id } = await does(world.contests, 'createContest', input, organiser);
  await does(world.contests, 'publishContest', { contestId: id }, organiser);
  return id;
}

const LONG = 'Улица в посёлке не освещена, дети идут из школы в темноте. '.repeat(5);

/** A draft of a group; what the meeting says of it and its minutes come later. */
async function drafted(contestId: string, title: string, citizens: number): Promise<Group & { applicationId: string }> {
  const group = await groupOf(world.contests, contestId);
  const funding = [
    { source: 'MUNICIPAL', amount: `${900_000 - citizens}.00` },
    { source: 'CITIZENS', amount: `${citizens}.00` },
  ];
  const content = { title, oktmo: OKTMO, category: 'LIGHTING', totalCost: '900000.00', funding };
  const people = { beneficiaries: 500, population: 10_000, answers: {} };
  const input = { contestId, groupId: group.id, content: { ...content, ...people } };
  const { id } = await does(world.contests, 'draftApplication', input, group.lead);
  return { ...group, applicationId: id };
}
type Project = Awaited<ReturnType<typeof drafted>>;

/** A meeting of the group, announced in its term. */
const called = (contestId: string, kind: string, day: string, { id, lead, applicationId }: Project): Promise<any> =>
  done(
    world.contests,
    'announceMeeting',
    {
      contestId,
      groupId: id,
      kind,
      oktmo: OKTMO,
      place: 'Школа № 1, актовый зал',
      startsLocal: `2026-03-${day}T18:00:00`,
      agenda: [{ text: 'Выбор проекта для конкурса', ...(kind === 'FINAL' ? { applicationId } : {}) }],
    },
    lead,
  );

/** Its minutes, an hour after it began. */
async function held(meetingId: string, day: string, votes: object, { lead }: Project): Promise<any> {
  world.clock.set(`2026-03-${day}T15:00:00Z`);
  const times = { startedAt: `2026-03-${day}T13:05:00.000Z`, endedAt: `2026-03-${day}T14:30:00.000Z` };
  const questions = [{ item: 1, against: 0, abstained: 0, decision: 'Одобрить проект', ...votes }];
  const { minutes } = await done(
    world.contests,
    'recordMeeting',
    { meetingId, number: '1', ...times, present: 57, questions },
    lead,
  );
  return minutes;
}

async function filed({ applicationId, lead }: Project, attendees: number): Promise<void> {
  const { version, answers: _none } = await applicationAs(world.contests, applicationId, lead);
  const protocol = await uploaded(world.contests, applicationId, lead);
  const { funding } = (
    await world.contests.gql(
      'query ($id: ID!) { application(id: $id) { funding { source amount } } }',
      { id: applicationId },
      lead,
    )
  ).data.application;
  const answers = {
    problem: LONG,
    rationale: LONG,
    expectedResults: [{ text: 'Освещённая дорога к школе' }],
    plannedPeriod: { start: '2026-05-15', end: '2026-09-30' },
    settlementOktmo: OKTMO,
    assemblyAttendees: attendees,
    protocol,
    costLines: funding.map(({ source, amount }: any) => ({ name: 'Опоры и светильники', source, amount })),
  };
  await does(
    world.contests,
    'saveApplication',
    { applicationId, expectedVersion: version, content: { answers } },
    lead,
  );
  await does(world.contests, 'submitApplication', { applicationId }, lead);
}

async function implemented(projectId: string): Promise<any> {
  const of = { projectId, contestId: '' };
  const ok = async (query: string, input: object) => {
    const answer = await registry.ask(world.registry, query, input);
    if (answer.rejection) throw new Error(JSON.stringify(answer.rejection));
    return answer.project;
  };
  const planned = (code: string, plannedStart: string, plannedEnd: string) => ({
    code,
    title: `Этап ${code}`,
    plannedStart,
    plannedEnd,
  });
  const stages = [planned('PROCUREMENT', '2026-05-15', '2026-06-15'), planned('WORKS', '2026-06-16', '2026-09-20')];
  world.clock.set('2026-05-12T09:00:00Z');
  await ok(registry.PLAN, { projectId, stages });
  world.clock.set('2026-06-14T09:00:00Z');
  await ok(registry.REPORT, registry.reportInput(of, 'PROCUREMENT', { percent: 20 }));
  world.clock.set('2026-09-18T09:00:00Z');
  const spent = [{ source: 'MUNICIPAL', amount: '800000.00' }];
  await ok(registry.REPORT, registry.reportInput(of, 'WORKS', { percent: 100, spent }));
  return ok(registry.COMPLETE, registry.act(of, { acceptedOn: '2026-09-18' }));
}

test('the whole cycle of a local initiative: announcement, meetings, application, experts, commission, money, works, report', async () => {
  const contestId = await announced();
  world.clock.set('2026-03-02T06:00:00Z');
  const street = await drafted(contestId, 'Освещение улицы Школьной', 90_000);
  const bridge = await drafted(contestId, 'Пешеходный мост через ручей', 9_000);

  const [preliminary, final, other] = [
    await called(contestId, 'PRELIMINARY', '11', street),
    await called(contestId, 'FINAL', '13', street),
    await called(contestId, 'FINAL', '13', bridge),
  ];
  await done(world.contests, 'registerForMeeting', { meetingId: final.id }, resident());
  await held(preliminary.id, '11', { votesFor: 30 }, street);
  const minutes = await held(final.id, '13', { votesFor: 50, against: 4 }, street);
  expect(minutes).toMatchObject({ present: 57, questions: [{ carried: true, notVoting: 3 }] });
  await held(other.id, '13', { votesFor: 29, against: 20 }, bridge);

  world.clock.set('2026-03-16T09:00:00Z');
  for (const project of [street, bridge]) await filed(project, 57);
  world.clock.set('2026-03-20T09:00:00Z');
  const projects = [street, bridge].map(({ applicationId }) => applicationId) as [string, string];
  for (const applicationId of projects) await does(world.contests, 'admitApplication', { applicationId }, organiser);
  await world.contests.settle();

  world.clock.set('2026-03-26T09:00:00Z');
  await assess(world, contestId, (id) =>
    id === projects[0] ? { meeting: [9, 8], effect: [8, 8] } : { meeting: [5, 5], effect: [7, 6] },
  );
  const ranking = await determineRanking(world, contestId);
  expect(ranking.lines.map(({ application }) => application.id)).toEqual(projects);

  world.clock.set('2026-04-02T09:00:00Z');
  await decide(world, contestId, { [projects[0]]: 'WINNER', [projects[1]]: 'NOT_SELECTED' });
  const decision = 'commissionDecision { outcome score place reason appealUntil }';
  const told = await world.expertise.gql(
    `query ($first: ID!, $second: ID!) { first: application(id: $first) { ${decision} } second: application(id: $second) { ${decision} } }`,
    { first: projects[0], second: projects[1] },
  );
  expect([told.data.first, told.data.second].map((one) => one.commissionDecision)).toEqual(
    ranking.lines.map(({ score, place }, index) => ({
      outcome: index === 0 ? 'WINNER' : 'NOT_SELECTED',
      score,
      place,
      reason: 'По итогам рейтинга и обсуждения',
      appealUntil: '2026-04-16T19:00:00.000Z',
    })),
  );

  world.clock.set('2026-04-12T09:00:00Z');
  const winner = { projectId: projects[0], contestId };
  const pledge = await crowdfunding.promised(money, winner, '90000.00');
  expect((await crowdfunding.pay(money, pledge)).rejection).toBeNull();
  await money.settle();
  expect(await crowdfunding.campaign(money, winner)).toMatchObject({ target: '90000.00', paid: '90000.00' });

  expect(await implemented(projects[0])).toMatchObject({ state: 'COMPLETED', acceptedOn: '2026-09-18' });
  await world.registry.settle();
  const { data } = await analytics.gql(
    `query ($id: ID!) { contestDashboard(contestId: $id) { funnel { submitted admitted winners completed }
      expertise { final } money { winnersCost pledged paid spent } } }`,
    { id: contestId },
  );
  expect(data.contestDashboard).toEqual({
    funnel: { submitted: 2, admitted: 2, winners: 1, completed: 1 },
    expertise: { final: 4 },
    money: { winnersCost: '810000.00', pledged: '90000.00', paid: '90000.00', spent: '800000.00' },
  });
});

test('the smoke run of an installation passes', async () => {
  const smoke = join(import.meta.dirname, '../../gateway/src/smoke.ts');
  const args = [smoke, `${world.gateway.url}/graphql`, '--seconds', '1', '--visitors', '2', '--p95', '60000'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^\d+ requests, p50 \d+ ms, p95 \d+ ms/), '']);
});
