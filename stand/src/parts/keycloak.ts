import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artefact } from '../cache.ts';
import { java, python, runStep, tied } from '../command.ts';
import { fileDigest } from '../digest.ts';
import { HOST } from '../host.ts';
import { given, type Part, type PartContext } from '../part.ts';
import { freePorts } from '../ports.ts';
import { answers } from '../probe.ts';
import { Problem } from '../problem.ts';
import { end, identify, launch } from '../process.ts';
import { pointToBridge } from './keycloak-admin.ts';
import { mavenFile, mavenRepository } from './maven.ts';

const VERSION = '26.7.3';
const ARCHIVE = { group: 'org.keycloak', name: 'keycloak-quarkus-dist', version: VERSION, bytes: 176_710_367 };
/** SHA-256 of the archive. */
const ZIP = '27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f';
const REALM = join(import.meta.dirname, '../../keycloak/veche-realm.json');
const JVM = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MetaspaceSize=96M',
  '-XX:MaxMetaspaceSize=256m',
];
const ADMIN = { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin' };

/** Keycloak with the realm `veche` imported; its only identity provider is the bridge. */
export const keycloak: Part = {
  name: 'keycloak',
  needs: [],
  prepare: async (context) => {
    if (!process.env.KEYCLOAK_URL) await realmDatabase(context);
  },
  start: async (context) => {
    if (process.env.KEYCLOAK_URL) return given('keycloak', 'KEYCLOAK_URL');
    const server = await distribution(context);
    const home = context.directory;
    makeHome(server, home);
    if (!existsSync(join(home, 'data', 'h2')))
      cpSync(await realmDatabase(context), join(home, 'data', 'h2'), { recursive: true });
    const { keycloak: port, 'keycloak-management': management, 'esia-bridge': bridge } = context.ports;
    const child = launch(
      await java(context.progress),
      command(home, port, management),
      { ...process.env, ...ADMIN },
      context.logFile,
    );
    const url = `http://${HOST}:${port}`;
    const after = () =>
      pointToBridge(url, `http://127.0.0.1:${bridge}`, process.env.ESIA_BRIDGE_SECRET ?? 'esia-bridge-dev-secret');
    return {
      process: child,
      urls: { keycloak: url },
      ready: answers(`http://${HOST}:${management}/health/ready`),
      after,
    };
  },
};

/** An instance's own home: the program by link, the data its own, so that several stands share one distribution. */
function makeHome(server: string, home: string): void {
  mkdirSync(join(home, 'data'), { recursive: true });
  for (const name of ['lib', 'conf', 'providers', 'themes']) {
    // Anew each time: the link of an earlier start may lead to another version, or to a cache that is gone.
    rmSync(join(home, name), { force: true });
    if (existsSync(join(server, name))) symlinkSync(join(server, name), join(home, name));
  }
}

// Java is started directly: kc.sh would ask for a second collector, and its pid would not be the server's.
const command = (home: string, port: number, management: number): string[] => [
  ...JVM,
  '-XX:+ExitOnOutOfMemoryError',
  '-Dfile.encoding=UTF-8',
  '-Djava.security.egd=file:/dev/urandom',
  ...['java.util', 'java.util.concurrent', 'java.security', 'java.lang'].flatMap((name) => [
    '--add-opens',
    `java.base/${name}=ALL-UNNAMED`,
  ]),
  '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
  '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
  '-Dpicocli.disable.closures=true',
  `-Dkc.home.dir=${home}`,
  `-Djboss.server.config.dir=${join(home, 'conf')}`,
  '-cp',
  join(home, 'lib', 'quarkus-run.jar'),
  'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
  'start',
  '--optimized',
  '--http-enabled=true',
  `--http-host=${HOST}`,
  `--http-port=${port}`,
  `--http-management-port=${management}`,
  '--hostname-strict=false',
  // Given to the build alone it has no effect, and a cluster port would open on all interfaces.
  '--cache=local',
  '--import-realm',
];

/** The distribution, built once for the file database. */
async function distribution({ progress }: Pick<PartContext, 'progress'>): Promise<string> {
  const home = await artefact(`keycloak-${VERSION}-${ZIP.slice(0, 12)}`, async (part) => {
    const unpacked = join(part, `keycloak-${VERSION}`);
    rmSync(unpacked, { recursive: true, force: true });
    const zip = await download(part, progress);
    progress('unpacking Keycloak');
    await runStep(await python(progress), ['-m', 'zipfile', '-e', zip, part], 'Keycloak', progress);
    progress('building Keycloak for the file database, once');
    await build(unpacked, progress);
    rmSync(zip);
  });
  return join(home, `keycloak-${VERSION}`);
}

/** The archive whose hash is the pinned one. */
async function download(part: string, progress: PartContext['progress']): Promise<string> {
  const zip = join(part, `keycloak-quarkus-dist-${VERSION}.zip`);
  if (existsSync(zip) && (await fileDigest(zip)) === ZIP) return zip;
  // Left by a copy that was broken off; what was downloaded is in Maven's repository.
  rmSync(zip, { force: true });
  await mavenFile(ARCHIVE, part, 'Keycloak', progress);
  if ((await fileDigest(zip)) === ZIP) return zip;
  rmSync(zip);
  rmSync(join(mavenRepository(), 'org/keycloak/keycloak-quarkus-dist'), { recursive: true, force: true });
  throw new Problem("Keycloak's archive is not the pinned one; it is removed, start again to download it anew.");
}

function build(home: string, progress: PartContext['progress']): Promise<void> {
  const env = {
    ...process.env,
    JAVA_OPTS: ['-Xms256m', '-Xmx640m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'].join(' '),
  };
  const settings = ['--db=dev-file', '--health-enabled=true', '--metrics-enabled=true'];
  return runStep('bash', [join(home, 'bin', 'kc.sh'), 'build', ...settings], 'Keycloak', progress, env);
}

/** A database with the realm imported, kept by the realm's hash: copying it replaces the slow first start. */
async function realmDatabase(context: Pick<PartContext, 'progress' | 'logFile'>): Promise<string> {
  await distribution(context);
  const realm = readFileSync(REALM);
  const key = createHash('sha256').update(realm).digest('hex').slice(0, 12);
  const kept = await artefact(`keycloak-realm-${VERSION}-${key}`, async (part) => {
    context.progress('importing the realm, once');
    const home = join(part, 'home');
    rmSync(home, { recursive: true, force: true });
    makeHome(await distribution(context), home);
    mkdirSync(join(home, 'data', 'import'), { recursive: true });
    cpSync(REALM, join(home, 'data', 'import', 'veche-realm.json'));
    await importOnce(context, home);
    cpSync(join(home, 'data', 'h2'), join(part, 'h2'), { recursive: true });
    rmSync(home, { recursive: true, force: true });
  });
  return join(kept, 'h2');
}

const IMPORT_LIMIT_MS = 600_000;

async function importOnce(context: Pick<PartContext, 'progress' | 'logFile'>, home: string): Promise<void> {
  const ports = await freePorts();
  const log = `${context.logFile}.import`;
  const child = launch(
    ...tied(await java(context.progress), command(home, ports.keycloak, ports['keycloak-management'])),
    { ...process.env, ...ADMIN },
    log,
  );
  const id = identify(child.pid!);
  const ready = answers(`http://${HOST}:${ports['keycloak-management']}/health/ready`);
  const until = Date.now() + IMPORT_LIMIT_MS;
  while (!(await ready())) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Problem(`Keycloak could not import the realm; its log is ${log}.`);
    await sleep(300);
  }
  await end(id, 60_000);
}
