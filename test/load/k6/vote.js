import { scenario } from 'k6/execution';
import { cast, voters } from './ballot.js';
import { ask, city, limits, summary } from './lib.js';

/** Residents on an ordinary evening of a vote: the ballot, then the vote. */
export const options = {
  scenarios: {
    vote: {
      executor: 'constant-arrival-rate',
      exec: 'resident',
      rate: Number(__ENV.RATE || 40),
      timeUnit: '1s',
      duration: __ENV.DURATION || '20s',
      preAllocatedVUs: 400,
    },
  },
  thresholds: limits(),
};
export { summary as handleSummary };

const BALLOT = `query Ballot($id: ID!) { voting(contestId: $id) { state ruleHash ballot { application { id } title cost } } }`;

export function resident() {
  const n = scenario.iterationInTest % voters.length;
  ask('ballot', BALLOT, { id: city.vote.contestId }, voters[n]);
  cast(n);
}
