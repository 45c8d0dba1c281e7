import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Bridge } from './bridge.ts';
import { internalRoutes } from './internal.ts';
import { loginRoutes } from './login.ts';
import { logoutRoutes } from './logout.ts';
import { signInRoutes } from './sign-ins.ts';
import { tokenRoutes } from './token.ts';

/** The HTTP face. Query strings are never logged: codes, states and signatures travel in them. */
export function createApp(bridge: Bridge): FastifyInstance {
  // What still comes over a kept connection while the server ends is answered.
  const app = Fastify({ bodyLimit: 64 * 1024, return503OnClosing: false });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });
  app.addHook('onResponse', async (request, reply) => {
    bridge.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) bridge.log.error({ kind: error.name, route: request.routeOptions.url }, 'request failed');
    return reply.code(status).send({ error: status >= 500 ? 'server_error' : 'invalid_request' });
  });
  loginRoutes(app, bridge);
  tokenRoutes(app, bridge);
  logoutRoutes(app, bridge);
  internalRoutes(app, bridge);
  signInRoutes(app, bridge);
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => reply.code((await bridge.store.ready()) ? 200 : 503).send({}));
  app.get('/metrics', async (_request, reply) =>
    reply.type(bridge.metrics.contentType).send(await bridge.metrics.metrics()),
  );
  app.addHook('onClose', () => bridge.store.close());
  return app;
}
