import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EsiaDouble } from './double.ts';
import { Refusal } from './errors.ts';

/**
 * Shows the fault that is switched on for an endpoint.
 * @returns true when the answer is already given.
 */
export async function misbehave(
  double: EsiaDouble,
  endpoint: 'ac' | 'te' | 'rs',
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const fault = double.faults[endpoint];
  if (fault === '') return false;
  double.note({ endpoint, verdict: `fault ${fault}` });
  if (fault === 'html502') {
    await reply.code(502).type('text/html').send('<html><body><h1>502 Bad Gateway</h1></body></html>');
    return true;
  }
  if (fault === 'reset') {
    reply.hijack();
    request.raw.socket.destroy();
    return true;
  }
  if (fault === 'slow') {
    await delay(double.faults.slowMs);
    return false;
  }
  throw new Refusal(fault);
}
