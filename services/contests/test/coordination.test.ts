import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ImplementationPlannedSchema,
  ProgressReportedSchema,
  ProjectCompletedSchema,
  ProjectRegisteredSchema,
} from '@veche/proto/registry/v1/registry';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { deskDoes } from './desk.ts';
import {
  AT,
  OKTMO,
  admitted,
  citizen,
  does,
  drafted,
  filed,
  groupOf,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { done, published, read } from './setup-ideas.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
beforeEach(() => service.clock.set(AT.intake));
afterAll(() => service.stop());

const TASKS =
  '{ myTasks { kind text dueAt overdue count application { id } contest { id } meeting { id } group { id } } }';
const tasks = async (as: TestCaller): Promise<any[]> => (await read(service, TASKS, {}, as)).myTasks;
const ROLES = 'roles { party name contributions { source amount } total share participants steps }';
const meetingOf = (contestId: string, groupId: string, startsLocal = '2026-03-12T18:00:00') => ({
  contestId,
  groupId,
  kind: 'FINAL',
  oktmo: OKTMO,
  place: 'Школа № 1, актовый зал',
  startsLocal,
  agenda: [{ text: 'Выбор проекта' }],
});

test('the course of a contest: stages, meetings, changes and the outcome, what is past and what is to come', async () => {
  const contestId = await openContest(service);
  const project = await admitted(service, contestId);
  await done(service, 'announceMeeting', meetingOf(contestId, project.id), project.lead);
  const reason = 'Выходной день перенесён';
  await does(
    service,
    'rescheduleStage',
    { contestId, stage: 'VOTING', closesLocal: '2026-03-30T13:00:00', reason },
    organiser,
  );
  const query = `query ($id: ID!) { contestTimeline(contestId: $id) { at kind title passed stage reason meeting { place } } }`;
  const course = async (): Promise<any[]> => (await read(service, query, { id: contestId })).contestTimeline;
  const before = await course();
  expect(before.map(({ kind, stage, passed }) => `${kind} ${stage} ${passed}`)).toEqual([
    'PUBLISHED null true',
    'STAGE_OPENS INTAKE true',
    'CHANGED null true',
    'STAGE_CLOSES INTAKE false',
    'STAGE_OPENS ADMISSION false',
    'MEETING null false',
    'STAGE_CLOSES ADMISSION false',
    'STAGE_OPENS VOTING false',
    'STAGE_CLOSES VOTING false',
    'STAGE_OPENS IMPLEMENTATION false',
    'STAGE_CLOSES IMPLEMENTATION false',
  ]);
  expect(before[2]).toMatchObject({ reason });
  expect(before[5]).toMatchObject({
    meeting: { place: 'Школа № 1, актовый зал' },
    title: 'Собрание жителей: выбор проекта',
  });
  await does(service, 'approveBallotList', { contestId }, organiser);
  service.clock.set(AT.closed);
  const projects = [{ applicationId: project.applicationId, outcome: 'WINNER' }];
  await service.bus.deliver(event(ResultDeterminedSchema, contestId, { contestId, version: 1, projects }));
  expect((await course()).at(-1)).toMatchObject({ kind: 'DECIDED', at: AT.closed.toISOString(), passed: true });
  const draft = newId();
  expect((await read(service, query, { id: draft })).contestTimeline).toEqual([]);
});

describe('what is to be done now', () => {
  test('the lead: file the draft, answer remarks or an offer, write minutes down; the others nothing', async () => {
    const contestId = await openContest(service);
    const { applicationId, lead, member, id } = await drafted(service, contestId);
    expect(await tasks(lead)).toEqual([
      {
        kind: 'FILE_APPLICATION',
        text: 'Подайте заявку «Детская площадка на улице Мира» до 11 марта 2026 г., 13:00.',
        dueAt: '2026-03-11T08:00:00.000Z',
        overdue: false,
        count: 1,
        application: { id: applicationId },
        contest: { id: contestId },
        meeting: null,
        group: null,
      },
    ]);
    await does(service, 'submitApplication', { applicationId }, lead);
    expect(await tasks(lead)).toEqual([]);
    const { id: meetingId } = await done(
      service,
      'announceMeeting',
      meetingOf(contestId, id, '2026-03-07T18:00:00'),
      lead,
    );
    const remarks = [{ field: 'title', text: 'Уточните название.' }];
    const answerBy = '2026-03-05T00:00:00.000Z';
    await does(service, 'returnApplication', { applicationId, remarks, answerBy }, organiser);
    expect(await tasks(lead)).toMatchObject([{ kind: 'ANSWER_REMARKS', dueAt: answerBy, overdue: false }]);
    expect(await tasks(member)).toEqual([]);
    service.clock.set('2026-03-08T00:00:00Z');
    expect(await tasks(lead)).toMatchObject([
      { kind: 'ANSWER_REMARKS', overdue: true },
      { kind: 'RECORD_MEETING', dueAt: null, meeting: { id: meetingId } },
    ]);
  });

  test('an offer of the administration, and an offer of the lead', async () => {
    const contestId = await openContest(service);
    const { applicationId, lead, member, id } = await filed(service, contestId);
    const text = 'Предлагаем объединить площадку со сквером.';
    await deskDoes(service, 'offerJointRework', { applicationId, text, answerBy: '2026-03-05T00:00:00Z' }, organiser);
    expect(await tasks(lead)).toMatchObject([{ kind: 'ANSWER_OFFER', application: { id: applicationId } }]);
    await done(service, 'offerGroupLead', { groupId: id, personId: member.sub }, lead);
    expect(await tasks(member)).toMatchObject([{ kind: 'ACCEPT_LEAD', group: { id }, application: null }]);
    await done(service, 'acceptGroupLead', { groupId: id }, member);
    expect((await tasks(member)).map(({ kind }) => kind)).toEqual(['ANSWER_OFFER']);
    expect(await tasks(lead)).toEqual([]);
  });

  test('staff: what is assigned to them by its term, what nobody has, what waits for a moderator; in their territory', async () => {
    // A settlement of its own, so that nothing of the other tests waits here.
    const oktmo = '71876000101';
    const [one, two] = ['1', '2'].map(() => ({ sub: newId(), roles: ['organiser' as const], territories: [oktmo] }));
    service.clock.set('2026-02-28T07:00:00Z');
    const contestId = await openContest(service, { oktmo });
    const [mine, free] = [
      await filed(service, contestId, { oktmo }),
      await filed(service, contestId, { oktmo, title: 'Сквер у вокзала' }),
    ];
    const assign = { applicationId: mine.applicationId, assigneeId: one!.sub };
    await deskDoes(service, 'assignApplication', assign, organiser);
    await done(service, 'proposeIdea', IDEA_IN(oktmo), residentOf(oktmo));
    const own = await tasks(one!);
    expect(own.map(({ kind, count, dueAt }) => [kind, count, dueAt])).toEqual([
      ['DECIDE_APPLICATION', 1, own[0].dueAt],
      ['TAKE_APPLICATIONS', 1, own[0].dueAt],
      ['MODERATE_IDEAS', 1, null],
    ]);
    expect(own[0]).toMatchObject({
      application: { id: mine.applicationId },
      text: expect.stringMatching(/Рассмотрите заявку № 1 .*до 5 марта/),
    });
    expect((await tasks(two!)).map(({ kind }) => kind)).toEqual(['TAKE_APPLICATIONS', 'MODERATE_IDEAS']);
    expect(await tasks(stranger)).toEqual([]);
    expect(free.applicationId).not.toBe(mine.applicationId);
  });
});

const residentOf = (oktmo: string): TestCaller =>
  citizen({ assurance: 'confirmed', birthdate: '1990-01-01', residence: oktmo } as Partial<TestCaller>);
const IDEA_IN = (oktmo: string) => ({
  title: 'Детская площадка во дворе на улице Мира',
  text: 'Во дворе нет ни одной площадки, дети играют на проезжей части.',
  category: 'PLAYGROUND',
  oktmo,
});

test('the history tells who took each step: everybody the role, staff the person, the group its own', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead, member } = await admitted(service, contestId);
  await does(service, 'approveBallotList', { contestId }, organiser);
  const projects = [{ applicationId, outcome: 'WINNER' }];
  await service.bus.deliver(event(ResultDeterminedSchema, contestId, { contestId, version: 1, projects }));
  const query = `query ($id: ID!) { application(id: $id) { history { at state role roleName by { id } } } }`;
  const seen = async (as?: TestCaller) =>
    (await read(service, query, { id: applicationId }, as)).application.history.map((one: any) => [
      one.state,
      one.role,
      one.by?.id ?? null,
    ]);
  const steps = (initiator: unknown, official: unknown) => [
    ['DRAFT', 'INITIATORS', initiator],
    ['SUBMITTED', 'INITIATORS', initiator],
    ['ADMITTED', 'ADMINISTRATION', official],
    ['WINNER', 'VOTE', null],
  ];
  expect(await seen()).toEqual(steps(null, null));
  expect(await seen(stranger)).toEqual(steps(null, null));
  expect(await seen(member)).toEqual(steps(lead.sub, null));
  expect(await seen(organiser)).toEqual(steps(lead.sub, organiser.sub));
  const { application } = await read(service, query, { id: applicationId });
  expect(application.history[0].roleName).toBe('Инициативная группа');
  await service.settle();
  const told = JSON.stringify(
    service.bus
      .published()
      .filter(({ key }) => key === applicationId)
      .map(({ data }) => data),
  );
  expect(told).not.toContain(organiser.sub);
});

test('residents, administration and business, each with what it gives', async () => {
  const contestId = await openContest(service);
  const funding = [
    { source: 'MUNICIPAL', amount: '500000.00' },
    { source: 'REGIONAL', amount: '100000.00' },
    { source: 'CITIZENS', amount: '150000.00' },
    { source: 'IN_KIND', amount: '50000.00' },
    { source: 'BUSINESS', amount: '100000.00' },
  ];
  const { applicationId } = await admitted(service, contestId, { funding });
  const { application } = await read(service, `query ($id: ID!) { application(id: $id) { ${ROLES} } }`, {
    id: applicationId,
  });
  expect(application.roles).toEqual([
    {
      party: 'RESIDENTS',
      name: 'Жители',
      contributions: [
        { source: 'CITIZENS', amount: '150000.00' },
        { source: 'IN_KIND', amount: '50000.00' },
      ],
      total: '200000.00',
      share: '22.22',
      participants: 2,
      steps: 2,
    },
    {
      party: 'ADMINISTRATION',
      name: 'Администрация',
      contributions: [
        { source: 'MUNICIPAL', amount: '500000.00' },
        { source: 'REGIONAL', amount: '100000.00' },
      ],
      total: '600000.00',
      share: '66.67',
      participants: 0,
      steps: 1,
    },
    {
      party: 'BUSINESS',
      name: 'Бизнес',
      contributions: [{ source: 'BUSINESS', amount: '100000.00' }],
      total: '100000.00',
      share: '11.11',
      participants: 0,
      steps: 0,
    },
  ]);
});

test('one way from the idea to the report on the works', async () => {
  const contestId = await openContest(service);
  const idea = await published(service);
  const { id: groupId, lead } = await groupOf(service, contestId);
  const { id: projectId } = await done(service, 'applyWithIdea', { ideaId: idea.id, contestId, groupId }, lead);
  const works = [
    event(ProjectRegisteredSchema, projectId, { projectId, contestId }),
    event(ImplementationPlannedSchema, projectId, { projectId, contestId, stages: 2 }),
    event(ProgressReportedSchema, projectId, { projectId, contestId, reportId: newId(), percent: 40 }),
    event(ProjectCompletedSchema, projectId, { projectId, contestId, acceptedOn: '2026-09-30' }),
  ];
  for (const [index, step] of works.entries()) {
    const told = { ...step, id: newId(), time: new Date(Date.UTC(2026, 5, index + 1)) };
    // Each comes twice and stands once.
    for (const again of [told, told]) await service.bus.deliver({ ...again, sequence: index + 1 });
  }
  const way = ['PROPOSED', 'PUBLISHED', 'DRAFT', 'REGISTERED', 'WORKS_PLANNED', 'PROGRESS_REPORTED', 'COMPLETED'];
  const query = `query ($idea: ID!, $project: ID!) {
    idea(id: $idea) { timeline { what id percent } } application(id: $project) { timeline { what id percent } } }`;
  const shown = await read(service, query, { idea: idea.id, project: projectId }, lead);
  for (const { timeline } of [shown.idea, shown.application]) {
    expect(timeline.map(({ what }: any) => what)).toEqual(way);
    expect(timeline.map(({ id }: any) => id)).toEqual([idea.id, idea.id, ...Array(5).fill(projectId)]);
    expect(timeline[5]).toMatchObject({ percent: 40 });
  }
  // Whoever may not see the draft sees the way of the idea alone.
  const { idea: open } = await read(service, query, { idea: idea.id, project: projectId });
  expect(open.timeline.map(({ what }: any) => what)).toEqual(['PROPOSED', 'PUBLISHED']);
});
