import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, wish } from './command.ts';
import { clickhouse, kafkaPython } from './parts/analysts.ts';
import { openbao } from './parts/openbao.ts';
import { seaweedfs } from './parts/seaweedfs.ts';
import { freePorts } from './ports.ts';
import { check, program } from './script.ts';
import { allParts, dataParts, Stand } from './stand.ts';
import { ROOT, stateFile, takeInstance } from './state.ts';

const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(ROOT, 'node_modules/jest/bin/jest.js'),
  '--ci',
];
/** What `check` runs with Helm at hand. */
const IN_CHECK = join(ROOT, 'test/deploy');
/** Suites that share the running platform; they go one after the other, the rest in parallel. */
const TOGETHER = ['journeys', 'login', 'faults', 'conformance'].map((folder) => join(ROOT, 'test', folder));

/** A browser for the login test, the GOST engine for signatures, an antivirus for files, a converter and a reader of documents, a checker of alerts. */
const WISHES = [
  { present: () => has('chromium') || process.env.CHROMIUM_PATH !== undefined, debianPackage: 'chromium' },
  {
    present: () => spawnSync('openssl', ['engine', 'gost'], { stdio: 'ignore' }).status === 0,
    debianPackage: 'libengine-gost-openssl',
  },
  { present: () => has('clamd'), debianPackage: 'clamav-daemon' },
  { present: () => has('soffice'), debianPackage: 'libreoffice-writer-nogui' },
  { present: () => existsSync('/usr/share/fonts/truetype/liberation'), debianPackage: 'fonts-liberation' },
  { present: () => has('pdftotext'), debianPackage: 'poppler-utils' },
  { present: () => !spawnSync('kcat', ['-V']).error, debianPackage: 'kcat' },
  { present: () => has('promtool') || process.env.PROMTOOL !== undefined, debianPackage: 'prometheus' },
];

interface Tally {
  passed: number;
  failed: number;
}

/** `npm test`: check beside the start of the data stores of a stand of its own, then every suite; the last line is the tally. */
export async function test(filters: string[]): Promise<number> {
  const instance = `test-${process.pid}`;
  const state = await takeInstance(instance);
  const stand = new Stand(state, await freePorts(), allParts);
  const reports = mkdtempSync(join(tmpdir(), 'veche-test-'));
  const stop = async (): Promise<void> => {
    await stand.stop();
    rmSync(state.directory, { recursive: true, force: true });
    rmSync(reports, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop().then(() => process.exit(130)));
  try {
    const [checked, bao, weed, python, chdb] = await Promise.all([
      check(),
      openbao(console.log),
      seaweedfs(console.log),
      kafkaPython(console.log),
      clickhouse(console.log),
      stand.start(dataParts),
      wish(WISHES),
    ]);
    const tally = await suites(stand, { instance, reports, filters, bao, weed, python, chdb });
    tally[checked === 0 ? 'passed' : 'failed'] += 1;
    await stop();
    console.log(`${tally.passed} passed, ${tally.failed} failed`);
    return tally.failed === 0 ? 0 : 1;
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Run {
  instance: string;
  reports: string;
  filters: string[];
  /** Binary of the key server. */
  bao: string | null;
  /** Binary of the S3 server. */
  weed: string | null;
  /** Directory of the Kafka client for Python, entry of ClickHouse. */
  python: string | null;
  chdb: string | null;
}

async function suites(stand: Stand, { instance, reports, filters, ...tools }: Run): Promise<Tally> {
  const { urls } = stand.state;
  const env = {
    TEST_MONGODB_URI: urls.mongodb,
    KAFKA_BROKERS: urls.kafka,
    REDIS_URL: urls.redis,
    KEYCLOAK_URL: urls.keycloak,
    VECHE_STAND_STATE: stateFile(instance),
    ...(tools.bao ? { TEST_OPENBAO: tools.bao } : {}),
    ...(tools.weed ? { TEST_SEAWEEDFS: tools.weed } : {}),
    ...(tools.python ? { TEST_KAFKA_PYTHON: tools.python } : {}),
    ...(tools.chdb ? { TEST_CLICKHOUSE: tools.chdb } : {}),
  };
  const others = [...TOGETHER, IN_CHECK].flatMap((folder) => ['--testPathIgnorePatterns', folder]);
  const apart = ['--maxWorkers=2', ...filters, ...others];
  const together = ['--runInBand', ...filters, '--testPathIgnorePatterns', `^(?!${TOGETHER.join('|')})`];
  const first = await jest(apart, join(reports, 'apart.json'), env);
  // A filter is for the developer's loop: the platform is started only for suites that need it.
  if (filters.length > 0 && !listed(together)) return first;
  try {
    await stand.start();
  } catch (problem) {
    console.error(problem);
    return { ...first, failed: first.failed + 1 };
  }
  const second = await jest(together, join(reports, 'together.json'), env);
  return { passed: first.passed + second.passed, failed: first.failed + second.failed };
}

/** Whether there is a suite for these arguments of Jest. */
const listed = (args: string[]): boolean =>
  execFileSync(process.execPath, [...JEST, '--listTests', ...args], { cwd: ROOT, encoding: 'utf8' }).trim() !== '';

async function jest(args: string[], report: string, env: NodeJS.ProcessEnv): Promise<Tally> {
  const code = await program([...JEST, '--passWithNoTests', '--json', `--outputFile=${report}`, ...args], env);
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numRuntimeErrorTestSuites: number;
  };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}
