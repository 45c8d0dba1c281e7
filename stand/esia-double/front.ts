/** The browser's way: authorization, login, consent, logout. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkClient, checkRequest } from './checks.ts';
import type { Dialect } from './checks.ts';
import type { EsiaDouble } from './double.ts';
import { Refusal } from './errors.ts';
import { misbehave } from './faults.ts';
import { consentPage, loginPage, messagePage } from './pages.ts';
import { findPerson, listedPersons } from './persons.ts';

const COOKIE = 'esia_double_session';

export function parametersOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams(request.url.split('?')[1] ?? '');
}

function sessionId(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
}

function html(reply: FastifyReply, body: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(body);
}

function back(reply: FastifyReply, redirectUri: string, parameters: Record<string, string>): FastifyReply {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  return reply.redirect(target.href, 302);
}

/** By redirect when client and address are in order, else on a page. */
function refuse(double: EsiaDouble, parameters: URLSearchParams, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof Refusal)) throw error;
  double.note({
    endpoint: 'ac',
    client: parameters.get('client_id') ?? '',
    verdict: error.message,
  });
  try {
    const { redirectUri } = checkClient(parameters, double.clients);
    return back(reply, redirectUri, { ...error.fields, state: parameters.get('state') ?? '' });
  } catch {
    return html(reply, messagePage('Ошибка', error.message), 400);
  }
}

async function authorize(
  double: EsiaDouble,
  dialect: Dialect,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parameters = parametersOf(request);
  try {
    if (await misbehave(double, 'ac', request, reply)) return reply;
    const checked = await checkRequest(parameters, {
      dialect,
      clients: double.clients,
      now: double.now(),
      more: ['response_type', 'access_type'],
      code: '',
    });
    if (checked.parameter('response_type') !== 'code') throw new Refusal('007009');
    if (!['online', 'offline'].includes(checked.parameter('access_type'))) throw new Refusal('007003', 'access_type');
    if (checked.client.pkce !== 'off' && !checked.parameter('code_challenge')) throw new Refusal('007039');
    const id = double.open(checked);
    double.note({ endpoint: 'ac', client: checked.client.mnemonic, verdict: 'ok' });
    const known = double.session(sessionId(request));
    return html(
      reply,
      known ? consentPage(id, checked.client.mnemonic, checked.scopes) : loginPage(id, listedPersons(double.now())),
    );
  } catch (error) {
    return refuse(double, parameters, reply, error);
  }
}

function login(double: EsiaDouble, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const form = parametersOf(request);
  const id = form.get('request') ?? '';
  const pending = double.pending(id);
  const person = findPerson(form.get('person') ?? '', double.now());
  if (!pending || !person) return html(reply, messagePage('Ошибка', 'Вход устарел или такого человека нет'), 400);
  double.note({
    endpoint: 'login',
    client: pending.client.mnemonic,
    oid: person.oid,
    verdict: 'ok',
  });
  reply.header('set-cookie', `${COOKIE}=${double.signIn(person)}; Path=/; HttpOnly; SameSite=Lax`);
  return html(reply, consentPage(id, pending.client.mnemonic, pending.scopes));
}

function consent(double: EsiaDouble, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const form = parametersOf(request);
  const id = form.get('request') ?? '';
  const session = double.session(sessionId(request));
  const pending = double.pending(id);
  if (!session || !pending) return html(reply, messagePage('Ошибка', 'Вход устарел'), 400);
  try {
    if (form.get('answer') !== 'allow') {
      double.close(id);
      throw new Refusal('007004');
    }
    const { code } = double.agree(id, session);
    double.note({
      endpoint: 'consent',
      client: pending.client.mnemonic,
      oid: session.person.oid,
      verdict: 'ok',
    });
    return back(reply, pending.redirectUri, { code, state: pending.state });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    double.note({
      endpoint: 'consent',
      client: pending.client.mnemonic,
      oid: session.person.oid,
      verdict: error.message,
    });
    return back(reply, pending.redirectUri, { ...error.fields, state: pending.state });
  }
}

/** `redirect_url`, neither `redirect_uri` nor `post_logout_redirect_uri`. */
function logout(double: EsiaDouble, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const parameters = parametersOf(request);
  const client = double.clients.get(parameters.get('client_id') ?? '');
  const target = parameters.get('redirect_url') ?? '';
  double.signOut(sessionId(request));
  double.note({ endpoint: 'logout', client: client?.mnemonic ?? '', verdict: 'ok' });
  reply.header('set-cookie', `${COOKIE}=; Path=/; Max-Age=0`);
  const allowed = client && URL.canParse(target) && client.redirectHosts.includes(new URL(target).hostname);
  return allowed ? reply.redirect(target, 302) : html(reply, messagePage('Выход', 'Вы вышли с Госуслуг'));
}

export function frontRoutes(app: FastifyInstance, double: EsiaDouble): void {
  app.get('/aas/oauth2/ac', (request, reply) => authorize(double, 'v1', request, reply));
  app.get('/aas/oauth2/v2/ac', (request, reply) => authorize(double, 'v2', request, reply));
  app.post('/login', (request, reply) => login(double, request, reply));
  app.post('/consent', (request, reply) => consent(double, request, reply));
  app.get('/idp/ext/Logout', (request, reply) => logout(double, request, reply));
}
