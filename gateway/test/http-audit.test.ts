import '../src/telemetry-off.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startGateway, type RunningGateway } from '../src/server.ts';

let gateway: RunningGateway;

/** The audit asks for `__type`, and a browser's preflight is asked of everybody here, so it sends a header that makes one. */
beforeAll(async () => {
  gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    GRAPHQL_INTROSPECTION: 'true',
    LOG_LEVEL: 'silent',
  });
}, 60_000);
afterAll(() => gateway.stop());

const withPreflight: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('x-apollo-operation-name', 'audit');
  return fetch(input, { ...init, headers });
};

test('GraphQL over HTTP: 61 audits of 61', async () => {
  const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: withPreflight });
  const failed: string[] = [];
  for (const { id, name, fn } of audits) {
    const { status } = await fn();
    if (status !== 'ok') failed.push(`${id} ${status}: ${name}`);
  }
  expect(failed).toEqual([]);
  expect(audits).toHaveLength(61);
});
