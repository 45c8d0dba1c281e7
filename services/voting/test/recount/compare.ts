import { parseArgs } from 'node:util';
import { agree } from './agree.ts';

/** `npm run recount:compare -- [--elections 10000] [--seed n]`: both implementations of the count on generated elections over all rules. */
const { values } = parseArgs({ options: { elections: { type: 'string' }, seed: { type: 'string' } } });
const elections = Number(values.elections ?? 10_000);
const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(elections) || elections < 1 || !Number.isSafeInteger(seed))
  throw new Error('--elections and --seed are whole numbers');

console.log(`seed ${seed}`);
const begun = performance.now();
const { difference, ...seen } = await agree(elections, seed, (done) => {
  if (done % 1000 === 0) console.log(`${done} of ${elections}`);
});
if (difference) {
  console.error(`They differ (seed ${seed}):\n${difference}`);
  process.exit(1);
}
console.log(
  `${elections} elections in ${((performance.now() - begun) / 1000).toFixed(1)} s, bit for bit the same: ` +
    `${seen.determined} determined, ${seen.needDecision} need a decision, ${seen.refused} refused by both`,
);
