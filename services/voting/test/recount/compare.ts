import { parseArgs } from 'node:util';
import { agree } from './agree.ts';
import { agreeOnFile } from './files.ts';
import { startPython } from './python.ts';

/**
 * `npm run recount:compare -- [--elections 10000] [--seed n] [FILE.pb ...]`: both implementations of the count on generated elections over all
 * rules, or on Pabulib files under the rules of the reference.
 */
const { values, positionals } = parseArgs({
  options: { elections: { type: 'string' }, seed: { type: 'string' } },
  allowPositionals: true,
});
process.exitCode = (await (positionals.length > 0 ? onFiles(positionals) : onGenerated())) ? 0 : 1;

async function onFiles(files: string[]): Promise<boolean> {
  const python = startPython();
  let same = true;
  for (const file of files) {
    console.log(file);
    for await (const { line, ...one } of agreeOnFile(file, python)) {
      console.log(`  ${line}`);
      same &&= one.same;
    }
  }
  await python.stop();
  console.log(same ? 'The two implementations agree bit for bit.' : 'The two implementations differ.');
  return same;
}

async function onGenerated(): Promise<boolean> {
  const elections = Number(values.elections ?? 10_000);
  const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(elections) || elections < 1 || !Number.isSafeInteger(seed))
    throw new Error('--elections and --seed are whole numbers');
  console.log(`seed ${seed}`);
  const begun = performance.now();
  const { difference, ...seen } = await agree(elections, seed, (done) => {
    if (done % 1000 === 0) console.log(`${done} of ${elections}`);
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const { determined, needDecision, refused } = seen;
  console.log(
    difference
      ? `They differ (seed ${seed}):\n${difference}`
      : `${elections} elections in ${seconds} s, bit for bit the same: ${determined} determined, ${needDecision} need a decision, ${refused} refused by both`,
  );
  return difference === null;
}
