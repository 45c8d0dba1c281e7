import { join } from 'node:path';
import { artefact } from '../cache.ts';
import { runStep } from '../command.ts';
import { orNull, wheel } from '../wheel.ts';

const CLICKHOUSE = ['chdb@3.4.0', '@chdb/lib-linux-x64-gnu@26.7.3-stable.1'];

// Nothing of these is needed to run the platform: a test of docs/analysts.md is skipped where its tool cannot be had.

/** Directory of the Python client that docs/analysts.md names. */
export const kafkaPython = (progress: (line: string) => void): Promise<string | null> =>
  orNull('Kafka client for Python', progress, () =>
    wheel(
      {
        key: 'kafka-python',
        name: 'kafka-python',
        version: '3.0.12',
        sha256: '67add72052e3ad0c37ed9963ebe2b1696adc7f063c64eaf19862c21b69a64a18',
        target: [],
      },
      'the Kafka client for Python',
      progress,
      () => undefined,
    ),
  );

/** Entry of ClickHouse as a library (chDB); 550 MB, so it is no dependency that everybody installs. */
export function clickhouse(progress: (line: string) => void): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return Promise.resolve(null);
  return orNull('ClickHouse for tests', progress, async () => {
    const place = await artefact('chdb-3.4.0-26.7.3', (part) =>
      runStep(
        'npm',
        ['install', '--prefix', part, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...CLICKHOUSE],
        'ClickHouse for tests',
        progress,
      ),
    );
    return join(place, 'node_modules/chdb/index.mjs');
  });
}
