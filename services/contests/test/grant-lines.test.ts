import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fromJson, type DescMessage } from '@bufbuild/protobuf';
import { sha256Hex } from '@veche/kit';
import {
  ApplicationAdmittedSchema,
  BallotListApprovedSchema,
  ContestPublishedSchema,
} from '@veche/proto/contests/v1/contests';
import {
  admitted,
  ask,
  AT,
  contestInput,
  does,
  drafted,
  line,
  openContest,
  organiser,
  START,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

/** Eighteen lines of grants; one application of a line may ask 650,000 at most. */
const LINES = Array.from({ length: 18 }, (_, index) => ({
  code: `line-${index + 1}`,
  kind: 'NOMINATION',
  title: `Направление ${index + 1}`,
  ...(index === 17 ? { budget: '650000.00' } : {}),
}));

test('an application has exactly one of eighteen lines: none, two and an unknown one are refused', async () => {
  const contestId = await openContest(service, { divisions: LINES });
  const { applicationId, lead } = await drafted(service, contestId);
  let expectedVersion = 1;
  const submitWith = async (divisions: string[]) => {
    const saved = await does(
      service,
      'saveApplication',
      { applicationId, expectedVersion, content: { divisions } },
      lead,
    );
    expectedVersion = saved.version;
    const { fieldErrors, rejection } = await ask(service, 'submitApplication', { applicationId }, lead);
    return [rejection?.code ?? 'DONE', ...fieldErrors.map(({ path, code }: any) => `${path} ${code}`)];
  };
  expect(await submitWith([])).toEqual(['APPLICATION_INCOMPLETE', 'divisions REQUIRED']);
  expect(await submitWith(['line-1', 'line-2'])).toEqual(['APPLICATION_INCOMPLETE', 'divisions NOT_ALLOWED']);
  expect(await submitWith(['line-19'])).toEqual(['APPLICATION_INCOMPLETE', 'divisions NOT_ALLOWED']);
  // The application asks 700,000 of the budget; the last line has 650,000.
  expect(await submitWith(['line-18'])).toEqual(['APPLICATION_INCOMPLETE', 'funding OVER_LIMIT']);
  expect(await submitWith(['line-7'])).toEqual(['DONE']);
});

const GATE = {
  code: 'gate',
  kind: 'GATE',
  title: 'Участие жителей',
  maxPoints: '0',
  weight: '0',
  parameters: { condition: 'CITIZENS_SHARE >= 25', message: 'Доля жителей меньше 25 %.' },
};

test('lines, the line of an application and the gates that it fails are told; the limits of lines are quotas of the frozen rule', async () => {
  service.clock.set(START);
  const divisions = LINES.map((one, index) => (index === 0 ? { ...one, winnersLimit: 2, passingScore: '10' } : one));
  const input = contestInput({ divisions, votingRule: RULE });
  const { id: contestId, version } = await does(service, 'createContest', input, organiser);
  const criteria = [line('share'), GATE];
  await does(service, 'setContestCriteria', { contestId, expectedVersion: version, criteria, scoring: {} }, organiser);
  await does(service, 'publishContest', { contestId }, organiser);
  service.clock.set(AT.intake);
  await admitted(service, contestId, { divisions: ['line-1'] });
  const funding = [
    { source: 'MUNICIPAL', amount: '600000.00' },
    { source: 'CITIZENS', amount: '300000.00' },
  ];
  await admitted(service, contestId, { divisions: ['line-18'], funding });
  await does(service, 'approveBallotList', { contestId }, organiser);
  await service.settle();
  const told = <Desc extends DescMessage>(schema: Desc) =>
    service.bus
      .published(schema.typeName.replace('.v1.', '.'))
      .filter(({ data }) => (data as { contestId: string }).contestId === contestId)
      .map(({ data }) => fromJson(schema, data));
  const [published] = told(ContestPublishedSchema);
  expect(published!.divisions).toHaveLength(18);
  expect(published!.divisions[0]).toMatchObject({
    code: 'line-1',
    budgetKopecks: 0n,
    winnersLimit: 2,
    passingScore: '10',
  });
  expect(published!.divisions[17]).toMatchObject({ budgetKopecks: 650_000_00n, winnersLimit: 0, passingScore: '' });
  const rule = JSON.parse(published!.votingRuleJson);
  expect(rule).toEqual({
    ...RULE,
    quotas: [
      { by: 'division', keys: ['line-1'], title: 'Направление 1', maxWinners: 2 },
      { by: 'division', keys: ['line-18'], title: 'Направление 18', maxMoney: '650000.00' },
      {
        by: 'division',
        keys: LINES.slice(0, 17).map(({ code }) => code),
        title: 'остаток бюджета без закреплённых средств',
        maxMoney: '1350000.00',
      },
    ],
  });
  // The passport has the rule that is applied.
  const query = 'query ($id: ID!) { contest(id: $id) { passportHash versions { passport } } }';
  const { passportHash, versions } = (await service.gql(query, { id: contestId })).data.contest;
  expect([sha256Hex(versions[0].passport), JSON.parse(versions[0].passport).votingRule]).toEqual([passportHash, rule]);
  const facts = told(ApplicationAdmittedSchema).map((admission) => admission.facts!);
  expect(facts.map(({ divisions: lines, costKopecks }) => [lines, costKopecks])).toEqual([
    [['line-1'], 700_000_00n],
    [['line-18'], 600_000_00n],
  ]);
  const [list] = told(BallotListApprovedSchema);
  expect(list!.projects.map(({ divisions: lines, barredBy }) => [lines, barredBy])).toEqual([
    [['line-1'], ['Доля жителей меньше 25 %.']],
    [['line-18'], []],
  ]);
});

const RULE = { version: 1, ballot: { type: 'approval' }, order: 'score' };
