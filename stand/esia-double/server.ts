import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { backRoutes } from './back.ts';
import { controlRoutes } from './control.ts';
import { EsiaDouble } from './double.ts';
import { frontRoutes } from './front.ts';
import { SigningKeys } from './keys.ts';
import { newClient } from './registry.ts';

export interface DoubleOptions {
  host: string;
  port: number;
  /** Directory that make-keys.ts filled. */
  secretsDir: string;
  clientId: string;
  /** Certificate the system registered. */
  certFile: string;
  clock?: () => Date;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Starts the double. Refuses any address but loopback: it lets everybody in as anybody. */
export async function startDouble(
  options: DoubleOptions,
): Promise<{ app: FastifyInstance; double: EsiaDouble; url: string }> {
  if (!LOOPBACK.has(options.host)) throw new Error(`the ESIA double listens on loopback only, not on ${options.host}`);
  const app = Fastify({ bodyLimit: 64 * 1024, forceCloseConnections: true });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  const clock = options.clock ?? (() => new Date());
  const double = new EsiaDouble({ keys: new SigningKeys(options.secretsDir, clock()), clock });
  double.clients.set(options.clientId, newClient(options.clientId, options.certFile));
  frontRoutes(app, double);
  backRoutes(app, double);
  controlRoutes(app, double);
  app.get('/livez', () => ({ status: 'ok' }));
  await app.listen({ host: options.host, port: options.port });
  const url = `http://${options.host}:${(app.server.address() as { port: number }).port}`;
  double.origin = url;
  return { app, double, url };
}
