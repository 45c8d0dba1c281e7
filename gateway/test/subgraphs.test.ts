import '../src/telemetry-off.ts';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway, type RunningGateway } from '../src/server.ts';

/** How the subgraph behaves at the moment. */
let behave: (response: ServerResponse, path: string) => void;
let asked = 0;
let inside: Server;
let gateway: RunningGateway;

const ANSWER = '{"data":{"contestTemplates":[{"code":"simple"}],"createContest":{"contest":null}}}';
const answer = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
const hangUp = (response: ServerResponse): void => void response.destroy();

beforeAll(async () => {
  inside = createServer((request, response) => {
    request.resume().on('end', () => {
      asked += 1;
      behave(response, request.url!);
    });
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
  gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    SUBGRAPH_CONTESTS_URL: `${url}/contests`,
    SUBGRAPH_REGISTRY_URL: `${url}/registry`,
    SUBGRAPH_REGISTRY_TIMEOUT_MS: '200',
    LOG_LEVEL: 'silent',
  });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  inside.close();
});
beforeEach(() => {
  asked = 0;
});

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { extensions: { code: string } }[];
}

const post = async (query: string): Promise<Answer> => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
};

/** Hangs up so many times, then answers. */
function failing(times: number): void {
  let left = times;
  behave = (response) => {
    left -= 1;
    (left >= 0 ? hangUp : answer)(response);
  };
}

describe('a subgraph that hangs up', () => {
  test('is asked once more, and nobody notices', async () => {
    failing(1);
    expect(await post('{ contestTemplates { code } }')).toEqual({ data: { contestTemplates: [{ code: 'simple' }] } });
    expect(asked).toBe(2);
  });

  test('is not told twice to change something', async () => {
    failing(1);
    const { errors } = await post(
      'mutation { createContest(input: { idempotencyKey: "12345678", template: "x", title: "x", oktmo: "71876000", timeZone: "Europe/Moscow", budget: "1.00", legalBasis: [], stages: [] }) { contest { id } } }',
    );
    expect(errors![0]!.extensions.code).toBe('UNAVAILABLE');
    expect(asked).toBe(1);
  });

  test('for long is not asked twice for each question', async () => {
    behave = hangUp;
    for (let n = 0; n < 30; n += 1) await post('{ contestTemplates { code } }');
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThanOrEqual(41);
  });
});

test('a subgraph that answers too late: its part is missing, what others gave is there', async () => {
  const held: ServerResponse[] = [];
  behave = (response, path) => void (path === '/registry' ? held.push(response) : answer(response));
  const { data, errors } = await post('{ contestTemplates { code } project(id: "x") { title } }');
  for (const response of held) response.destroy();
  expect(data).toEqual({ contestTemplates: [{ code: 'simple' }], project: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
});
