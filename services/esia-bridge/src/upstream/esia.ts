/** ESIA as the bridge meets it: authorization address, code exchange, one read of the person. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { authorizationText, esiaTimestamp, tokenText } from '../domain/dialect.ts';
import type { SignedFields } from '../domain/dialect.ts';
import { EsiaFailure, esiaCode } from '../domain/esia-error.ts';
import type { Address, Person, Subject } from '../domain/person.ts';
import type { Signer } from '../signer/signer.ts';
import type { Trust } from './trust.ts';

const LEEWAY_SECONDS = 60;

export interface EsiaOptions {
  settings: Config['esia'];
  /** The bridge's own /callback. */
  redirectUri: string;
  certificateHash: string;
  signer: Signer;
  trust: Trust;
  now: () => Date;
}

export interface Identity {
  oid: string;
  subject: Subject;
  amr: string[];
  sid?: string;
  person: Person;
  addresses: Address[];
}

export interface Esia {
  /** Where to send the browser; `state` is what ESIA must send back. */
  authorizationUrl(state: string): Promise<string>;
  /** Exchanges the code and reads the person. Throws {@link EsiaFailure}. */
  identify(code: string): Promise<Identity>;
  logoutUrl(returnTo: string): string;
}

type Json = Record<string, unknown>;

async function request(
  { timeoutMs }: Config['esia'],
  url: string,
  init: RequestInit,
): Promise<{ status: number; json: Json | null }> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      json: isJson ? ((await response.json()) as Json) : (await response.text(), null),
    };
  } catch {
    throw new EsiaFailure('ESIA-UNAVAILABLE');
  }
}

/** An HTML page instead of JSON means a proxy or an outage, whatever its status says. */
function jsonOf({ status, json }: { status: number; json: Json | null }): Json {
  if (!json) throw new EsiaFailure('ESIA-UNAVAILABLE');
  if (status !== 200) throw new EsiaFailure(esiaCode(String(json['error_description'] ?? json['message'] ?? '')));
  return json;
}

/** A token must be ESIA's, fresh and ours. */
async function checkedToken(options: EsiaOptions, token: unknown, owner: (claims: Json) => unknown): Promise<Json> {
  const claims = typeof token === 'string' ? await options.trust.verify(token) : null;
  if (!claims) throw new EsiaFailure('ESIA-BAD-SIGNATURE');
  const now = options.now().getTime() / 1000;
  const inTime = Number(claims['exp']) + LEEWAY_SECONDS > now && Number(claims['nbf'] ?? 0) - LEEWAY_SECONDS < now;
  if (claims['iss'] !== options.settings.issuer || !inTime || owner(claims) !== options.settings.clientId)
    throw new EsiaFailure('ESIA-BAD-TOKEN');
  return claims;
}

/** `aud` may be a list; only ours alone or among others counts. */
function audienceFor(clientId: string): (claims: Json) => unknown {
  return ({ aud }) => (Array.isArray(aud) && aud.includes(clientId) ? clientId : aud);
}

async function exchange(options: EsiaOptions, code: string): Promise<Json> {
  const { settings } = options;
  const fields = newFields(options, randomUUID());
  const body = new URLSearchParams({
    client_id: settings.clientId,
    client_certificate_hash: options.certificateHash,
    client_secret: (await options.signer.sign(tokenText(fields, code))).toString('base64url'),
    grant_type: 'authorization_code',
    code,
    redirect_uri: fields.redirectUri,
    scope: fields.scope,
    state: fields.state,
    timestamp: fields.timestamp,
    token_type: 'Bearer',
  });
  const answer = jsonOf(await request(settings, `${settings.backUrl}/aas/oauth2/v3/te`, { method: 'POST', body }));
  if (answer['state'] !== fields.state) throw new EsiaFailure('ESIA-BAD-STATE');
  return answer;
}

function newFields({ settings, redirectUri, now }: EsiaOptions, state: string): SignedFields {
  return {
    clientId: settings.clientId,
    scope: settings.scope,
    timestamp: esiaTimestamp(now()),
    state,
    redirectUri,
  };
}

/** Elements come as links unless ESIA honoured `embed`; only links below the person's own address are followed. */
async function elementsOf(collection: unknown, base: string, get: (url: string) => Promise<Json>): Promise<Address[]> {
  const elements = (collection as { elements?: unknown[] } | undefined)?.elements ?? [];
  return Promise.all(
    elements.map(async (element) => {
      if (typeof element !== 'string') return element as Address;
      const path = URL.canParse(element) ? new URL(element).pathname : '';
      const prefix = `${new URL(base).pathname}/addrs/`;
      if (!path.startsWith(prefix)) throw new EsiaFailure('ESIA-BAD-LINK');
      return (await get(new URL(path, base).href)) as Address;
    }),
  );
}

async function readPerson(
  { settings }: EsiaOptions,
  oid: string,
  token: string,
): Promise<{ person: Person; addresses: Address[] }> {
  const base = `${settings.backUrl}/rs/prns/${oid}`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const wantsAddresses = settings.scope.split(' ').includes('addresses');
  const embed = wantsAddresses ? '?embed=(addresses.elements)' : '';
  const get = async (url: string) => jsonOf(await request(settings, url, { headers }));
  const json = await get(base + embed);
  if (!wantsAddresses) return { person: json as Person, addresses: [] };
  // `embed` is a wish: without it the collection has to be asked for.
  const collection = json['addresses'] ?? (await get(`${base}/addrs?embed=(elements)`));
  return { person: json as Person, addresses: await elementsOf(collection, base, get) };
}

async function identify(options: EsiaOptions, code: string): Promise<Identity> {
  const answer = await exchange(options, code);
  const access = await checkedToken(options, answer['access_token'], (claims) => claims['client_id']);
  const id = await checkedToken(options, answer['id_token'], audienceFor(options.settings.clientId));
  const subject = (id['urn:esia:sbj'] ?? {}) as Subject;
  const oid = String(id['sub'] ?? subject['urn:esia:sbj:oid'] ?? '');
  if (!/^\d+$/.test(oid) || String(access['urn:esia:sbj_id']) !== oid) throw new EsiaFailure('ESIA-BAD-TOKEN');
  const { person, addresses } = await readPerson(options, oid, String(answer['access_token']));
  const sid = id['urn:esia:sid'];
  return {
    oid,
    subject,
    amr: [id['amr'] ?? []].flat().map(String),
    ...(typeof sid === 'string' && { sid }),
    person,
    addresses,
  };
}

export function esia(options: EsiaOptions): Esia {
  const { settings } = options;
  return {
    async authorizationUrl(state) {
      const fields = newFields(options, state);
      const parameters = new URLSearchParams({
        client_id: settings.clientId,
        client_certificate_hash: options.certificateHash,
        client_secret: (await options.signer.sign(authorizationText(fields))).toString('base64url'),
        scope: fields.scope,
        state,
        timestamp: fields.timestamp,
        redirect_uri: fields.redirectUri,
        response_type: 'code',
        access_type: 'online',
      });
      return `${settings.frontUrl}/aas/oauth2/v2/ac?${parameters}`;
    },
    identify: (code) => identify(options, code),
    logoutUrl: (returnTo) =>
      `${settings.frontUrl}/idp/ext/Logout?${new URLSearchParams({ client_id: settings.clientId, redirect_url: returnTo })}`,
  };
}
