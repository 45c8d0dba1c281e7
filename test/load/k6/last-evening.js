import { scenario } from 'k6/execution';
import { cast, voters } from './ballot.js';
import { limits, summary } from './lib.js';

/** The last evening: after a quiet time BURST voters come at once, as fast as k6 can send them. */
const BURST = Number(__ENV.BURST || 5000);
export const options = {
  scenarios: {
    burst: {
      executor: 'per-vu-iterations',
      exec: 'resident',
      vus: BURST,
      iterations: 1,
      maxDuration: '180s',
    },
  },
  thresholds: limits({ receipts: [`count==${BURST}`] }),
};
export { summary as handleSummary };

export function resident() {
  // Those before them have voted in the scenario of an ordinary evening.
  cast(voters.length - 1 - scenario.iterationInTest);
}
