import './telemetry-off.ts';
import { ConfigError, makeLog } from '@veche/kit';
import { startGateway } from './server.ts';

try {
  const gateway = await startGateway(process.env);
  const end = (): void => void gateway.stop().then(() => process.exit());
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`gateway: settings are wrong\n${error.message}\n`);
    process.exit(78);
  }
  makeLog('gateway', 'info').fatal({ err: error }, 'could not start');
  process.exit(1);
}
