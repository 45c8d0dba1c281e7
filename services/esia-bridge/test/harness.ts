/** Bridge and double in one process, with a client that behaves like Keycloak. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { pino } from 'pino';
import { freePort } from '@veche/kit/testing/free-port';
import { startDouble } from '../../../stand/esia-double/server.ts';
import type { Faults } from '../../../stand/esia-double/registry.ts';
import { formWith, walk } from '../../../test/login/browser-walk.ts';
import type { Answer } from '../../../test/login/browser-walk.ts';
import { createApp } from '../src/app.ts';
import { createBridge, type BridgeOverrides } from '../src/bridge.ts';
import { KEY_FILES, makeKeys } from '../src/make-keys.ts';
import { memoryStore } from '../src/state-store.ts';

export const CLIENT_ID = 'VECHE';
export const REDIRECT_URI = 'http://127.0.0.1:9/realms/veche/broker/esia/endpoint';
const SECRET = 'test-secret: with&odd=characters';

export interface Tokens {
  access_token: string;
  id_token: string;
  expires_in: number;
}

/** Picks a person and agrees, or refuses at the consent page. */
export function personAnswer(person: string, answer: 'allow' | 'refuse' = 'allow'): Answer {
  return (page) => {
    const form = formWith(page, 'name="person"') ?? formWith(page, 'name="answer"');
    const fields: Record<string, string> = page.html.includes('name="person"') ? { person } : { answer };
    return form && { action: form.action, fields: { ...form.fields, ...fields } };
  };
}

export function newVerifier(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Keycloak's part towards a bridge. */
function brokerOf(url: string, now: () => Date) {
  const authorizeUrl = (challenge: string, changes: Record<string, string | undefined> = {}) => {
    const parameters = {
      client_id: 'keycloak',
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid profile',
      state: 'broker.state~1',
      nonce: 'n-1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    };
    const present = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${url}/authorize?${new URLSearchParams(present)}`;
  };
  const basic = (secret: string) => `Basic ${Buffer.from(`keycloak:${encodeURIComponent(secret)}`).toString('base64')}`;

  return {
    authorizeUrl,
    /** The address with which Keycloak gets the browser back. */
    login(person: string, verifier = newVerifier(), answer: 'allow' | 'refuse' = 'allow') {
      return walk(authorizeUrl(verifier.challenge), REDIRECT_URI, personAnswer(person, answer));
    },
    redeem(code: string, verifier: string, changes: Record<string, string> = {}, secret = SECRET) {
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
        ...changes,
      };
      return fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: basic(secret) },
        body: new URLSearchParams(form),
      });
    },
    /** A whole login: tokens and the verified claims of the id_token. */
    async signIn(person: string): Promise<{ tokens: Tokens; claims: JWTPayload }> {
      const pair = newVerifier();
      const returned = await this.login(person, pair);
      const code = returned.searchParams.get('code');
      if (code === null) throw new Error(`no code: ${returned.search}`);
      const tokens = (await (await this.redeem(code, pair.verifier)).json()) as Tokens;
      const jwks = createRemoteJWKSet(new URL(`${url}/jwks`));
      const options = { issuer: url, audience: 'keycloak', currentDate: now() };
      const { payload } = await jwtVerify(tokens.id_token, jwks, options);
      return { tokens, claims: payload };
    },
  };
}

/** The bridge's environment: every file of it lies in the test's own directory. */
function settingsOf(file: (name: string) => string, port: number, esiaUrl: string) {
  return {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ESIA_FRONT_URL: esiaUrl,
    ESIA_CLIENT_ID: CLIENT_ID,
    ESIA_KEY_FILE: file(KEY_FILES.esiaKey),
    ESIA_CERT_FILE: file(KEY_FILES.esiaCert),
    ESIA_TRUST_DIR: file(KEY_FILES.trustDir),
    ESIA_SIGNER: 'plain',
    ESIA_TIMEOUT_MS: '1000',
    SNILS_KEY_FILE: file(KEY_FILES.snilsKey),
    OP_CLIENT_SECRET: SECRET,
    OP_SIGNING_KEY_FILE: file(KEY_FILES.providerKey),
    OP_REDIRECT_URIS: REDIRECT_URI,
    // Not connected to: the store below stands in.
    REDIS_URL: 'redis://127.0.0.1:1',
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Everything of one test file; `env` overrides the bridge's settings. */
export async function startWorld(env: Record<string, string> = {}, overrides: Pick<BridgeOverrides, 'store'> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'esia-bridge-test-'));
  const file = (name: string) => join(directory, name);
  makeKeys(directory, CLIENT_ID);
  const esia = await startDouble({
    host: '127.0.0.1',
    port: 0,
    secretsDir: directory,
    clientId: CLIENT_ID,
    certFile: file(KEY_FILES.esiaCert),
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logged: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString());
      done();
    },
  });
  const settings = { ...settingsOf(file, port, esia.url), ...env };
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const bridge = await createBridge(settings, {
    store: memoryStore(() => now().getTime()),
    now,
    log: pino({ level: 'trace' }, stream),
    ...overrides,
  });
  const app = createApp(bridge);
  await app.listen({ host: '127.0.0.1', port });

  return {
    ...brokerOf(url, now),
    url,
    esia,
    directory,
    settings,
    logged,
    metrics: () => bridge.metrics.metrics(),
    /** Shifts the bridge's clock. */
    moveClock(ms: number) {
      offsetMs += ms;
    },
    setFaults(faults: Partial<Faults>) {
      esia.double.faults = { ...esia.double.faults, ...faults };
    },
    async stop() {
      await app.close();
      await esia.app.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
