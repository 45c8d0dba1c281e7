import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixedPorts } from './ports.ts';
import { program } from './script.ts';
import { allParts, Stand } from './stand.ts';
import { forget, ROOT, stateFile, takeInstance } from './state.ts';

export interface StartOptions {
  /** Play the main job once everything is ready. */
  demo: boolean;
  /** End after the demonstration instead of staying up (for measurements). */
  once: boolean;
}

/** The main job, and a real election recounted; each ends with 0 when it came to its end. */
const DEMO = ['test/demo/main-job.ts', 'test/demo/import-pabulib.ts'];

/** `npm start`: brings the platform up, plays the main job, stays up until Ctrl-C. */
export async function start(instance: string, { demo, once }: StartOptions): Promise<number> {
  const begun = performance.now();
  const state = await takeInstance(instance);
  const ports = await fixedPorts().catch((error: unknown) => {
    forget(instance);
    throw error;
  });
  const stand = new Stand(state, ports, allParts);
  const stopped = stopOnSignal(stand);
  try {
    await stand.start();
  } catch (error) {
    // A stop asked for by the user is no problem to report.
    const asked = stand.stopping;
    await stand.stop();
    if (asked) return 130;
    throw error;
  }
  const readyAfter = (performance.now() - begun) / 1000;
  let code = 0;
  for (const script of demo ? DEMO : []) {
    if (code === 0) code = await program([join(ROOT, script)], { VECHE_STAND_STATE: stateFile(instance) });
  }
  if (code !== 0)
    console.error(
      'The demonstration did not come to its end; the platform stays up, `npm run stand -- logs <part>` shows why.',
    );
  console.log(summary(stand, readyAfter));
  if (once) await stand.stop();
  else await stopped;
  return code;
}

function summary(stand: Stand, readyAfter: number): string {
  const { urls } = stand.state;
  return `
Платформа готова за ${readyAfter.toFixed(1)} с; память всех процессов: ${Math.round(stand.memoryMiB())} МиБ

  Граф             ${urls.gateway}/graphql
  Обозреватель     ${urls.gateway}/explorer   (без доступа в интернет)
  Keycloak         ${urls.keycloak}   (администратор стенда: admin / admin)
  Сотрудники       organiser.surgut, expert1, commission1, operator1, municipality.surgut, finance.surgut — пароль veche-demo-1
  Жители           вход через Госуслуги (двойник ЕСИА): citizen-1, citizen-2, ...
  Смотреть топики  node docs/watch-a-topic.mjs ${urls.kafka}

Ctrl-C останавливает всё.
`;
}

/** Resolves after a signal, or after the death of whoever started this process, once everything is stopped. */
async function stopOnSignal(stand: Stand): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  void orphaned().then(resolve);
  await promise;
  console.log('\nStopping ...');
  await stand.stop();
}

async function orphaned(): Promise<void> {
  const parent = process.ppid;
  while (process.ppid === parent) await sleep(1000, undefined, { ref: false });
}
