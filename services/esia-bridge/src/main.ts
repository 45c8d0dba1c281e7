import { LAST_ANSWERS_MS, lastAnswers } from '@veche/kit/last-answers';
import { runProgram } from '@veche/kit/program';
import { createApp } from './app.ts';
import { createBridge } from './bridge.ts';

await runProgram('esia-bridge', async () => {
  const bridge = await createBridge(process.env);
  const app = createApp(bridge);
  await app.listen({ host: bridge.config.host, port: bridge.config.port });
  bridge.log.info({ host: bridge.config.host, port: bridge.config.port }, 'listening');
  const stop = async (): Promise<void> => {
    await lastAnswers(app.server, LAST_ANSWERS_MS);
    await app.close();
  };
  return { stop };
});
