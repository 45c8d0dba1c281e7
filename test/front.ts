import '../gateway/src/telemetry-off.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestService } from '@veche/kit/testing/harness';
import { startGateway, type RunningGateway } from '../gateway/src/server.ts';

type Before = Readonly<Record<string, Pick<TestService, 'url' | 'issuer'>>>;

/** The gateway before services of a test, which are given by their names; they trust one realm. */
export async function gatewayBefore(services: Before, env: Record<string, string> = {}): Promise<RunningGateway> {
  const [{ issuer }] = Object.values(services) as [Before[string]];
  const realm = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(issuer.jwks)),
  );
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', resolve));
  const addresses = Object.entries(services).map(([name, { url }]) => [
    `SUBGRAPH_${name.toUpperCase()}_URL`,
    `${url}/graphql`,
  ]);
  const gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: issuer.issuer,
    TOKEN_JWKS_URL: `http://127.0.0.1:${(realm.address() as AddressInfo).port}/`,
    TOKEN_VERIFIER: 'jose',
    LOG_LEVEL: 'silent',
    ...Object.fromEntries(addresses),
    ...env,
  });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    realm.close();
  };
  return { ...gateway, stop };
}
