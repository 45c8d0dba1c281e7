/** The smallest portal: one button, code flow with PKCE in the browser, the token on the page. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { REALM } from './session.ts';

const SIGN_IN = new URL('../../client/examples/sign-in.ts', import.meta.url);

/** Runs in the browser; kept free of libraries so that nothing but the platform, and the example of the guide for frontends, is tested. */
const script = (keycloak: string): string => `
import { beginSignIn, finishSignIn } from "/sign-in.js";
const realm = ${JSON.stringify(`${keycloak}/realms/${REALM}`)};
const portal = { realm, redirectUri: location.origin + "/callback", scope: "openid profile" };
async function login() {
  const { address, kept } = await beginSignIn(portal);
  sessionStorage.setItem("login", kept);
  location.href = address;
}
function logout() {
  location.href = realm + "/protocol/openid-connect/logout?" + new URLSearchParams({ id_token_hint: sessionStorage.getItem("id_token"), post_logout_redirect_uri: location.origin + "/bye" });
}
const show = (id, text) => { document.getElementById(id).textContent = text; };
document.getElementById("login").onclick = login;
document.getElementById("logout").onclick = logout;
if (location.pathname === "/callback") finishSignIn(portal, new URL(location.href), sessionStorage.getItem("login")).then((tokens) => {
  sessionStorage.setItem("id_token", tokens.id_token);
  show("token", tokens.access_token);
}, (error) => show("error", error.message));
`;

/** Serves the page at http://localhost:<port>, the one plain-HTTP host on which browsers keep Secure cookies. */
export async function servePortal(keycloak: string): Promise<{ url: string; stop(): Promise<void> }> {
  const html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Портал</title>
<button id="login">Войти</button><button id="logout">Выйти</button><p id="token"></p><p id="error"></p><script type="module">${script(keycloak)}</script></html>`;
  const signIn = stripTypeScriptTypes(readFileSync(SIGN_IN, 'utf8'));
  const server = createServer(({ url }, response) => {
    const [type, body] = url === '/sign-in.js' ? ['text/javascript', signIn] : ['text/html', html];
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
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
