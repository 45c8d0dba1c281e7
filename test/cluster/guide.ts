import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../stand/src/state.ts';
import { OPERATE } from '../guides/operate-commands.ts';
import type { Outside } from './outside.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);

interface Given {
  directory: string;
  kubeconfig: string;
  tools: Tools;
  outside: Outside;
  /** What the operator has in my-values.yaml. */
  values: object;
}

interface Manner {
  /** What stands in the place of what the command leaves open. */
  names?: Readonly<Record<string, string>>;
  /** What the operator adds behind it. */
  more?: string;
  /** With the settings of voting in the environment. */
  asVoting?: boolean;
}

/** The operator who follows docs/operate.md: runs its commands as they stand there, in a copy of the repository with `my-values.yaml`, by a shell. */
export class Guide {
  readonly #place: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #settings: NodeJS.ProcessEnv;
  readonly #left = new Set(Object.keys(OPERATE).filter((command) => OPERATE[command] === 'cluster'));

  constructor({ directory, kubeconfig, tools, outside, values }: Given) {
    this.#place = join(directory, 'operator');
    const programs = join(this.#place, 'programs');
    mkdirSync(programs, { recursive: true });
    for (const name of readdirSync(ROOT)) symlinkSync(join(ROOT, name), join(this.#place, name));
    for (const name of ['kubectl', 'helm'] as const) symlinkSync(tools[name], join(programs, name));
    writeFileSync(join(this.#place, 'my-values.yaml'), JSON.stringify(values));
    const { urls } = outside.place;
    const { STAND_HOST: _address, ...env } = process.env;
    this.#env = {
      ...env,
      PATH: [programs, dirname(process.execPath), env['PATH']].join(delimiter),
      KUBECONFIG: kubeconfig,
      HELM_CACHE_HOME: join(directory, 'helm'),
    };
    this.#settings = {
      MONGODB_URI: urls['mongodb'],
      KAFKA_BROKERS: urls['kafka'],
      VOTING_KEYS_DIR: join(outside.volume('voting'), 'keys'),
    };
  }

  /** Runs a command of the guide. Gives what it says; throws with it unless it ends well. */
  async follow(command: string, { names = {}, more = '', asVoting = false }: Manner = {}): Promise<string> {
    if (OPERATE[command] !== 'cluster')
      throw new Error(`docs/operate.md has no such command for the cluster: ${command}`);
    this.#left.delete(command);
    const line = Object.entries(names).reduce((text, [name, value]) => text.replaceAll(name, value), command) + more;
    const env = { ...this.#env, ...(asVoting && this.#settings) };
    try {
      const said = await run('sh', ['-c', line], { cwd: this.#place, env, maxBuffer: 64 * 1024 ** 2 });
      return said.stdout + said.stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${line}\n${`${stdout}${stderr}`.slice(-4_000)}`, { cause: error });
    }
  }

  /** Commands of the guide that nobody has run. */
  get left(): string[] {
    return [...this.#left];
  }
}
