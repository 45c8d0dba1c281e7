import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readStandState, type StandState } from '../login/driver.ts';
import { playMainJob, type Interlude, type MainJob } from '../journeys/main-job.ts';
import { asker, eventually, patient, platform } from '../journeys/platform.ts';
import { signIn, signInOutsiders } from '../journeys/story/people.ts';
import { EXPECTED, Witness } from '../journeys/story/topics.ts';

/** What the stand writes about its processes; they are started again when they die. */
interface Parts {
  parts: Record<string, { pid: number }>;
}

const parts = (): Parts['parts'] => (readStandState() as unknown as Parts).parts;

/** kill -9, then wait until the supervisor has another process ready. */
async function kill(state: StandState, name: string): Promise<void> {
  const { pid } = parts()[name]!;
  process.kill(pid, 'SIGKILL');
  await eventually(`${name} runs again`, async () => {
    const ready = await fetch(`${state.urls[name]}/readyz`).then(({ ok }) => ok);
    return ready && parts()[name]!.pid !== pid;
  });
}

describe('kill -9 in the middle of the journey', () => {
  let job: MainJob;
  let witness: Witness;
  const killed: string[] = [];

  beforeAll(async () => {
    const state = readStandState();
    witness = new Witness(state.urls.kafka!.split(','));
    await witness.start();
    const people = await signIn(state, 12);
    // Each at a moment when it holds work: contests relays what it just decided, voting takes ballots and seals them, registry and
    // analytics apply the result.
    const victims: Record<Parameters<Interlude>[0], string[]> = {
      'before-vote': ['contests', 'expertise'],
      'amid-votes': ['voting'],
      'after-close': ['voting', 'analytics'],
      'before-pledges': ['registry', 'crowdfunding'],
    };
    const interlude: Interlude = async (at) => {
      for (const victim of victims[at]) {
        killed.push(victim);
        const restart = kill(state, victim);
        // Amid the votes nobody waits: clients go on and repeat what was not answered.
        if (at === 'amid-votes') restart.catch(() => {});
        else await restart;
      }
      if (at === 'amid-votes') await sleep(50);
    };
    const p = platform(state, patient(asker(`${state.urls.gateway}/graphql`)));
    job = await playMainJob(p, { people, outsiders: await signInOutsiders(state) }, () => {}, interlude);
  }, 900_000);

  afterAll(() => witness?.stop());

  test('the journey comes to its end', () => {
    expect(killed).toEqual(['contests', 'expertise', 'voting', 'voting', 'analytics', 'registry', 'crowdfunding']);
    expect(job.life.application).toMatchObject({ state: 'WINNER', project: { state: 'COMPLETED' } });
  });

  test('no ballot is lost or doubled', () => {
    expect(job.count.turnout).toEqual({ accepted: 33, superseded: 21, counted: 12 });
    expect(job.receipts).toHaveLength(12);
  });

  test('no pledge, no application, no report is lost or doubled', () => {
    expect(job.dashboard.funnel).toMatchObject({
      submitted: 5,
      returned: 1,
      admitted: 4,
      refused: 1,
      winners: 2,
      completed: 1,
    });
    expect(job.dashboard.money).toMatchObject({ pledged: '7500.50', paid: '5000.00', spent: '950000.00' });
    expect(job.life.application.project.finance).toMatchObject({ pledged: '7500.50', spent: '950000.00' });
  });

  test('every event is on its topic; a repetition has the same id and the same content', async () => {
    await eventually(
      'all events',
      async () => EXPECTED.every((type) => witness.events.some((event) => event.type === type)),
      30,
    );
    const byId = new Map<string, string>();
    for (const { headers, value } of witness.events.filter(({ value }) => value.includes(job.contestId))) {
      const known = byId.get(headers.ce_id!);
      if (known !== undefined) expect(value).toBe(known);
      byId.set(headers.ce_id!, value);
    }
    const ballots = witness.events.filter(
      ({ type, value }) => type === 'veche.voting.BallotAccepted' && value.includes(job.contestId),
    );
    expect(new Set(ballots.map(({ headers }) => headers.ce_id)).size).toBe(33);
  });
});
