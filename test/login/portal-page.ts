/** The smallest portal: one button, code flow with PKCE in the browser, the token on the page. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { REALM } from "./session.ts";

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
  return (await response.json()).access_token;
}
const show = (id, text) => { document.getElementById(id).textContent = text; };
document.getElementById("login").onclick = login;
if (location.pathname === "/callback") finish().then((token) => show("token", token), (error) => show("error", error.message));
`;
}

/** Serves the page at http://localhost:<port>, the one plain-HTTP host on which browsers keep Secure cookies. */
export async function servePortal(
  keycloak: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Портал</title>
<button id="login">Войти</button><p id="token"></p><p id="error"></p><script type="module">${script(keycloak)}</script></html>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
