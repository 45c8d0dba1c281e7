import { newId, type ServiceDefinition } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest, type Front, type TestService } from '@veche/kit/testing/harness';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import type { TestCaller } from '@veche/kit/testing/tokens';
import type { RunningGateway } from '../../gateway/src/server.ts';
import { organiser, START, startContests, type Contests } from '../../services/contests/test/setup.ts';
import { ASSIGN, expert, FINALISE, JOIN, SAVE, setUp, type Setup } from '../../services/expertise/test/setup.ts';
import { decided, formed } from '../../services/expertise/test/setup-commission.ts';
import { definition as registryDefinition } from '../../services/registry/src/definition.ts';
import { gatewayBefore } from '../front.ts';
import { CAST, resident, startVoting, type VotingService } from '../../services/voting/test/setup.ts';

/** The services that take a contest from its rules to its winners, with one bus and one clock; whoever asks them asks the gateway before them all. */
export interface World {
  clock: ManualClock;
  contests: Contests;
  expertise: Setup;
  voting: VotingService;
  registry: TestService;
  /** What else a test asked for, by its name. */
  others: Readonly<Record<string, TestService>>;
  gateway: RunningGateway;
  stop(): Promise<void>;
}

export async function startWorld(...more: ServiceDefinition<any>[]): Promise<World> {
  const clock = new ManualClock(START);
  const bus = new MemoryBus();
  const front: Front = { url: null };
  const together = { clock, bus, front };
  const contests = await startContests(together);
  const expertise = await setUp(together);
  const voting = await startVoting({}, together);
  const registry = await startForTest(registryDefinition, together);
  const others: Record<string, TestService> = {};
  for (const definition of more) others[definition.name] = await startForTest(definition, together);
  const all = { contests, expertise, voting, registry, ...others };
  const gateway = await gatewayBefore(all);
  front.url = gateway.url;
  const stop = async () => {
    await gateway.stop();
    for (const service of Object.values(all).toReversed()) await service.stop();
  };
  return { clock, ...all, others, gateway, stop };
}

/** What an expert says of an application: points by criterion, with a comment on each. */
export type Marks = Readonly<Record<string, readonly number[]>>;

async function done(setup: Setup, query: string, input: object, as: TestCaller): Promise<any> {
  const answer = await setup.ask(query, input, as);
  if (answer.rejection) throw new Error(JSON.stringify(answer.rejection));
  return answer;
}

/** Experts of the pool fill in the sheets of a contest; `marksOf` gives an application's points by criterion, one for each expert. */
export async function assess(
  { expertise }: World,
  contestId: string,
  marksOf: (applicationId: string) => Marks,
  count = 2,
) {
  const experts = Array.from({ length: count }, expert);
  for (const one of experts) await done(expertise, JOIN, { competences: [] }, one);
  const expertIds = experts.map(({ sub }) => sub);
  const { sheets } = await done(expertise, ASSIGN, { contestId, expertIds }, organiser);
  for (const { id: sheetId, version, application, expert } of sheets) {
    const index = expertIds.indexOf(expert.id);
    const marks = Object.entries(marksOf(application.id)).map(([criterion, points]) => ({
      criterion,
      points: points[index],
      comment: 'Обосновано сметой и протоколом собрания',
    }));
    await done(expertise, SAVE, { sheetId, expectedVersion: version, marks }, experts[index]!);
    await done(expertise, FINALISE, { sheetId }, experts[index]!);
  }
}

/** Every resident gives one ballot: points by application, 1 for and -1 against; without points in a ballot of another kind. */
export async function poll(
  { voting }: World,
  contestId: string,
  ballots: readonly Readonly<Record<string, number | null>>[],
) {
  await voting.runBackground('clock');
  for (const ballot of ballots) {
    const choices = Object.entries(ballot).map(([project, points]) => ({
      project,
      ...(points === null ? {} : { points }),
    }));
    const input = { idempotencyKey: newId(), contestId, choices };
    const { data, errors } = await voting.gql(CAST, { input }, resident());
    const problem = errors ?? data.castBallot.rejection;
    if (problem) throw new Error(JSON.stringify(problem));
  }
  await voting.runBackground('sequencer');
}

/** What the clock of the vote does when it has ended. */
export async function closePoll({ clock, voting }: World, closesAt: string) {
  clock.set(closesAt);
  await voting.runBackground('clock');
  clock.set(new Date(Date.parse(closesAt) + 7_000));
  await voting.runBackground('sequencer');
  await voting.runBackground('count');
  await voting.settle();
}

const RANKING = 'version lines { application { id } group place score exclusions criteria { code points } }';
const DETERMINE = `mutation ($input: DetermineRankingInput!) { determineRanking(input: $input) {
  ranking { ${RANKING} } rejection { code userMessage } } }`;

export interface Ranking {
  version: number;
  lines: {
    application: { id: string };
    group: string;
    place: number;
    score: string;
    exclusions: string[];
    criteria: { code: string; points: string }[];
  }[];
}

export const determineRanking = async ({ expertise }: World, contestId: string): Promise<Ranking> =>
  (await done(expertise, DETERMINE, { contestId }, organiser)).ranking;

/** The ranking as everybody reads it. */
export async function rankingOf({ expertise }: World, contestId: string): Promise<Ranking> {
  const { data } = await expertise.gql(`query ($id: ID!) { contest(id: $id) { ranking { ${RANKING} } } }`, {
    id: contestId,
  });
  return data.contest.ranking;
}

/** The commission is formed, sits, votes and signs; then its decision is where applications and projects are. */
export async function decide({ contests, expertise }: World, contestId: string, outcomes: Record<string, string>) {
  await decided(expertise, contestId, await formed(expertise, contestId), outcomes);
  await contests.settle();
}

/** State of each application, and titles of the projects that the register has, in their order of filing. */
export async function ending({ contests, registry }: World, contestId: string, applicationIds: readonly string[]) {
  const states: string[] = [];
  const projects: string[] = [];
  for (const id of applicationIds) {
    const { data } = await contests.gql('query ($id: ID!) { application(id: $id) { state } }', { id }, organiser);
    states.push(data.application.state);
    const found = await registry.gql('query ($id: ID!) { project(id: $id) { title state } }', { id });
    if (found.data.project) projects.push(`${found.data.project.title} ${found.data.project.state}`);
  }
  const { data } = await contests.gql('query ($id: ID!) { contest(id: $id) { state } }', { id: contestId });
  return { contest: data.contest.state as string, states, projects };
}
