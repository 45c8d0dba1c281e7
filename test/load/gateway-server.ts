import '../../gateway/src/telemetry-off.ts';
import { startGateway } from '../../gateway/src/server.ts';

/** A gateway before the subgraphs of the environment, as a process of its own. Argument: issuer of the tokens. */
const issuer = process.argv[2]!;
const gateway = await startGateway({
  ...process.env,
  HOST: '127.0.0.1',
  PORT: '0',
  TOKEN_ISSUER: issuer,
  TOKEN_JWKS_URL: `${issuer}/certs`,
  TOKEN_VERIFIER: 'jose',
  LOG_LEVEL: 'error',
});
process.on('message', ({ stop }: { stop?: true }) => {
  if (stop) void gateway.stop().then(() => process.exit(0));
});
process.send!({ port: Number(new URL(gateway.url).port) });
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
