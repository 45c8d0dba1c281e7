import { createApp } from './app.ts';
import { createBridge } from './bridge.ts';

try {
  const bridge = await createBridge(process.env);
  const app = createApp(bridge);
  await app.listen({ host: bridge.config.host, port: bridge.config.port });
  bridge.log.info({ host: bridge.config.host, port: bridge.config.port }, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.close());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
