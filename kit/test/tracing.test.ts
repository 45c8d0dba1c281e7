import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childTrace, currentTraceparent, makeTracing, parseTraceparent } from '../src/index.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test("spans of the parent's trace reach the collector, without the text of an error", async () => {
  const bodies: any[] = [];
  const collector = createServer(
    (request, response) =>
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        bodies.push({ path: request.url, text: Buffer.concat(chunks).toString() });
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      })(),
  );
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const tracing = makeTracing('voting', `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`);
  const failing = tracing.run(
    { name: 'castBallot', kind: 'server', as: childTrace(parseTraceparent(PARENT)) },
    async () => {
      expect(currentTraceparent()).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
      throw new TypeError('Иванов Иван');
    },
  );
  await expect(failing).rejects.toThrow(TypeError);
  await tracing.shutdown();
  collector.close();
  expect(bodies).toHaveLength(1);
  expect(bodies[0].path).toBe('/v1/traces');
  const [{ resource, scopeSpans }] = JSON.parse(bodies[0].text).resourceSpans;
  expect(resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'voting' },
  });
  expect(scopeSpans[0].spans[0]).toMatchObject({
    name: 'castBallot',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    parentSpanId: '00f067aa0ba902b7',
  });
  expect(bodies[0].text).not.toContain('Иванов');
});

test('without a collector the trace goes on all the same', async () => {
  const tracing = makeTracing('voting', undefined);
  const inside = await tracing.run({ name: 'x', kind: 'server', as: childTrace(parseTraceparent(PARENT)) }, async () =>
    currentTraceparent(),
  );
  expect(inside).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
});

test.each([
  undefined,
  '',
  '00-0-0-01',
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
])('%j is no parent', (header) => {
  expect(parseTraceparent(header)).toBeNull();
});
