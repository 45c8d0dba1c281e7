/** RP-initiated logout: leaving the portal, or Госуслуги too, is the person's choice. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bridge } from './bridge.ts';

const LOGOUT_SECONDS = 600;

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** ESIA's logout ends the person's other state sites as well, so it is never done silently. */
function choicePage(stay: string, leave: string): string {
  return `<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Выход</title></head><body><main><h1>Вы вышли с портала</h1>
<p>Вход на Госуслуги ещё действует. Если это чужое устройство, выйдите и оттуда: это завершит работу и на других государственных сайтах.</p>
<p><a id="stay" href="${escapeHtml(stay)}">Остаться на Госуслугах</a></p>
<p><a id="leave" href="${escapeHtml(leave)}">Выйти и с Госуслуг</a></p></main></body></html>`;
}

async function endSession(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = request.query as Record<string, string | undefined>;
  const target = query['post_logout_redirect_uri'] ?? '';
  const hint = query['id_token_hint'];
  const known =
    hint === undefined ? query['client_id'] === bridge.config.provider.clientId : await bridge.keys.isOurs(hint);
  if (!known || !bridge.config.provider.logoutRedirectUris.includes(target)) {
    return reply.code(400).send({
      error: 'invalid_request',
      error_description: 'the logout request is not of a known client',
    });
  }
  const stay = new URL(target);
  if (query['state'] !== undefined) stay.searchParams.set('state', query['state']);
  const ticket = randomUUID();
  await bridge.store.put(`logout:${ticket}`, stay.href, LOGOUT_SECONDS);
  const leave = bridge.esia.logoutUrl(`${bridge.config.publicUrl}/end-session/done?ticket=${ticket}`);
  return reply.type('text/html; charset=utf-8').send(choicePage(stay.href, leave));
}

async function done(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { ticket = '' } = request.query as Record<string, string | undefined>;
  const target = await bridge.store.take(`logout:${ticket}`);
  if (target === null) return reply.type('text/plain; charset=utf-8').send('Вы вышли.');
  return reply.redirect(target, 302);
}

export function logoutRoutes(app: FastifyInstance, bridge: Bridge): void {
  app.get('/end-session', (request, reply) => endSession(bridge, request, reply));
  app.get('/end-session/done', (request, reply) => done(bridge, request, reply));
}
