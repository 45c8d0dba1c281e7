import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { asker, eventually, platform, type Platform } from '../journeys/platform.ts';
import { local, ZONE } from '../journeys/story/contest.ts';
import { NoStand, readStandState, serviceSession, type Session } from '../login/driver.ts';
import {
  PabulibError,
  readPabulib,
  type PabulibElection,
  type PabulibProject,
} from '../../services/voting/src/pabulib/parse.ts';
import { ruleOf } from '../../services/voting/src/pabulib/rule.ts';

const BATCH = 500;
const SECRET = process.env.IMPORTER_SECRET ?? 'importer-dev-secret';
const FIXTURE = new URL('fixtures/Netherlands_Assen_2024.pb', import.meta.url).pathname;

interface Line {
  number: string;
  score: string;
  voters: number;
  outcome: string;
}

interface Count {
  turnout: { counted: number };
  spent: string;
  projects: Line[];
}

const inSeconds = (seconds: number): string => local(new Date(Date.now() + seconds * 1000));

/** Creates a contest from a real election, casts every ballot through the voting service, counts, and compares with the city's winners. */
async function main(argument: string | undefined): Promise<boolean> {
  const file = argument ? resolve(process.env.VECHE_CALLED_FROM ?? process.cwd(), argument) : FIXTURE;
  if (!existsSync(file)) throw new PabulibError(0, `there is no file ${file}`);
  const election = readPabulib(file);
  for (const warning of election.warnings) console.log(`предупреждение: ${warning}`);
  const state = readStandState();
  const importer = await serviceSession(state, 'svc-importer', SECRET);
  const p = platform(state);
  console.log(`\nНастоящие выборы: ${election.meta.description}, ${election.meta.instance}`);
  const begun = performance.now();
  const contestId = await createContest(p, importer, election);
  const ids = await importProjects(p, importer, contestId, election);
  await openVoting(p, importer, contestId, election);
  await castAll({ p, importer, contestId, election, ids });
  const cast = performance.now();
  console.log(`Бюллетеней принято: ${election.votes.length} за ${((cast - begun) / 1000).toFixed(1)} с`);
  const counted = await closeAndCount(p, importer, contestId);
  return compare(election, counted);
}

async function createContest(
  p: Platform,
  importer: Session,
  { meta, budget, ...election }: PabulibElection,
): Promise<string> {
  const title = `${meta.description ?? 'Pabulib'} (${meta.instance ?? ''})`.slice(0, 200).padEnd(10, '.');
  const input = {
    template: 'municipal-selection',
    title,
    oktmo: '71876000',
    timeZone: ZONE,
    budget: money(budget),
    legalBasis: [
      {
        title: `Pabulib: ${meta.unit}, ${meta.instance}`,
        number: meta.instance ?? '1',
        date: '2024-01-01',
        article: '1',
      },
    ],
    stages: [
      { type: 'INTAKE', opensLocal: inSeconds(-60), closesLocal: inSeconds(-30) },
      { type: 'VOTING', opensLocal: inSeconds(3600), closesLocal: inSeconds(7200) },
    ],
    votingRule: ruleOf({ meta, ...election }),
    eligibility: { minAge: 14 },
    graceSeconds: 1,
  };
  const { contest } = await p.does<{ contest: { id: string } }>('createContest', input, 'contest { id }', importer);
  await p.does('publishContest', { contestId: contest.id }, 'contest { passportHash }', importer);
  return contest.id;
}

/** Two decimals for the graph, whatever the file writes. */
const money = (decimal: string): string => {
  const [whole, fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(2, '0').slice(0, 2)}`;
};

async function importProjects(
  p: Platform,
  importer: Session,
  contestId: string,
  { projects }: PabulibElection,
): Promise<Map<string, string>> {
  const applications = projects.map(({ id, name, category, cost }) => ({
    number: id,
    title: name.slice(0, 200),
    category: category.slice(0, 100) || 'OTHER',
    totalCost: money(cost),
  }));
  const taken = await p.does<{ applications: { id: string; number: string }[] }>(
    'importApplications',
    { contestId, applications },
    'applications { id number }',
    importer,
  );
  return new Map(taken.applications.map(({ id, number }) => [number, id]));
}

async function openVoting(
  p: Platform,
  importer: Session,
  contestId: string,
  { projects }: PabulibElection,
): Promise<void> {
  await p.does('approveBallotList', { contestId }, 'contest { id }', importer);
  await p.does(
    'rescheduleStage',
    { contestId, stage: 'VOTING', opensLocal: inSeconds(2), reason: 'Перенос состоявшихся выборов' },
    'contest { id }',
    importer,
  );
  await eventually('the voting is open', async () => {
    const { voting } = await p.must<{ voting: { state: string; ballot: unknown[] } | null }>(
      'query ($id: ID!) { voting(contestId: $id) { state ballot { number } } }',
      { id: contestId },
    );
    return voting?.state === 'OPEN' && voting.ballot.length === projects.length;
  });
}

interface Casting {
  p: Platform;
  importer: Session;
  contestId: string;
  election: PabulibElection;
  ids: ReadonlyMap<string, string>;
}

async function castAll({ p, importer, contestId, election, ids }: Casting): Promise<void> {
  const document =
    'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } rejection { code } } }';
  // Straight to the voting service: a batch of 500 ballots is a larger document than the graph takes from browsers.
  const ask = asker(`${p.state.urls.voting}/graphql`);
  for (let from = 0; from < election.votes.length; from += BATCH) {
    const ballots = election.votes.slice(from, from + BATCH).map(({ voterId, choices, points }) => ({
      idempotencyKey: `pabulib-${contestId}-${voterId}`,
      voterKey: `pabulib:${voterId}`,
      choices: choices.map((id, index) => ({ project: ids.get(id)!, ...(points ? { points: points[index] } : {}) })),
    }));
    const answer = await ask<{
      castBallots: { results: { rejection: { code: string } | null }[]; rejection: { code: string } | null };
    }>(document, { input: { contestId, channel: 'pabulib', ballots } }, importer);
    const refused = answer.data?.castBallots.results.findIndex(({ rejection }) => rejection !== null) ?? -1;
    if (answer.errors || answer.data.castBallots.rejection || refused >= 0) {
      throw new Error(
        `ballot ${from + refused}: ${JSON.stringify(answer.errors ?? answer.data.castBallots.rejection ?? answer.data.castBallots.results[refused])}`,
      );
    }
  }
}

async function closeAndCount(p: Platform, importer: Session, contestId: string): Promise<Count> {
  await p.does(
    'rescheduleStage',
    { contestId, stage: 'VOTING', closesLocal: inSeconds(2), reason: 'Все бюллетени перенесены' },
    'contest { id }',
    importer,
  );
  return eventually(
    'the result',
    async () => {
      const { voting } = await p.must<{ voting: { result: Count | null } }>(
        'query ($id: ID!) { voting(contestId: $id) { result { spent turnout { counted } projects { number score voters outcome } } } }',
        { id: contestId },
      );
      return voting.result;
    },
    300,
  );
}

/** Whether outcome and count are those that the city published, as far as it published them. */
function agrees(
  { selected, score: points, votes }: PabulibProject,
  counted: { won: boolean; score: string; voters: number },
): boolean {
  if (selected !== null && selected !== counted.won) return false;
  if (points !== null) return points === Number(counted.score);
  return votes === null || votes === Number(counted.voters);
}

/** Prints projects, votes and winners beside the city's; true when winners and published counts agree. */
function compare({ projects, votes, meta }: PabulibElection, { projects: lines, spent, turnout }: Count): boolean {
  const known = new Map(projects.map((project) => [project.id, project]));
  let different = 0;
  console.log('\nместо  проект                                    голоса/баллы  у города  победа  у города');
  for (const [index, { number, score, voters, outcome }] of lines.entries()) {
    const project = known.get(number)!;
    const won = outcome === 'WINNER';
    const same = agrees(project, { won, score, voters });
    if (!same) different += 1;
    const cells = [
      String(index + 1).padStart(5),
      ` ${project.name.slice(0, 40).padEnd(40)}`,
      score.padStart(12),
      String(project.score ?? project.votes ?? '-').padStart(9),
      (won ? 'да' : '').padStart(7),
      (project.selected ? 'да' : '').padStart(9),
    ];
    console.log(`${cells.join(' ')}${same ? '' : '  РАСХОЖДЕНИЕ'}`);
  }
  const winners = lines.filter(({ outcome }) => outcome === 'WINNER').length;
  console.log(
    `\nПравило города: ${meta.rule}. Бюллетеней учтено ${turnout.counted}, победителей ${winners}, распределено ${spent}.`,
  );
  console.log(
    different === 0
      ? `Совпадает с городом: ${projects.length} из ${projects.length} проектов.`
      : `Расхождений с городом: ${different} из ${projects.length}.`,
  );
  return different === 0 && turnout.counted === votes.length;
}

try {
  process.exit((await main(process.argv[2])) ? 0 : 1);
} catch (error) {
  if (error instanceof PabulibError) console.error(`Файл не прочитан: ${error.message}`);
  else console.error(error instanceof NoStand ? error.message : error);
  process.exit(1);
}
