import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@veche/kit/testing/free-port';
import { runWitness } from '../../services/voting/test/setup-witness.ts';
import type { Intake } from './intake.ts';

const PATIENCE = 150;

/** The witness program beside the service, as outsiders run it. */
export async function watch(intake: Intake, defer: (undo: () => Promise<unknown>) => void) {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'veche-faults-witness-'));
  const { child, ended } = runWitness(intake.child.url, directory, ['--id=town', `--port=${port}`]);
  defer(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const get = async <T>(path: string, none: T): Promise<T> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.json() as Promise<T>,
      () => none,
    );
  /** Size of the head that it signed last. */
  const signed = async (): Promise<number> => {
    const { heads } = await get('/cosignatures', { heads: [] as { contest: string; size: number }[] });
    return heads.find(({ contest }) => contest === intake.contest.contestId)?.size ?? -1;
  };
  const alarms = () => get('/alarms', [] as { code: string; evidence: object }[]);
  return {
    signed,
    alarms,
    async reaches(size: number): Promise<number> {
      for (let n = 0; n < PATIENCE && (await signed()) < size; n += 1) await sleep(200);
      return signed();
    },
    async alarm() {
      for (let n = 0; n < PATIENCE && (await alarms()).length === 0; n += 1) await sleep(200);
      return (await alarms())[0] ?? null;
    },
  };
}
