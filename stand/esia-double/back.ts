/** The back channel: tokens, the person's data, the certificates. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkRequest } from './checks.ts';
import type { Dialect } from './checks.ts';
import type { Access, EsiaDouble } from './double.ts';
import { Refusal } from './errors.ts';
import { misbehave } from './faults.ts';
import { parametersOf } from './front.ts';
import { collections, personView } from './person-view.ts';

async function token(
  double: EsiaDouble,
  dialect: Dialect,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const parameters = parametersOf(request);
  try {
    if (await misbehave(double, 'te', request, reply)) return reply;
    const code = parameters.get('code') ?? '';
    const grantType = parameters.get('grant_type');
    if (grantType && grantType !== 'authorization_code') throw new Refusal('007012');
    const checked = await checkRequest(parameters, {
      dialect,
      clients: double.clients,
      now: double.now(),
      more: ['grant_type', 'code', 'token_type'],
      code,
    });
    if (checked.parameter('token_type') !== 'Bearer') throw new Refusal('007003', 'token_type');
    const { code: redeemed, answer } = double.redeem(checked);
    double.note({
      endpoint: 'te',
      client: checked.client.mnemonic,
      oid: redeemed.session.person.oid,
      verdict: 'ok',
    });
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    double.note({
      endpoint: 'te',
      client: parameters.get('client_id') ?? '',
      verdict: error.message,
    });
    return reply.code(400).send({ ...error.fields, state: parameters.get('state') ?? '' });
  }
}

/** The token's owner, when the address is theirs; otherwise the answer is given already. */
function bearer(double: EsiaDouble, request: FastifyRequest, reply: FastifyReply): Access | null {
  const access = double.access(/^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const { oid } = request.params as { oid: string };
  if (access && String(access.person.oid) === oid) return access;
  double.note({ endpoint: 'rs', verdict: access ? '403' : '401' });
  void reply.code(access ? 403 : 401).send({
    code: access ? 'ESIA-005003' : 'ESIA-005002',
    message: access ? 'Доступ запрещён' : 'Токен недействителен',
  });
  return null;
}

const NOT_FOUND = { code: 'ESIA-005001', message: 'Не найдено' };

/** The person, one of the collections or one element of it; `undefined` when the scopes or the address give nothing. */
function resource(double: EsiaDouble, access: Access, request: FastifyRequest): object | undefined {
  const { collection, element } = request.params as { collection?: string; element?: string };
  const { embed: wish = '' } = request.query as { embed?: string };
  const embed = double.faults.noEmbed ? '' : wish;
  const view = { origin: double.origin, access, embed };
  if (collection === undefined) return personView(view);
  const found = collections(view)[collection];
  if (element === undefined) return found?.list(embed.includes('elements'));
  return found?.items.find((item) => String(item['id']) === element);
}

async function person(double: EsiaDouble, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    if (await misbehave(double, 'rs', request, reply)) return reply;
  } catch (error) {
    if (error instanceof Refusal) return reply.code(500).send({ code: `ESIA-${error.code}`, message: error.message });
    throw error;
  }
  const access = bearer(double, request, reply);
  if (!access) return reply;
  double.note({ endpoint: 'rs', oid: access.person.oid, verdict: 'ok' });
  return resource(double, access, request) ?? reply.code(404).send(NOT_FOUND);
}

export function backRoutes(app: FastifyInstance, double: EsiaDouble): void {
  app.post('/aas/oauth2/te', (request, reply) => token(double, 'v1', request, reply));
  app.post('/aas/oauth2/v3/te', (request, reply) => token(double, 'v2', request, reply));
  for (const path of ['/rs/prns/:oid', '/rs/prns/:oid/:collection', '/rs/prns/:oid/:collection/:element']) {
    app.get(path, (request, reply) => person(double, request, reply));
  }
  app.get('/public/esia.zip', (_request, reply) => reply.type('application/zip').send(double.keys.archive()));
}
