/** The double's memory: who is logged in, which codes and tokens live, what is to go wrong. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Request } from './checks.ts';
import { Refusal } from './errors.ts';
import type { SigningKeys } from './keys.ts';
import type { DoublePerson } from './persons.ts';
import { NO_FAULTS } from './registry.ts';
import type { Client, Entry, Faults } from './registry.ts';

const CODE_MS = 4 * 60_000;
const TOKEN_SECONDS = 3600;
const ENTRIES_KEPT = 5000;

interface Session {
  id: string;
  person: DoublePerson;
  authTime: number;
}

interface Code {
  request: Request;
  session: Session;
  until: number;
  /** Access tokens issued for it: a second use revokes them. */
  tokens: string[] | null;
}

export interface Access {
  person: DoublePerson;
  scopes: string[];
  until: number;
}

export class EsiaDouble {
  readonly clients = new Map<string, Client>();
  readonly keys: SigningKeys;
  /** Own address without a trailing slash: part of the issuer and of every link; known once the port is taken. */
  origin = '';
  faults: Faults = { ...NO_FAULTS };
  readonly entries: Entry[] = [];
  readonly #clock: () => Date;
  readonly #pending = new Map<string, Request>();
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, Access>();
  readonly #refresh = new Map<string, { client: string; oid: number }>();
  readonly #seen = new Set<string>();

  constructor(options: { keys: SigningKeys; clock?: () => Date }) {
    this.keys = options.keys;
    this.#clock = options.clock ?? (() => new Date());
  }

  now(): Date {
    return new Date(this.#clock().getTime() + this.faults.clockSeconds * 1000);
  }

  note(entry: Omit<Entry, 'at'>): void {
    this.entries.push({ at: this.now().toISOString(), ...entry });
    if (this.entries.length > ENTRIES_KEPT) this.entries.shift();
  }

  /** Keeps a checked authorization request while the person logs in. */
  open(request: Request): string {
    const secret = request.parameter('client_secret');
    if (this.faults.refuseReplay && this.#seen.has(secret)) throw new Refusal('007003', 'client_secret');
    this.#seen.add(secret);
    const id = randomUUID();
    this.#pending.set(id, request);
    return id;
  }

  pending(id: string): Request | null {
    return this.#pending.get(id) ?? null;
  }

  signIn(person: DoublePerson): string {
    const id = randomUUID();
    this.#sessions.set(id, { id, person, authTime: Math.floor(this.now().getTime() / 1000) });
    return id;
  }

  session(id: string | undefined): Session | null {
    return this.#sessions.get(id ?? '') ?? null;
  }

  signOut(id: string | undefined): void {
    this.#sessions.delete(id ?? '');
  }

  /** The person agreed: a code for the system. Throws 007055 where only confirmed accounts are let in. */
  agree(id: string, session: Session): { request: Request; code: string } {
    const request = this.close(id);
    if (request.client.confirmedOnly && session.person.level !== 'PR') throw new Refusal('007055');
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, {
      request,
      session,
      until: this.now().getTime() + CODE_MS,
      tokens: null,
    });
    return { request, code };
  }

  /** Ends a request that was answered one way or the other. */
  close(id: string): Request {
    const request = this.#pending.get(id);
    if (!request) throw new Refusal('007003', 'request');
    this.#pending.delete(id);
    return request;
  }

  /** One code, one answer: a second use is refused and takes the first tokens back. */
  redeem(token: Request): { code: Code; accessToken: string; answer: Record<string, unknown> } {
    const code = this.#codes.get(token.parameter('code'));
    for (const revoked of code?.tokens ?? []) this.#access.delete(revoked);
    if (!code || code.tokens !== null || code.until < this.now().getTime()) throw new Refusal('007011');
    const { request } = code;
    const same =
      request.client === token.client &&
      request.redirectUri === token.redirectUri &&
      request.scopes.join(' ') === token.scopes.join(' ');
    if (!same) throw new Refusal('007011');
    this.#checkVerifier(request, token);
    const { accessToken, answer } = this.#issue(code, token.state);
    code.tokens = [accessToken];
    return { code, accessToken, answer };
  }

  access(token: string): Access | null {
    const access = this.#access.get(token);
    return access && access.until > this.now().getTime() ? access : null;
  }

  #checkVerifier(request: Request, token: Request): void {
    if (request.client.pkce === 'off') return;
    const verifier = createHash('sha256').update(token.parameter('code_verifier')).digest('base64url');
    if (verifier !== request.parameter('code_challenge')) throw new Refusal('007040');
  }

  #issue({ request, session }: Code, state: string): { accessToken: string; answer: Record<string, unknown> } {
    const { person } = session;
    const { client, scopes } = request;
    const issuedAt = Math.floor(this.now().getTime() / 1000);
    const owner = this.faults.foreignToken ? 'SOMEBODY_ELSE' : client.mnemonic;
    const sub = this.faults.subject === 'string' ? String(person.oid) : person.oid;
    const common = {
      iss: `${this.origin}/`,
      nbf: issuedAt,
      iat: issuedAt,
      exp: issuedAt + TOKEN_SECONDS,
      'urn:esia:sid': session.id,
    };
    const sign = (sbt: 'access' | 'id', payload: object) =>
      this.keys.sign(sbt, payload, client.algorithm, this.faults.wrongKey);
    const scope = scopes.map((each) => (each === 'openid' ? each : `${each}?oid=${person.oid}`)).join(' ');
    const accessToken = sign('access', {
      ...common,
      scope,
      'urn:esia:sbj_id': person.oid,
      client_id: owner,
      jti: randomUUID(),
    });
    const subject = {
      'urn:esia:sbj:oid': person.oid,
      'urn:esia:sbj:typ': 'P',
      'urn:esia:sbj:nam': `OID.${person.oid}`,
      'urn:esia:sbj:lvl': person.level,
      ...(person.level === 'PR' && { 'urn:esia:sbj:is_tru': true }),
    };
    const idToken = sign('id', {
      ...common,
      aud: owner,
      sub,
      auth_time: session.authTime,
      amr: 'PWD',
      'urn:esia:amd': 'PWD',
      'urn:esia:sbj': subject,
    });
    this.#access.set(accessToken, { person, scopes, until: (issuedAt + TOKEN_SECONDS) * 1000 });
    const refresh = request.parameter('access_type') === 'offline' ? { refresh_token: randomUUID() } : {};
    if (refresh.refresh_token) this.#refresh.set(refresh.refresh_token, { client: client.mnemonic, oid: person.oid });
    const expiresIn = this.faults.expiresIn === 'string' ? String(TOKEN_SECONDS) : TOKEN_SECONDS;
    const echoed = this.faults.wrongState ? randomUUID() : state;
    return {
      accessToken,
      answer: {
        access_token: accessToken,
        id_token: idToken,
        ...refresh,
        state: echoed,
        token_type: 'Bearer',
        expires_in: expiresIn,
      },
    };
  }
}
