import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lastAnswers } from '../src/last-answers.ts';

let server: Server;
let agent: Agent;
beforeEach(async () => {
  server = createServer((_request, response) => void response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(() => {
  agent.destroy();
  server.close();
});

/** How the answer says that its connection goes on, and whether it came over one that was there. */
async function ask(): Promise<[string | undefined, boolean]> {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return [response.headers.connection, request.reusedSocket];
}

test('a connection that a client keeps ends with its next answer, and then nothing is waited for', async () => {
  expect([await ask(), await ask()]).toEqual([
    ['keep-alive', false],
    ['keep-alive', true],
  ]);
  const ended = lastAnswers(server, 3_600_000);
  expect(await ask()).toEqual(['close', true]);
  // Whoever comes anew is taken as well, and told the same.
  expect(await ask()).toEqual(['close', false]);
  await ended;
});

test('a connection that stays silent is waited for no longer than said', async () => {
  await ask();
  await lastAnswers(server, 200);
  // It is still there: the server that closes ends it.
  expect((await ask())[1]).toBe(true);
});
