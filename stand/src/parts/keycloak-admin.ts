import { Problem } from '../problem.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * Points the realm's identity provider to the bridge of this stand. The realm was imported with default addresses; a stand
 * on other ports has another bridge. Only the stand's own administrator is used.
 */
export async function pointToBridge(keycloak: string, bridge: string, clientSecret: string): Promise<void> {
  const token = await adminToken(keycloak);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const address = `${keycloak}/admin/realms/veche/identity-provider/instances/esia`;
  const provider = (await checked(await fetch(address, { headers }))) as { config: Record<string, string> };
  const paths = {
    authorizationUrl: 'authorize',
    tokenUrl: 'token',
    userInfoUrl: 'userinfo',
    jwksUrl: 'jwks',
    logoutUrl: 'end-session',
  };
  const discovered = await discover(bridge);
  const config: Record<string, string> = { ...provider.config, issuer: bridge, clientSecret };
  for (const [setting, path] of Object.entries(paths)) config[setting] = discovered[setting] ?? `${bridge}/${path}`;
  const response = await fetch(address, { method: 'PUT', headers, body: JSON.stringify({ ...provider, config }) });
  if (!response.ok)
    throw new Problem(`Keycloak refused the address of the bridge: ${response.status} ${await response.text()}`);
}

/** The bridge may not run yet; then its paths are those of the realm file. */
async function discover(bridge: string): Promise<Record<string, string | undefined>> {
  try {
    const answer = await fetch(`${bridge}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(1000) });
    const found = (await answer.json()) as Record<string, string>;
    return {
      authorizationUrl: found.authorization_endpoint,
      tokenUrl: found.token_endpoint,
      userInfoUrl: found.userinfo_endpoint,
      jwksUrl: found.jwks_uri,
      logoutUrl: found.end_session_endpoint,
    };
  } catch {
    return {};
  }
}

async function adminToken(keycloak: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: 'admin-cli',
    username: 'admin',
    password: 'admin',
  });
  const answer = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    headers: FORM,
    body,
  });
  return ((await checked(answer)) as { access_token: string }).access_token;
}

async function checked(response: Response): Promise<unknown> {
  if (!response.ok)
    throw new Problem(
      `Keycloak's administration answered ${response.status}: ${(await response.text()).slice(0, 200)}`,
    );
  return response.json();
}
