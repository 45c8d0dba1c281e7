/** What ESIA checks in a request before it believes it. Every failure is a {@link Refusal}. */
import { parseEsiaTimestamp } from '../../services/esia-bridge/src/domain/dialect.ts';
import { CRYPTOPRO_XCHA, verify } from '../../services/esia-bridge/src/gost/curve.ts';
import { streebog } from '../../services/esia-bridge/src/gost/streebog.ts';
import { verifyCms } from './cms.ts';
import { Refusal } from './errors.ts';
import type { Client } from './registry.ts';

/** Our assumption: ESIA does not publish its tolerance. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type Dialect = 'v1' | 'v2';

export interface Request {
  dialect: Dialect;
  client: Client;
  scopes: string[];
  state: string;
  redirectUri: string;
  parameter(name: string): string;
}

const MANDATORY = ['client_id', 'client_secret', 'scope', 'timestamp', 'state', 'redirect_uri'];

function assertComplete(parameters: URLSearchParams, mandatory: readonly string[]): void {
  for (const name of parameters.keys()) if (parameters.getAll(name).length > 1) throw new Refusal('007003', name);
  const missing = mandatory.filter((name) => !parameters.get(name));
  if (missing.length > 0) throw new Refusal('007014', missing.join(', '));
}

/** The client and whether its redirect may be used; an answer before this point cannot be redirected. */
export function checkClient(
  parameters: URLSearchParams,
  clients: ReadonlyMap<string, Client>,
): { client: Client; redirectUri: string } {
  const client = clients.get(parameters.get('client_id') ?? '');
  const redirectUri = parameters.get('redirect_uri') ?? '';
  if (!client) throw new Refusal(parameters.has('client_id') ? '007002' : '007014', 'client_id');
  if (!URL.canParse(redirectUri) || !client.redirectHosts.includes(new URL(redirectUri).hostname))
    throw new Refusal('007023');
  return { client, redirectUri };
}

function checkScopes(client: Client, scope: string): string[] {
  const scopes = scope.split(' ').filter(Boolean);
  if (scopes.length === 0) throw new Refusal('007013');
  const unknown = scopes.filter((each) => !client.scopes.includes(each));
  if (unknown.length > 0) throw new Refusal('007006', unknown.join(' '));
  return scopes;
}

function checkTimestamp(timestamp: string, now: Date): void {
  const instant = parseEsiaTimestamp(timestamp);
  if (!instant || Math.abs(instant.getTime() - now.getTime()) > CLOCK_TOLERANCE_MS) throw new Refusal('007015');
}

/** The order of the strings is the whole difference between the dialects, so it is spelled out here once more, on purpose. */
function signedText(parameters: URLSearchParams, dialect: Dialect, code: string): string {
  const value = (name: string) => parameters.get(name) ?? '';
  if (dialect === 'v1') return value('scope') + value('timestamp') + value('client_id') + value('state');
  return (
    value('client_id') +
    value('scope') +
    value('scope_org') +
    value('timestamp') +
    value('state') +
    value('redirect_uri') +
    code
  );
}

function checkRawSignature(client: Client, parameters: URLSearchParams, text: string): void {
  const certificate = client.certificates.find(({ hash }) => hash === parameters.get('client_certificate_hash'));
  if (!certificate) throw new Refusal('007053', 'client_certificate_hash');
  if (!certificate.active) throw new Refusal('007005');
  const signature = Buffer.from(parameters.get('client_secret')!, 'base64url');
  if (!verify(CRYPTOPRO_XCHA, certificate.key, streebog(Buffer.from(text)), signature)) throw new Refusal('007053');
}

async function checkCms(client: Client, parameters: URLSearchParams, text: string): Promise<void> {
  const signature = Buffer.from(parameters.get('client_secret')!, 'base64url');
  const active = client.certificates.filter((certificate) => certificate.active);
  if (active.length === 0) throw new Refusal('007005');
  for (const certificate of active) if (await verifyCms(signature, text, certificate.der)) return;
  throw new Refusal('007053');
}

/**
 * Completeness, state, time, scope and signature, in this order. `code` is empty for an authorization request and
 * the code itself for the token request, whose signature covers it.
 */
export async function checkRequest(
  parameters: URLSearchParams,
  context: {
    dialect: Dialect;
    clients: ReadonlyMap<string, Client>;
    now: Date;
    more: readonly string[];
    code: string;
  },
): Promise<Request> {
  const { client, redirectUri } = checkClient(parameters, context.clients);
  const hash = context.dialect === 'v2' ? ['client_certificate_hash'] : [];
  assertComplete(parameters, [...MANDATORY, ...hash, ...context.more]);
  const state = parameters.get('state')!;
  if (!UUID.test(state)) throw new Refusal('007003', 'state');
  checkTimestamp(parameters.get('timestamp')!, context.now);
  const scopes = checkScopes(client, parameters.get('scope')!);
  const text = signedText(parameters, context.dialect, context.code);
  if (context.dialect === 'v2') checkRawSignature(client, parameters, text);
  else await checkCms(client, parameters, text);
  return {
    dialect: context.dialect,
    client,
    scopes,
    state,
    redirectUri,
    parameter: (name) => parameters.get(name) ?? '',
  };
}
