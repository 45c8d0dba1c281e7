import { eventually, type Platform } from './platform.ts';
import * as applications from './story/applications.ts';
import { endSoon, moveOn, publishContest } from './story/contest.ts';
import { assess, type RankingLine } from './story/expertise.ts';
import { collect, complete, implement, WHOLE_LIFE } from './story/implementation.ts';
import type { People } from './story/people.ts';
import * as voting from './story/voting.ts';
import type { Session } from '../login/driver.ts';

/** What the main job leaves behind, for the demo to show and the tests to check. */
export interface MainJob {
  contestId: string;
  passportHash: string;
  ranking: RankingLine[];
  receipts: voting.Receipt[];
  count: voting.Count;
  winnerId: string;
  life: WholeLife;
  dashboard: Dashboard;
}

export interface WholeLife {
  application: {
    title: string;
    state: string;
    contest: { title: string; dashboard: { funnel: { winners: number } } };
    assessment: { place: number; score: string };
    voteResult: { outcome: string; score: string; explanation: string };
    project: {
      state: string;
      percent: number;
      finance: { pledged: string; spent: string };
      campaign: { pledged: string };
    };
  };
}

export interface Dashboard {
  funnel: {
    submitted: number;
    returned: number;
    admitted: number;
    refused: number;
    winners: number;
    completed: number;
  };
  voting: { accepted: number; counted: number };
  money: { pledged: string; paid: string; spent: string; winnersCost: string };
}

/** Points of the story at which a test may do harm (kill a process) before the story goes on. */
export type Interlude = (
  at: 'before-vote' | 'amid-votes' | 'after-close' | 'before-pledges',
  contestId: string,
) => Promise<void>;

export interface Cast {
  people: People;
  outsiders: { voter: Session; code: string }[];
}

/** One contest, its whole life, over the unified graph: each step is an act of a person, nothing is written past the API. */
export async function playMainJob(
  p: Platform,
  cast: Cast,
  tell: (line: string) => void,
  interlude: Interlude = async () => {},
): Promise<MainJob> {
  const { people } = cast;
  const contest = await publishContest(
    p,
    people.organiser,
    `Инициативные проекты Сургута, ${new Date().toISOString().slice(0, 16)}`,
  );
  tell(`1. Конкурс опубликован, паспорт ${contest.passportHash.slice(0, 16)}…`);
  const projects = await fileAll(p, people, contest.id, tell);
  await moveOn(p, people.organiser, contest.id, 'INTAKE', 'EXPERTISE');
  const ranking = await assess(p, people.organiser, people.experts, contest.id, projects);
  tell(
    `3. Эксперты оценили: ${ranking.map((line) => `${line.place}${line.tied ? '=' : ''} (${line.score})`).join(', ')}`,
  );
  await interlude('before-vote', contest.id);
  const receipts = await voteAll(p, cast, contest.id, projects, tell, interlude);
  const count = await voting.result(p, contest.id);
  tellCount(count, tell);
  const winner = count.projects.find((project) => project.outcome === 'WINNER')!;
  await interlude('before-pledges', contest.id);
  await implement(p, people.official, winner.application.id);
  await collect(p, people.residents, people.finance, winner.application.id);
  await complete(p, people.official, winner.application.id);
  tell(`6. «${winner.title}»: в реестре, работы приняты, обещания жителей учтены`);
  const dashboard = await settledDashboard(p, contest.id);
  await p.does('summariseContest', { contestId: contest.id }, 'version', people.organiser);
  tell(
    `7. Аналитика из событий: ${dashboard.funnel.submitted} заявок, ${dashboard.voting.counted} бюллетеней, обещано ${dashboard.money.pledged} руб.`,
  );
  const life = await p.must<WholeLife>(WHOLE_LIFE, { id: winner.application.id });
  return {
    contestId: contest.id,
    passportHash: contest.passportHash,
    ranking,
    receipts,
    count,
    winnerId: winner.application.id,
    life,
    dashboard,
  };
}

async function fileAll(
  p: Platform,
  people: People,
  contestId: string,
  tell: (line: string) => void,
): Promise<applications.Filed[]> {
  const groups = [people.residents.slice(0, 3), people.residents.slice(3, 6)];
  const ids = await Promise.all(
    groups.map((members, n) => applications.formGroup(p, contestId, members, `Инициативная группа ${n + 1}`)),
  );
  const filed: applications.Filed[] = [];
  for (const [n, project] of applications.PROJECTS.entries()) {
    const group = n % 2;
    filed.push(await applications.fileApplication(p, contestId, ids[group]!, groups[group]![0]!, project));
  }
  await applications.invisibleToStrangers(p, filed[0]!.id, people.stranger);
  await applications.returnAndResubmit(p, people.organiser, groups[0]![0]!, filed[2]!);
  const admitted = await applications.decideAdmission(p, people.organiser, filed);
  await applications.minutesArePublic(p, admitted[0]!.id);
  tell(`2. Подано заявок: ${filed.length}, одна доработана, допущено ${admitted.length}`);
  return admitted;
}

async function voteAll(
  p: Platform,
  { people, outsiders }: Cast,
  contestId: string,
  projects: applications.Filed[],
  tell: (line: string) => void,
  interlude: Interlude,
): Promise<voting.Receipt[]> {
  await voting.approveBallot(p, people.organiser, contestId, people.residents[0]!, projects);
  await moveOn(p, people.organiser, contestId, 'EXPERTISE', 'VOTING');
  await voting.votingIs(p, contestId, 'OPEN');
  await voting.outsidersRefused(p, contestId, projects[0]!, outsiders);
  await interlude('amid-votes', contestId);
  const receipts = await voting.vote(p, contestId, people.residents, projects);
  await endSoon(p, people.organiser, contestId, 'VOTING');
  await voting.votingIs(p, contestId, 'CLOSED', 'COUNTED');
  await interlude('after-close', contestId);
  await voting.votingIs(p, contestId, 'COUNTED');
  await voting.lateRefused(p, contestId, people.residents[0]!, projects[0]!);
  await voting.receiptsLogged(p, contestId, receipts);
  tell(`4. Голосование закрыто по часам; квитанций: ${receipts.length}, например ${receipts[0]!.code}`);
  return receipts;
}

function tellCount(count: voting.Count, tell: (line: string) => void): void {
  tell(
    `5. Подсчёт: принято ${count.turnout.accepted}, учтено ${count.turnout.counted}; бюджет ${count.budget}, распределено ${count.spent}`,
  );
  for (const project of count.projects)
    tell(`   ${project.place}. ${project.title}: ${project.score} — ${project.outcome}. ${project.explanation}`);
}

/** The dashboard once the last event of the story (the completed project) has arrived. */
const settledDashboard = (p: Platform, contestId: string): Promise<Dashboard> =>
  eventually('the dashboard', async () => {
    const { contestDashboard } = await p.must<{ contestDashboard: Dashboard | null }>(
      `query ($id: ID!) { contestDashboard(contestId: $id) { funnel { submitted returned admitted refused winners completed }
        voting { accepted counted } money { pledged paid spent winnersCost } } }`,
      { id: contestId },
    );
    const done = contestDashboard?.funnel.completed === 1 && contestDashboard.money.paid === '5000.00';
    return done && contestDashboard.voting.accepted > 0 && contestDashboard;
  });
