import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { goProgram } from '../../../stand/src/parts/kube-tools.ts';
import { CAST_PATH, ask, start, stop } from '../voters.ts';

/**
 * `npm run load:k6 -- [scenario ...]`: the scenarios of k6 against a gateway and a city on the real database. Each runs twice with the same arrivals
 * and bodies: against a server that only answers, whose p95 is the baseline, and then for real; RATIO is how much longer the real one may take.
 * K6 names a binary of one's own, else it is built once by Go. The database is on the server of TEST_MONGODB_URI.
 */
const RATIO = { browse: 40, vote: 40, 'last-evening': 8, 'officials-day': 40 } as const;
type Scenario = keyof typeof RATIO;
const BURST = Number(process.env.LOAD_BURST ?? 5000);
const VOTERS = BURST + 2000;

interface Told {
  p95: number;
  slowestMs: number;
  requests: number;
  checks: number;
  receipts: number;
  toldToWait: number;
}

const directory = mkdtempSync(join(tmpdir(), 'veche-k6-'));

/** One run of k6; whether its thresholds held, and its figures. */
async function k6(program: string, scenario: Scenario, env: Record<string, string>): Promise<Told & { held: boolean }> {
  const summary = join(directory, 'summary.json');
  const all = { ...env, SUMMARY: summary, CITY: join(directory, 'city.json'), BURST: String(BURST) };
  const settings = Object.entries(all).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const script = join(import.meta.dirname, `${scenario}.js`);
  rmSync(summary, { force: true });
  const child = spawn(program, ['run', '--quiet', '--no-usage-report', '--address', '', ...settings, script], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  return { ...(JSON.parse(readFileSync(summary, 'utf8')) as Told), held: code === 0 };
}

/** A city, its people in files for k6, and a gateway before it. */
async function setUp() {
  const place = await start('k6/city.ts', [String(VOTERS)]);
  const { city, urls, issuer, certs } = await ask<any>(place, { describe: true });
  const { voters, editors, officials, ...rest } = city;
  writeFileSync(join(directory, 'city.json'), JSON.stringify({ ...rest, castPath: CAST_PATH }));
  for (const [name, list] of Object.entries({ voters, editors, officials }))
    writeFileSync(join(directory, `city-${name}.json`), JSON.stringify(list));
  const gateway = await start('gateway-server.ts', [issuer], {
    ...Object.fromEntries(
      Object.entries(urls).map(([name, url]) => [`SUBGRAPH_${name.toUpperCase()}_URL`, `${String(url)}/graphql`]),
    ),
    TOKEN_JWKS_URL: certs,
    RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000000',
  });
  return { place, gateway };
}

const all = Object.keys(RATIO) as Scenario[];
const asked = process.argv.slice(2) as Scenario[];
const unknown = asked.find((name) => !all.includes(name));
if (unknown) throw new Error(`There is no scenario ${unknown}, only ${all.join(', ')}.`);
const program = process.env.K6 ?? (await goProgram('k6', console.log));
if (!program) throw new Error('Name a k6 by K6, or install Go 1.25 or later, which builds it.');

const bare = await start('bare-server.ts');
const { place, gateway } = await setUp();
let good = true;
let receipts = 0;
for (const scenario of asked.length > 0 ? asked : all) {
  const base = await k6(program, scenario, { BARE: `http://127.0.0.1:${bare.port}/` });
  if (!base.held) throw new Error(`${scenario}: the baseline failed`);
  const limit = base.p95 * RATIO[scenario];
  const real = await k6(program, scenario, { GATEWAY: `http://127.0.0.1:${gateway.port}`, P95_MS: limit.toFixed(1) });
  receipts += real.receipts;
  good &&= real.held;
  console.log(
    `${scenario}: ${real.requests} requests, ${(real.checks * 100).toFixed(2)} % as they should be; p95 ${real.p95.toFixed(1)} ms, the slowest ${real.slowestMs.toFixed(0)} ms, ` +
      `baseline p95 ${base.p95.toFixed(1)} ms: ${(real.p95 / base.p95).toFixed(1)} times (limit ${RATIO[scenario]}); ` +
      `receipts ${real.receipts}, told to try again ${real.toldToWait}; load ${loadavg()[0]!.toFixed(1)}: ${real.held ? 'reached' : 'NOT reached'}`,
  );
}
const { rows } = await ask<{ rows: number }>(place, {});
console.log(`receipts ${receipts}, ballots stored ${rows}`);
for (const server of [gateway, place]) await stop(server);
bare.child.kill();
rmSync(directory, { recursive: true });
process.exit(good && rows === receipts ? 0 : 1);
