import { check, sleep } from 'k6';
import { city, counters, people, post, uuid } from './lib.js';

export const voters = people('voters');

const WAIT_S = 3;
const TRIES = 20;

/** The vote of one resident: a receipt, or "try again" and the same vote again under the same key; anything else fails the run. */
export function cast(n) {
  const [first, second] = [0, 1].map((of) => city.vote.projects[(n + of) % city.vote.projects.length]);
  const input = {
    idempotencyKey: uuid(n),
    contestId: city.vote.contestId,
    choices: [{ project: first }, { project: second }],
  };
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const answer = post(city.castPath, JSON.stringify({ variables: { input } }), voters[n], 'vote');
    if (__ENV.BARE) return;
    const text = answer.body || '';
    const [received, wait] = [text.includes('"receipt":{"code"'), text.includes('"OVERLOADED"')];
    check(answer, { 'a receipt, or told to try again': () => received || wait });
    if (received) counters.receipts.add(1);
    if (!wait) return;
    counters.toldToWait.add(1);
    sleep(WAIT_S);
  }
}
