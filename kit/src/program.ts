import { ConfigError } from './config.ts';
import { makeLog } from './log.ts';

/**
 * A program from its start to SIGTERM or SIGINT, then in order to its end. One that cannot start says why: every problem of its settings on stderr, with
 * exit code 78 (EX_CONFIG of sysexits), or the cause in its log, with 1.
 */
export async function runProgram(name: string, start: () => Promise<{ stop(): Promise<unknown> }>): Promise<void> {
  try {
    const program = await start();
    const end = (): void => void program.stop().then(() => process.exit());
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${name}: settings are wrong\n${error.message}\n`);
      process.exit(78);
    }
    makeLog(name, 'info').fatal({ err: error }, `could not start: ${(error as Error).message}`);
    process.exit(1);
  }
}
