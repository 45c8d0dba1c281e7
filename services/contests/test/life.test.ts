import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import {
  ApplicationAdmittedSchema,
  BallotListApprovedSchema,
  ContestPublishedSchema,
} from '@veche/proto/contests/v1/contests';
import {
  ANSWERS,
  AT,
  CONTENT,
  OKTMO,
  START,
  admitted,
  applicationAs,
  ask,
  contestInput,
  does,
  drafted,
  filed,
  groupOf,
  importer,
  openContest,
  organiser,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const eventsOf = (type: string, id: string) =>
  service.bus.published(`veche.contests.${type}`).filter(({ key }) => key === id);

test('an application is prepared from the publication on and filed when the intake begins', async () => {
  const contestId = await openContest(service);
  service.clock.set(START);
  const { applicationId, lead } = await drafted(service, contestId);
  const early = await ask(service, 'submitApplication', { applicationId }, lead);
  expect(early.rejection.code).toBe('STAGE_NOT_OPEN');
  service.clock.set(AT.intake);
  expect((await does(service, 'submitApplication', { applicationId }, lead)).state).toBe('SUBMITTED');
});

test('a contest from draft to the approved ballot tells each of its steps', async () => {
  const contestId = await openContest(service);
  const { applicationId, member } = await admitted(service, contestId);
  await does(service, 'importApplications', { contestId, applications: [line('A-7')] }, importer);
  const other = await admitted(service, contestId);
  const exclusiveGroups = [{ name: 'Один участок', applicationIds: [applicationId, other.applicationId] }];
  const contest = await does(service, 'approveBallotList', { contestId }, organiser, { exclusiveGroups });
  expect(contest.ballotListApproved).toBe(true);
  await service.settle();

  const [published] = eventsOf('ContestPublished', contestId);
  const passport = fromJson(ContestPublishedSchema, published!.data);
  expect(passport).toMatchObject({ contestId, oktmo: OKTMO, budgetKopecks: 2_000_000_00n, graceSeconds: 5 });
  expect(passport.passportHash).toMatch(/^[0-9a-f]{64}$/);
  expect(passport.stages[0]).toMatchObject({ type: 'INTAKE', opensAt: AT.intake.toISOString() });
  expect(canonicalJson(JSON.parse(passport.votingRuleJson))).toBe(passport.votingRuleJson);

  const [admission] = eventsOf('ApplicationAdmitted', applicationId);
  const { facts, memberIds } = fromJson(ApplicationAdmittedSchema, admission!.data);
  expect(facts).toMatchObject({ number: '1', title: CONTENT.title, totalCostKopecks: 900_000_00n, revision: 1 });
  expect(memberIds).toContain(member.sub);
  expect(JSON.stringify(admission!.data)).not.toContain('проезжей части');

  const [ballot] = eventsOf('BallotListApproved', contestId);
  const { projects } = fromJson(BallotListApprovedSchema, ballot!.data);
  const told = projects.map((line) => [line.number, line.costKopecks, line.cofinancingShare, line.exclusiveGroups]);
  expect(told).toEqual([
    // Residents' money is not taken from the budget of the contest; an imported project is taken as a whole.
    ['1', 700_000_00n, '2/9', ['Один участок']],
    ['2', 700_000_00n, '2/9', ['Один участок']],
    ['A-7', 500_000_00n, '', []],
  ]);
});

const line = (number: string) => ({ number, title: 'Сквер', category: 'PARK', totalCost: '500000.00' });

test('a returned application is answered after the end of the intake, with a new revision and the same number', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await filed(service, contestId);
  const answerBy = new Date('2026-03-14T08:00:00Z').toISOString();
  const remarks = [{ field: 'answers.rationale', text: 'Уточните место.' }];
  const returned = await does(service, 'returnApplication', { applicationId, remarks, answerBy }, organiser);
  expect(returned).toMatchObject({ state: 'RETURNED', remarks });

  service.clock.set('2026-03-13T08:00:00Z');
  const rationale = `${ANSWERS.rationale} Место выбрано собранием.`;
  const content = { answers: { rationale } };
  const saved = await does(
    service,
    'saveApplication',
    { applicationId, expectedVersion: returned.version, content },
    lead,
  );
  expect(saved.revision).toBe(2);
  const again = await does(service, 'submitApplication', { applicationId }, lead);
  expect(again).toMatchObject({ state: 'SUBMITTED', number: '1', revision: 2, remarks: [] });
  expect(again.submittedAt).toBe(AT.intake.toISOString());
  expect(again.history.map(({ state, revision }: any) => [state, revision])).toEqual([
    ['DRAFT', 1],
    ['SUBMITTED', 1],
    ['RETURNED', 1],
    ['SUBMITTED', 2],
  ]);
  const { answers } = await applicationAs(service, applicationId, lead);
  expect(answers).toEqual({ ...ANSWERS, rationale });
});

test('an incomplete application is refused field by field, and what is mended is filed', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await drafted(service, contestId, {
    title: 'Двор',
    category: 'SPACESHIP',
    oktmo: '65701000',
    totalCost: '900001.00',
    beneficiaries: 20_000,
    answers: { problem: 'Плохо', plannedPeriod: { start: '2026-09-01', end: '2026-05-01' }, colour: 'red' },
  });
  const { rejection, fieldErrors, application } = await ask(service, 'submitApplication', { applicationId }, lead);
  expect(rejection.code).toBe('APPLICATION_INCOMPLETE');
  expect(application).toBeNull();
  const found = Object.fromEntries(fieldErrors.map(({ path, code }: any) => [path, code]));
  expect(found).toEqual({
    title: 'TOO_SHORT',
    oktmo: 'OUTSIDE_TERRITORY',
    category: 'NOT_ALLOWED',
    beneficiaries: 'MORE_THAN_POPULATION',
    funding: 'SUM_DIFFERS',
    'answers.problem': 'TOO_SHORT',
    'answers.rationale': 'REQUIRED',
    'answers.expectedResults': 'REQUIRED',
    'answers.discussionForm': 'REQUIRED',
    'answers.plannedPeriod.end': 'DATES_ORDER',
    'answers.colour': 'UNKNOWN_FIELD',
  });
  for (const { userMessage } of fieldErrors) expect(userMessage).toMatch(/^[А-Я][^{}]+\.$/);
  const { version } = await applicationAs(service, applicationId, lead);
  const content = { ...CONTENT, answers: { ...ANSWERS, colour: null } };
  await does(service, 'saveApplication', { applicationId, expectedVersion: version, content }, lead);
  expect(await does(service, 'submitApplication', { applicationId }, lead)).toMatchObject({ state: 'SUBMITTED' });
});

test('numbers follow the order of filing and step over those that an import brought', async () => {
  const contestId = await openContest(service);
  await does(service, 'importApplications', { contestId, applications: [line('2')] }, importer);
  const all = [];
  for (let count = 0; count < 3; count += 1) all.push(await filed(service, contestId));
  const numbers = await Promise.all(
    all.map(async ({ applicationId, lead }) => (await applicationAs(service, applicationId, lead)).number),
  );
  expect(numbers).toEqual(['1', '3', '4']);
});

test('applications filed at the same moment have different numbers', async () => {
  const contestId = await openContest(service);
  const drafts = [];
  for (let count = 0; count < 5; count += 1) drafts.push(await drafted(service, contestId));
  const answers = await Promise.all(
    drafts.map(({ applicationId, lead }) => does(service, 'submitApplication', { applicationId }, lead)),
  );
  expect(answers.map(({ number }) => number).toSorted()).toEqual(['1', '2', '3', '4', '5']);
});

test('a calendar of seconds runs: each boundary is announced once, in order', async () => {
  service.clock.set(START);
  const stages = ['INTAKE', 'VOTING', 'EXPERTISE'].map((type, index) => ({
    type,
    opensLocal: `2026-03-01T12:00:0${index * 2 + 2}`,
    closesLocal: `2026-03-01T12:00:0${index * 2 + 4}`,
  }));
  const input = contestInput({ stages, template: 'regional-contest' });
  const { id } = await does(service, 'createContest', input, organiser);
  await does(service, 'publishContest', { contestId: id }, organiser);
  for (let second = 0; second < 10; second += 1) {
    service.clock.advance(1000);
    await service.runBackground('stages');
    await service.runBackground('stages');
  }
  await service.settle();
  const told = service.bus
    .published()
    .filter(({ key, type }) => key === id && /Stage(Opened|Closed)$/.test(type))
    .map(({ type, data }) => `${type.split('.').at(-1)} ${(data as { stage: string }).stage}`);
  expect(told).toEqual([
    'StageOpened INTAKE',
    'StageClosed INTAKE',
    'StageOpened VOTING',
    'StageClosed VOTING',
    'StageOpened EXPERTISE',
    'StageClosed EXPERTISE',
  ]);
});

test('a boundary ahead moves with a published reason and a new hash', async () => {
  const contestId = await openContest(service);
  const before = await does(
    service,
    'rescheduleStage',
    { contestId, stage: 'VOTING', closesLocal: '2026-03-28T13:00:00', reason: 'Праздничные дни в городе' },
    organiser,
  );
  const after = await does(
    service,
    'rescheduleStage',
    { contestId, stage: 'INTAKE', closesLocal: '2026-03-10T13:00:00', reason: 'Решение комиссии № 4' },
    organiser,
  );
  expect(after.amendments.map(({ reason }: any) => reason)).toEqual([
    'Праздничные дни в городе',
    'Решение комиссии № 4',
  ]);
  expect(after.passportHash).not.toBe(before.passportHash);
  expect(after.amendments[1].passportHash).toBe(after.passportHash);
  await service.settle();
  expect(eventsOf('ContestRescheduled', contestId)).toHaveLength(2);
});

test('the last member who leaves closes the group', async () => {
  const contestId = await openContest(service);
  const { id, lead, member } = await groupOf(service, contestId);
  await does(service, 'leaveInitiativeGroup', { groupId: id }, member);
  expect((await does(service, 'leaveInitiativeGroup', { groupId: id }, lead)).members).toEqual([]);
  const input = { contestId, groupId: id, content: {} };
  expect((await ask(service, 'draftApplication', input, lead)).rejection.code).toBe('NOT_FOUND');
  await service.settle();
  const changes = eventsOf('InitiativeGroupChanged', id).map(({ data }) => (data as any).memberIds?.length ?? 0);
  expect(changes).toEqual([1, 2, 1, 0]);
});
