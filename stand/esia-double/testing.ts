/** A double of the test's own, and a system registered there that signs as a real one would. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { esiaTimestamp } from '../../services/esia-bridge/src/domain/dialect.ts';
import { certificateHash, decodeKey, signMessage } from '../../services/esia-bridge/src/gost/certificate.ts';
import { KEY_FILES, makeKeys } from '../../services/esia-bridge/src/make-keys.ts';
import { formWith, walk } from '../../test/login/browser-walk.ts';
import { startDouble } from './server.ts';

export const secretsDir = mkdtempSync(join(tmpdir(), 'esia-double-test-'));
export const file = (name: string) => join(secretsDir, name);
export const REDIRECT = 'http://localhost:5000/callback';
export let esia: Awaited<ReturnType<typeof startDouble>>;
export const options = () => ({
  host: '127.0.0.1',
  port: 0,
  secretsDir,
  clientId: 'VECHE',
  certFile: file(KEY_FILES.esiaCert),
});

/** Starts {@link esia}; ends with the returned function. */
export async function startEsia(): Promise<() => Promise<void>> {
  makeKeys(secretsDir, 'VECHE');
  esia = await startDouble(options());
  return async () => {
    await esia.app.close();
    rmSync(secretsDir, { recursive: true, force: true });
  };
}

const key = () => decodeKey(readFileSync(file(KEY_FILES.esiaKey)));
const sign = (text: string) => signMessage(key(), Buffer.from(text)).toString('base64url');
export type Fields = Record<string, string>;
const signedOrder = (f: Fields) =>
  f['client_id']! + f['scope'] + f['timestamp'] + f['state'] + f['redirect_uri'] + (f['code'] ?? '');

/** A request in order, with changes made before (signed) and after (broken) the signature. */
function request(before: Fields = {}, after: Fields = {}, order = signedOrder): Fields {
  const fields: Fields = {
    client_id: 'VECHE',
    client_certificate_hash: certificateHash(readFileSync(file(KEY_FILES.esiaCert))),
    scope: 'openid fullname',
    timestamp: esiaTimestamp(new Date()),
    state: randomUUID(),
    redirect_uri: REDIRECT,
    ...before,
  };
  return { ...fields, client_secret: sign(order(fields)), ...after };
}

export const front = (before: Fields = {}, after: Fields = {}, order = signedOrder) =>
  request({ response_type: 'code', access_type: 'online', ...before }, after, order);
export const back = (before: Fields = {}, after: Fields = {}, order = signedOrder) =>
  request({ grant_type: 'authorization_code', token_type: 'Bearer', ...before }, after, order);
export const acUrl = (fields: Fields) => `${esia.url}/aas/oauth2/v2/ac?${new URLSearchParams(fields)}`;

/** The refusal's code: from the redirect, or from the page when there can be none. */
export async function refusal(url: string): Promise<string | undefined> {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  const text = location === null ? await response.text() : decodeURIComponent(location);
  return /ESIA-(\d{6})/.exec(text)?.[1];
}

export function codeFor(person: string, fields = front()): Promise<URL> {
  return walk(acUrl(fields), REDIRECT, (page) => {
    const form = formWith(page, 'name="person"') ?? formWith(page, 'name="answer"');
    return form && { action: form.action, fields: { ...form.fields, person, answer: 'allow' } };
  });
}

export async function tokens(fields: Fields) {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${esia.url}/aas/oauth2/v3/te`, { method: 'POST', body });
  return { status: response.status, json: (await response.json()) as Record<string, any> };
}

export async function signIn(person: string, scope = 'openid fullname') {
  const returned = await codeFor(person, front({ scope }));
  const code = returned.searchParams.get('code')!;
  return { code, ...(await tokens(back({ code, scope }))) };
}
