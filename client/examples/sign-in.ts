const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** `realm`: its address, such as https://login.example.ru/realms/veche. */
export interface Portal {
  realm: string;
  redirectUri: string;
  /** `openid profile`, or `openid voter-key` to vote. */
  scope: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
  /** Seconds. */
  expires_in: number;
}

/** Where to send the browser, and what to keep until it is back, in `sessionStorage` say. */
export async function beginSignIn({ realm, redirectUri, scope }: Portal): Promise<{ address: string; kept: string }> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = crypto.randomUUID();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const asked = new URLSearchParams({
    client_id: 'portal',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  });
  return { address: `${realm}/protocol/openid-connect/auth?${asked}`, kept: JSON.stringify({ verifier, state }) };
}

/** `returned`: the address that the browser came back to. Throws when the person refused or somebody else began this sign-in. */
export async function finishSignIn({ realm, redirectUri }: Portal, returned: URL, kept: string): Promise<Tokens> {
  const { verifier, state } = JSON.parse(kept) as { verifier: string; state: string };
  const found = returned.searchParams;
  if (found.get('state') !== state) throw new Error('foreign state');
  if (found.has('error')) throw new Error(found.get('error')!);
  return tokensFor(realm, {
    grant_type: 'authorization_code',
    code: found.get('code')!,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

/** Shortly before an access token ends. A refresh token works once: pages that share it must share the new one. */
export const renew = (realm: string, refreshToken: string): Promise<Tokens> =>
  tokensFor(realm, { grant_type: 'refresh_token', refresh_token: refreshToken });

async function tokensFor(realm: string, form: Record<string, string>): Promise<Tokens> {
  const body = new URLSearchParams({ client_id: 'portal', ...form });
  const response = await fetch(`${realm}/protocol/openid-connect/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`no tokens: ${response.status}`);
  return (await response.json()) as Tokens;
}
