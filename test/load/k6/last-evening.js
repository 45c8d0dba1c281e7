import { scenario } from 'k6/execution';
import { cast, voters } from './ballot.js';
import { limits, summary } from './lib.js';

/** The last evening: after a quiet time BURST voters come within one second. */
const BURST = Number(__ENV.BURST || 5000);
export const options = {
  scenarios: {
    burst: {
      executor: 'constant-arrival-rate',
      exec: 'resident',
      rate: BURST,
      timeUnit: '1s',
      duration: '1s',
      preAllocatedVUs: BURST + 100,
      gracefulStop: '120s',
    },
  },
  // One iteration more or less is the clock of k6, so those that came are what has to be stored.
  thresholds: limits({ dropped_iterations: ['count==0'] }),
};
export { summary as handleSummary };

export function resident() {
  // Those before them have voted in the scenario of an ordinary evening.
  const n = voters.length - 1 - scenario.iterationInTest;
  if (n >= 0) cast(n);
}
