import '../../gateway/src/telemetry-off.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGateway } from '../../gateway/src/server.ts';

/** A gateway before the subgraphs of the environment, as a process of its own. Argument: issuer of the tokens. */
const issuer = process.argv[2]!;
const gateway = await startGateway({
  ...process.env,
  HOST: '127.0.0.1',
  PORT: '0',
  TOKEN_ISSUER: issuer,
  TOKEN_JWKS_URL: process.env.TOKEN_JWKS_URL ?? `${issuer}/certs`,
  TOKEN_VERIFIER: 'jose',
  LOG_LEVEL: 'error',
});
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in the heap after all that is not needed has gone, MB. */
const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1_000_000;
};

process.on('message', ({ stop, heap }: { stop?: true; heap?: true }) => {
  if (heap) process.send!({ heapMb: heapMb() });
  if (stop) void gateway.stop().then(() => process.exit(0));
});
process.send!({ port: Number(new URL(gateway.url).port) });
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
