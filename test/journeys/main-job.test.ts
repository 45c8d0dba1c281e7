import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf, readStandState, type StandState } from '../login/driver.ts';
import { playMainJob, type MainJob } from './main-job.ts';
import { eventually, platform, type Platform } from './platform.ts';
import { signIn, signInOutsiders } from './story/people.ts';
import { EXPECTED, Witness } from './story/topics.ts';

/** What the token of a resident tells of the person; none of it may be on a topic. */
function personalData(token: string): string[] {
  const { given_name, family_name, middle_name, birthdate, snils_h, preferred_username } = claimsOf(token);
  return [given_name, family_name, middle_name, birthdate, snils_h, preferred_username].filter(
    (value): value is string => typeof value === 'string' && value.length > 3,
  );
}

describe('one contest, its whole life, on real parts', () => {
  let state: StandState;
  let p: Platform;
  let witness: Witness;
  let job: MainJob;
  const known: string[] = [];

  beforeAll(async () => {
    state = readStandState();
    p = platform(state);
    witness = new Witness(state.urls.kafka!.split(','));
    await witness.start();
    const people = await signIn(state, 12);
    const outsiders = await signInOutsiders(state);
    for (const resident of people.residents) known.push(...personalData(await resident.token()));
    job = await playMainJob(p, { people, outsiders }, (line) => process.stdout.write(`${line}\n`));
  }, 600_000);

  afterAll(() => witness?.stop());

  test('the passport is frozen by a SHA-256 hash', () => {
    expect(job.passportHash).toMatch(/^[0-9a-f]{64}$/);
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

  test('no personal data on any topic', () => {
    expect(known.length).toBeGreaterThan(24);
    const everything = witness.events.map((event) => event.value + JSON.stringify(event.headers)).join('\n');
    for (const secret of known) expect(everything).not.toContain(secret);
  });
});
