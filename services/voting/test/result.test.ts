import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { RankingDeterminedSchema } from '@veche/proto/expertise/v1/expertise';
import {
  cast,
  close,
  CLOSES,
  listed,
  open,
  OPENS,
  published,
  rescheduled,
  resident,
  RULE,
  startVoting,
  tell,
  type Told,
  type VotingService,
} from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const RESULT = `query ($id: ID!) { voting(contestId: $id) { state ballot { score } result { version spent turnout { accepted superseded counted } protocolHash
  projects { title place outcome reason score voters explanation } ties } } }`;
const voting = async (id: string) => (await t.gql(RESULT, { id })).data.voting;

describe('the count', () => {
  test('the last revision counts, winners fit the budget, everything is explained', async () => {
    const { contestId, projects } = await open(t);
    const [a, b, c] = projects as [string, string, string];
    const undecided = resident();
    await cast(t, contestId, [c], undecided);
    for (const ballot of [[a, b], [a], [a, b]]) await cast(t, contestId, ballot);
    await cast(t, contestId, [c], undecided);
    await close(t);
    const { state, result } = await voting(contestId);
    expect(state).toBe('COUNTED');
    expect(result).toMatchObject({ version: 1, spent: '1.00', turnout: { accepted: 5, superseded: 1, counted: 4 } });
    expect(result.projects).toMatchObject([
      { title: 'Проект 1', place: 1, outcome: 'WINNER', reason: 'FITS_BUDGET', score: '3', voters: 3 },
      { title: 'Проект 2', place: 2, outcome: 'RESERVE', reason: 'OVER_BUDGET', score: '2', voters: 2 },
      { title: 'Проект 3', place: 3, outcome: 'WINNER', reason: 'FITS_BUDGET', score: '1', voters: 1 },
    ]);
    const types = t.bus
      .published()
      .filter(({ key }) => key === contestId)
      .map(({ type }) => type);
    expect(types.filter((type) => type === 'veche.voting.BallotAccepted')).toHaveLength(5);
    expect(types).toEqual(
      expect.arrayContaining([
        'veche.voting.VotingOpened',
        'veche.voting.VotingClosed',
        'veche.voting.ResultDetermined',
      ]),
    );
  });

  test('application by reference: what the count says of it', async () => {
    const { contestId, projects } = await open(t);
    await cast(t, contestId, [projects[0]!]);
    const document =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Application { voteResult { outcome } } } }';
    const ask = () =>
      t.gql(document, {
        r: [
          { __typename: 'Application', id: projects[0] },
          { __typename: 'Application', id: newId() },
        ],
      });
    expect((await ask()).data._entities).toEqual([{ voteResult: null }, { voteResult: null }]);
    await close(t);
    expect((await ask()).data._entities).toEqual([{ voteResult: { outcome: 'WINNER' } }, { voteResult: null }]);
  });

  const ranked = ({ contestId, projects }: Told, more: (index: number) => object = () => ({})) => {
    const lines = projects.map((applicationId, index) => ({
      applicationId,
      place: 1,
      tied: false,
      score: String(index),
      exactScore: `${index}/1`,
      sheets: 1,
      ...more(index),
    }));
    return t.bus.deliver(event(RankingDeterminedSchema, contestId, { contestId, version: 1, lines }));
  };

  test('what the ranking excludes has no score to win with', async () => {
    t.clock.set(OPENS);
    const rule = { ...RULE, expert: { mode: 'gateBefore' as const, minimum: '1' } };
    const told = await open(t, { rule, costs: [10n, 10n, 10n] });
    await ranked(told, (index) => ({ excluded: index === 2 }));
    for (const project of told.projects) await cast(t, told.contestId, [project]);
    await close(t);
    const { result } = await voting(told.contestId);
    const found = result.projects.map(({ title, reason }: { title: string; reason: string }) => `${title} ${reason}`);
    expect(found.toSorted()).toEqual([
      'Проект 1 BELOW_EXPERT_MINIMUM',
      'Проект 2 FITS_BUDGET',
      'Проект 3 NO_EXPERT_SCORE',
    ]);
  });

  test('experts break a tie where the rule says so', async () => {
    t.clock.set(OPENS);
    const told = await open(t, { rule: { ...RULE, tieBreak: ['expertScore'] }, costs: [60n, 60n, 60n] });
    await ranked(told);
    await cast(t, told.contestId, [told.projects[0]!, told.projects[1]!]);
    await close(t);
    const { result } = await voting(told.contestId);
    expect(result.projects[0].title).toBe('Проект 2');
    expect(result.ties[0]).toMatch(/«Проект 2» стоит выше «Проект 1» по оценке экспертов/);
  });
});

describe('a hidden tally stays hidden', () => {
  test('until the result no score leaves, by query or by event', async () => {
    t.clock.set(OPENS);
    const { contestId, projects } = await open(t);
    await cast(t, contestId, [projects[0]!]);
    await t.runBackground('sequencer');
    expect((await voting(contestId)).ballot.map(({ score }: { score: unknown }) => score)).toEqual([null, null, null]);
    const told = JSON.stringify(
      t.bus.published().filter(({ key, topic }) => key === contestId && topic.startsWith('veche.voting.')),
    );
    for (const project of projects) expect(told).not.toContain(project);
    await close(t);
    expect((await voting(contestId)).ballot.map(({ score }: { score: unknown }) => score)).toEqual(['1', '0', '0']);
  });

  test('a rule that shows it shows it', async () => {
    t.clock.set(OPENS);
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    await cast(t, contestId, [projects[1]!]);
    await t.runBackground('sequencer');
    await t.runBackground('tally');
    expect((await voting(contestId)).ballot.map(({ score }: { score: unknown }) => score)).toEqual(['0', '1', '0']);
  });
});

describe('events of contests in any order', () => {
  test('a list before its contest, a reschedule twice: one voting', async () => {
    t.clock.set(new Date(OPENS.getTime() - 1000));
    const told = { contestId: newId(), projects: [newId(), newId(), newId()] };
    const moved = { ...rescheduled(told, new Date(CLOSES.getTime() + 3_600_000)), sequence: 9 };
    await t.bus.deliver(listed(told));
    await t.bus.deliver(moved);
    await t.bus.deliver({ ...published(told), sequence: 1 });
    await t.bus.deliver(moved);
    await t.settle();
    const { data } = await t.gql('query ($id: ID!) { voting(contestId: $id) { closesAt ballot { number } } }', {
      id: told.contestId,
    });
    expect(data.voting).toEqual({
      closesAt: new Date(CLOSES.getTime() + 3_600_000).toISOString(),
      ballot: [{ number: '1' }, { number: '2' }, { number: '3' }],
    });
  });

  test('without its list a voting does not open', async () => {
    t.clock.set(new Date(OPENS.getTime() - 1000));
    const told = { contestId: newId(), projects: [] };
    await t.bus.deliver(published(told));
    t.clock.set(OPENS);
    await t.runBackground('clock');
    expect((await voting(told.contestId)).state).toBe('ANNOUNCED');
    await t.bus.deliver(listed({ ...told, projects: [newId()] }));
    await t.runBackground('clock');
    expect((await voting(told.contestId)).state).toBe('OPEN');
  });

  test('sealing twice, publishing twice: one log without holes', async () => {
    t.clock.set(OPENS);
    const told = await tell(t);
    await t.runBackground('clock');
    for (let n = 0; n < 5; n++) await cast(t, told.contestId, [told.projects[0]!]);
    await t.runBackground('sequencer');
    await t.runBackground('sequencer');
    const sealed = t.bus.published('veche.voting.BallotAccepted').filter(({ key }) => key === told.contestId);
    expect(sealed.map(({ data }) => Number((data as { index?: string }).index ?? 0))).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(sealed.map(({ id }) => id)).size).toBe(5);
    // A trace would tie the entry to a request in the logs, and so to a person.
    expect(sealed.filter(({ headers }) => 'traceparent' in headers)).toEqual([]);
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    const delays = /^veche_voting_sealing_delay_seconds_count\{[^}]*\} (\d+)$/m.exec(metrics)?.[1];
    expect(Number(delays)).toBeGreaterThan(0);
  });
});
