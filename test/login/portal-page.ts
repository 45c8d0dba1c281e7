/** The smallest portal: one button, code flow with PKCE in the browser, the token on the page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REALM } from './session.ts';

/** Runs in the browser; kept free of libraries so that nothing but the platform is tested. */
function script(keycloak: string): string {
  return `
const oidc = ${JSON.stringify(`${keycloak}/realms/${REALM}/protocol/openid-connect`)};
const redirectUri = location.origin + "/callback";
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
async function login() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = crypto.randomUUID();
  sessionStorage.setItem("login", JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.href = oidc + "/auth?" + new URLSearchParams({ client_id: "portal", redirect_uri: redirectUri, response_type: "code",
    scope: "openid profile", state, code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: "S256" });
}
async function finish() {
  const returned = new URLSearchParams(location.search);
  const { verifier, state } = JSON.parse(sessionStorage.getItem("login"));
  if (returned.get("state") !== state) throw new Error("foreign state");
  if (returned.has("error")) throw new Error(returned.get("error"));
  const body = new URLSearchParams({ grant_type: "authorization_code", client_id: "portal", code: returned.get("code"), redirect_uri: redirectUri, code_verifier: verifier });
  const response = await fetch(oidc + "/token", { method: "POST", body });
  return response.json();
}
function logout() {
  location.href = oidc + "/logout?" + new URLSearchParams({ id_token_hint: sessionStorage.getItem("id_token"), post_logout_redirect_uri: location.origin + "/bye" });
}
const show = (id, text) => { document.getElementById(id).textContent = text; };
document.getElementById("login").onclick = login;
document.getElementById("logout").onclick = logout;
if (location.pathname === "/callback") finish().then((tokens) => {
  sessionStorage.setItem("id_token", tokens.id_token);
  show("token", tokens.access_token);
}, (error) => show("error", error.message));
`;
}

/** Serves the page at http://localhost:<port>, the one plain-HTTP host on which browsers keep Secure cookies. */
export async function servePortal(keycloak: string): Promise<{ url: string; stop(): Promise<void> }> {
  const html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Портал</title>
<button id="login">Войти</button><button id="logout">Выйти</button><p id="token"></p><p id="error"></p><script type="module">${script(keycloak)}</script></html>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
