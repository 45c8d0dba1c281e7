/** OAuth on the client's side: tokens that stay fresh. */

export const REALM = 'veche';

/** What the stand writes about itself; the file is named by VECHE_STAND_STATE. */
export interface StandState {
  urls: { keycloak: string; gateway?: string } & Record<string, string | undefined>;
}

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  expires_in: number;
}

const REFRESH_BEFORE_MS = 30_000;

const endpoint = (state: StandState, name: string) =>
  `${state.urls.keycloak}/realms/${REALM}/protocol/openid-connect/${name}`;

async function requestTokens(state: StandState, form: Record<string, string>): Promise<Tokens> {
  const response = await fetch(endpoint(state, 'token'), {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`token endpoint: ${response.status} ${text}`);
  return JSON.parse(text) as Tokens;
}

/** Payload of a token, unverified: for tests that look at claims. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}

/** A signed-in caller whose access token is renewed shortly before it ends. */
export class Session {
  #tokens: Tokens;
  #endsAt: number;
  #renewal: Promise<void> | null = null;
  readonly #renew: (current: Tokens) => Promise<Tokens>;

  constructor(tokens: Tokens, renew: (current: Tokens) => Promise<Tokens>) {
    this.#tokens = tokens;
    this.#endsAt = Date.now() + tokens.expires_in * 1000;
    this.#renew = renew;
  }

  /** The person's id on the platform. */
  get sub(): string {
    return String(claimsOf(this.#tokens.access_token)['sub']);
  }

  get idToken(): string | undefined {
    return this.#tokens.id_token;
  }

  /** A token that is good for another half minute at least. */
  async token(): Promise<string> {
    if (Date.now() > this.#endsAt - REFRESH_BEFORE_MS) {
      // Refresh tokens work once: concurrent callers must share one renewal.
      this.#renewal ??= this.renew().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.#tokens.access_token;
  }

  /** Renews now, whatever the age. */
  async renew(): Promise<void> {
    this.#tokens = await this.#renew(this.#tokens);
    this.#endsAt = Date.now() + this.#tokens.expires_in * 1000;
  }
}

/** Session of a person who signed in with a code. */
export function personSession(state: StandState, tokens: Tokens): Session {
  return new Session(tokens, ({ refresh_token: refreshToken = '' }) =>
    requestTokens(state, {
      grant_type: 'refresh_token',
      client_id: 'portal',
      refresh_token: refreshToken,
    }),
  );
}

/** Session of a service account. */
export async function serviceSession(state: StandState, clientId: string, clientSecret: string): Promise<Session> {
  const request = () =>
    requestTokens(state, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
  return new Session(await request(), request);
}
