import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { cast, open, resident, startVoting, type VotingService } from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

test('ballots and reasons against a vote are counted by code and channel, never by contest or person', async () => {
  const { contestId, projects } = await open(t, { residence: '71876000' });
  const count = async (name: string, ...labels: string[]): Promise<number> => {
    const lines = (await (await fetch(`${t.url}/metrics`)).text())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`));
    return lines
      .filter((line) => labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  const all = () =>
    Promise.all([
      count('veche_voting_ballots_total', 'channel="online"', 'outcome="ACCEPTED"'),
      count('veche_voting_ballots_total', 'channel="online"', 'outcome="PROJECT_UNKNOWN"'),
      count('veche_voting_eligibility_refusals_total', 'code="VOTER_NOT_RESIDENT"'),
      count('veche_mutations_total', 'mutation="castBallot"', 'outcome="VOTER_NOT_RESIDENT"'),
    ]);
  const before = await all();
  const voter = resident({ residence: '71876000' });
  expect((await cast(t, contestId, [projects[0]!], voter)).receipt).not.toBeNull();
  expect((await cast(t, contestId, [newId()], voter)).rejection?.code).toBe('PROJECT_UNKNOWN');
  expect((await cast(t, contestId, [projects[0]!], resident({ residence: '45000000' }))).rejection?.code).toBe(
    'VOTER_NOT_RESIDENT',
  );
  expect((await all()).map((value, n) => value - before[n]!)).toEqual([1, 1, 1, 1]);
  const text = await (await fetch(`${t.url}/metrics`)).text();
  for (const secret of [contestId, voter.sub!, voter.voterKey!]) expect(text).not.toContain(secret);
});
