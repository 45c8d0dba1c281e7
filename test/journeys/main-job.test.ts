import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ANOTHER_PAYLOAD, misusing } from '../conformance/used-keys.ts';
import {
  found,
  logsOfStand,
  metricsOfStand,
  personalDataOf,
  staffNames,
  voterKeyOf,
} from '../conformance/personal-data.ts';
import { readStandState, type StandState } from '../login/driver.ts';
import { playMainJob, type MainJob } from './main-job.ts';
import { eventually, platform, type Platform } from './platform.ts';
import { OUTSIDERS, signIn, signInOutsiders } from './story/people.ts';
import { EXPECTED, Witness } from './story/topics.ts';

const RESIDENTS = 12;

describe('one contest, its whole life, on real parts', () => {
  let state: StandState;
  let p: Platform;
  let witness: Witness;
  let job: MainJob;
  const known: string[] = [];
  const misused = new Set<string>();

  beforeAll(async () => {
    state = readStandState();
    p = misusing(platform(state), misused);
    witness = new Witness(state.urls.kafka!.split(','));
    await witness.start();
    const people = await signIn(state, RESIDENTS);
    const outsiders = await signInOutsiders(state);
    const keys = Array.from({ length: RESIDENTS }, (_, index) => `citizen-${index + 1}`);
    known.push(...[...keys, ...OUTSIDERS.map(({ person }) => person)].flatMap(personalDataOf), ...staffNames());
    for (const resident of people.residents) known.push(...(await voterKeyOf(resident)));
    job = await playMainJob(p, { people, outsiders }, (line) => process.stdout.write(`${line}\n`));
  }, 600_000);

  afterAll(() => witness?.stop());

  test('the passport is frozen by a SHA-256 hash', () => {
    expect(job.passportHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('no step can be sent again under its key with another payload', () => {
    expect([...misused].sort()).toEqual(Object.keys(ANOTHER_PAYLOAD).sort());
  });

  test('the ranking shares a place between equal scores', () => {
    expect(job.ranking.map(({ place, tied }) => [place, tied])).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [3, true],
    ]);
  });

  test('each resident counts once, whatever was tried in parallel', () => {
    expect(job.count.turnout.counted).toBe(12);
    expect(job.count.turnout.accepted).toBe(12 + 20 + 1);
    expect(job.count.turnout.accepted - job.count.turnout.superseded).toBe(12);
    expect(new Set(job.receipts.map((receipt) => receipt.leaf)).size).toBe(12);
  });

  test('winners fit the budget under the rule, each project has an explanation', () => {
    expect(job.count.projects.map(({ title, outcome }) => [title, outcome])).toEqual([
      ['Освещение сквера Энергетиков', 'WINNER'],
      ['Детская площадка во дворе школы № 5', 'WINNER'],
      ['Спортивная площадка для сдачи норм ГТО', 'RESERVE'],
      ['Ремонт пешеходного моста через Сайму', 'RESERVE'],
    ]);
    expect(Number(job.count.spent)).toBeLessThanOrEqual(Number(job.count.budget));
    for (const project of job.count.projects) expect(project.explanation).toMatch(/[а-яё]{4}/i);
  });

  test('one query joins the application with contest, votes, scores, register and pledges', () => {
    const { application } = job.life;
    expect(application.state).toBe('WINNER');
    expect(application.assessment.place).toBe(2);
    expect(application.voteResult).toMatchObject({ outcome: 'WINNER', score: '8' });
    expect(application.project).toMatchObject({
      state: 'COMPLETED',
      percent: 100,
      finance: { pledged: '7500.50', spent: '950000.00' },
    });
    expect(application.project.campaign.pledged).toBe('7500.50');
    expect(application.contest.dashboard.funnel.winners).toBe(2);
  });

  test('the dashboard agrees with the story, from events alone', () => {
    expect(job.dashboard.funnel).toMatchObject({
      submitted: 5,
      returned: 1,
      admitted: 4,
      refused: 1,
      winners: 2,
      completed: 1,
    });
    expect(job.dashboard.voting).toEqual({ accepted: 33, counted: 12 });
    expect(job.dashboard.money).toMatchObject({ pledged: '7500.50', paid: '5000.00', spent: '950000.00' });
  });

  test('a consumer outside the platform sees every step as CloudEvents', async () => {
    await eventually(
      'all events on the topics',
      async () => EXPECTED.every((type) => witness.events.some((event) => event.type === type)),
      30,
    );
    for (const event of witness.events) {
      expect(event.headers).toMatchObject({ ce_specversion: '1.0', 'content-type': 'application/json' });
      expect(event.topic.split('.')[1]).toBe(event.type.split('.')[1]);
      expect(() => JSON.parse(event.value)).not.toThrow();
    }
  });

  test('the search finds what is there', () => {
    const [, lastName] = personalDataOf('citizen-1');
    expect(found(`{"name":"${lastName}","said":"url?q=${encodeURIComponent(lastName!)}"}`, known)).toEqual([lastName]);
    expect(known.length).toBeGreaterThan(150);
  });

  test('no personal data on any topic', () => {
    const everything = witness.events.map((event) => event.value + JSON.stringify(event.headers)).join('\n');
    expect(found(everything, known)).toEqual([]);
  });

  test('no personal data in any log line of any part', () => {
    const logs = logsOfStand();
    expect(logs.map(([part]) => part)).toEqual(expect.arrayContaining(['gateway.log', 'identity.log', 'keycloak.log']));
    expect(logs.map(([part, text]) => [part, found(text, known)]).filter(([, values]) => values!.length > 0)).toEqual(
      [],
    );
  });

  test('no personal data in any metric', async () => {
    const metrics = await metricsOfStand(state);
    expect(metrics).toHaveLength(9);
    expect(
      metrics.map(([part, text]) => [part, found(text, known)]).filter(([, values]) => values!.length > 0),
    ).toEqual([]);
  });
});
