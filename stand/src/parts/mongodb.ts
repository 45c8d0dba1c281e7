import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { artefact } from '../cache.ts';
import { has, need, runStep } from '../command.ts';
import { HOST } from '../host.ts';
import { given, type Part, type PartContext } from '../part.ts';
import { accepts } from '../probe.ts';
import { Problem } from '../problem.ts';
import { launch } from '../process.ts';
import { wheel, type Wheel } from '../wheel.ts';

const WHEEL: Wheel = {
  key: 'secantusdb',
  name: 'SecantusDB',
  version: '0.6.0b17',
  sha256: 'fe8ccfd1295c872c92a4c4c13c5a6a1dead88b2ff3b9aafb361406ec8aac4d14',
  target: '--python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64'.split(' '),
};
const CRATE = '0.5.3-beta.196';
const CRATES_TO_BUILD = 330;

/** The order of choice is decided in ADR 3. */
export const mongodb: Part = {
  name: 'mongodb',
  needs: [],
  prepare: async (context) => {
    if (!process.env.MONGODB_URI && !has('mongod')) await secantus(context);
  },
  start: async (context) => {
    if (process.env.MONGODB_URI) return given('mongodb', 'MONGODB_URI');
    const port = context.ports.mongodb;
    mkdirSync(context.directory, { recursive: true });
    return has('mongod') ? startMongod(context, port) : startSecantus(context, port);
  },
};

const uriOf = (port: number): string => `mongodb://${HOST}:${port}/?directConnection=true`;

async function startSecantus(context: PartContext, port: number) {
  // The write concern alone does not make a write durable on this server; --sync-on-commit does.
  const settings = ['--sync-on-commit', '--cache-size', '512M', '--log-file-max', '64MB'];
  const place = ['--host', HOST, '--port', String(port), '--storage-path', context.directory];
  const server = launch(await secantus(context), [...place, ...settings], process.env, context.logFile);
  return { process: server, urls: { mongodb: uriOf(port) }, ready: accepts({ host: HOST, port }) };
}

async function startMongod(context: PartContext, port: number) {
  const settings = [
    '--bind_ip',
    HOST,
    '--port',
    String(port),
    '--dbpath',
    context.directory,
    '--replSet',
    'rs0',
    '--wiredTigerCacheSizeGB',
    '0.5',
  ];
  const server = launch('mongod', settings, process.env, context.logFile);
  const after = async (): Promise<void> => {
    const { default: mongoose } = await import('mongoose');
    const client = await mongoose.createConnection(uriOf(port)).asPromise();
    const config = { _id: 'rs0', members: [{ _id: 0, host: `${HOST}:${port}` }] };
    await client
      .db!.admin()
      .command({ replSetInitiate: config })
      .catch((error: { codeName?: string }) => {
        if (error.codeName !== 'AlreadyInitialized') throw error;
      });
    await client.close();
  };
  return { process: server, urls: { mongodb: uriOf(port) }, ready: accepts({ host: HOST, port }), after };
}

/** The server's binary: from the wheel where it fits this machine, else compiled once. */
export async function secantus(context: Pick<PartContext, 'progress'>): Promise<string> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      return await fromWheel(context);
    } catch (error) {
      context.progress(`no ready binary (${(error as Error).message.slice(0, 60)}), compiling instead`);
    }
  }
  return fromCrate(context);
}

async function fromWheel({ progress }: Pick<PartContext, 'progress'>): Promise<string> {
  const binary = join('secantusdb.scripts', 'secantusd-rs');
  const directory = await wheel(WHEEL, 'the database server', progress, (part) => chmodSync(join(part, binary), 0o755));
  return join(directory, binary);
}

/** Compiles the server from its crate: some minutes of two cores, once. */
async function fromCrate({ progress }: Pick<PartContext, 'progress'>): Promise<string> {
  const directory = await artefact(`secantus-mdb-${CRATE}`, async (part) => {
    if (!has('cargo'))
      throw new Problem(
        'The database server could not be downloaded; check the network and start again, or set MONGODB_URI, install mongod, or install Rust (cargo) so that one can be compiled.',
      );
    for (const tool of ['swig', 'clang', 'cmake', 'ninja'])
      await need(tool, tool === 'ninja' ? 'ninja-build' : tool, progress);
    const profile = {
      CARGO_PROFILE_RELEASE_LTO: 'off',
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
      CARGO_PROFILE_RELEASE_OPT_LEVEL: '2',
    };
    const target = { CARGO_TARGET_DIR: join(part, 'target') };
    let crates = 0;
    const count = (line: string): void => {
      if (line.includes('Compiling')) crates += 1;
      progress(
        `compiling the database server once: ${crates} of about ${CRATES_TO_BUILD} crates; a quick look meanwhile: docs/architecture.md`,
      );
    };
    const install = [
      'install',
      'secantus-mdb',
      '--version',
      CRATE,
      '--locked',
      '--ignore-rust-version',
      '--root',
      part,
    ];
    await runStep('cargo', install, 'the database server', count, { ...process.env, ...profile, ...target });
  });
  const binary = join(directory, 'bin', 'secantusd-rs');
  if (!existsSync(binary)) throw new Problem(`${directory} is damaged; remove it and start again.`);
  return binary;
}
