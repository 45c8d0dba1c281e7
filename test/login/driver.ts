/** Logs people in over HTTP the way a browser would, through Keycloak, the bridge and the ESIA double. */
import { readFileSync } from 'node:fs';
import { formWith, walk } from './browser-walk.ts';
import type { Answer, Submission } from './browser-walk.ts';
import { beginSignIn, finishSignIn } from '../../client/examples/sign-in.ts';
import { personSession, REALM, serviceSession } from './session.ts';
import type { Session, StandState } from './session.ts';

export { Session, claimsOf } from './session.ts';
export type { StandState } from './session.ts';

/** Never fetched: the walk ends when a redirect leads there. */
const REDIRECT_URI = 'http://localhost:5173/callback';

export interface LoginOptions {
  /** Asks for the scope that voting needs: snils_h, birthdate, addr_reg_oktmo, audience voting. */
  voterKey?: boolean;
  /** Asks for the names; on unless switched off. */
  profile?: boolean;
}

/** Nothing can be done without a stand; its message says what to do, in Russian. */
export class NoStand extends Error {}

/** The stand's description from the file that VECHE_STAND_STATE names. Throws NoStand where none runs. */
export function readStandState(): StandState {
  const file = process.env['VECHE_STAND_STATE'];
  if (!file) throw new NoStand('Стенд не запущен. Запустите его командой npm start и повторите.');
  return JSON.parse(readFileSync(file, 'utf8')) as StandState;
}

function scopeOf({ voterKey = false, profile = true }: LoginOptions): string {
  return ['openid', ...(profile ? ['profile'] : []), ...(voterKey ? ['voter-key'] : [])].join(' ');
}

function withFields(form: Submission | null, fields: Record<string, string>): Submission | null {
  return form && { action: form.action, fields: { ...form.fields, ...fields } };
}

/** At the double: picks the person and agrees. */
function citizenAnswer(personKey: string): Answer {
  return (page) =>
    withFields(formWith(page, 'name="person"'), { person: personKey }) ??
    withFields(formWith(page, 'name="answer"'), { answer: 'allow' });
}

/** At Keycloak's own form. A second showing means that the password was refused. */
function staffAnswer(username: string, password: string): Answer {
  let asked = false;
  return (page) => {
    const form = formWith(page, 'name="password"');
    if (!form || asked) return null;
    asked = true;
    return withFields(form, { username, password, credentialId: '' });
  };
}

async function signIn(
  state: StandState,
  options: LoginOptions,
  more: Record<string, string>,
  answer: Answer,
): Promise<Session> {
  const portal = {
    realm: `${state.urls.keycloak}/realms/${REALM}`,
    redirectUri: REDIRECT_URI,
    scope: scopeOf(options),
  };
  const { address, kept } = await beginSignIn(portal);
  const returned = await walk(`${address}&${new URLSearchParams(more)}`, REDIRECT_URI, answer);
  return personSession(state, await finishSignIn(portal, returned, kept));
}

/** Signs in a person of the double: a listed key such as `adult-surgut`, or `citizen-7`, the seventh resident of Surgut. */
export function citizenSession(state: StandState, personKey: string, options: LoginOptions = {}): Promise<Session> {
  return signIn(state, options, { kc_idp_hint: 'esia' }, citizenAnswer(personKey));
}

/** Signs in a member of staff at Keycloak's form. */
export function staffSession(
  state: StandState,
  username: string,
  password: string,
  options: LoginOptions = {},
): Promise<Session> {
  return signIn(state, options, {}, staffAnswer(username, password));
}

/** Access token of a person of the double, good for five minutes; use {@link citizenSession} for longer work. */
export async function citizenToken(state: StandState, personKey: string, options: LoginOptions = {}): Promise<string> {
  return (await citizenSession(state, personKey, options)).token();
}

export async function staffToken(state: StandState, username: string, password: string): Promise<string> {
  return (await staffSession(state, username, password)).token();
}

export async function serviceToken(state: StandState, clientId: string, clientSecret: string): Promise<string> {
  return (await serviceSession(state, clientId, clientSecret)).token();
}

export { serviceSession } from './session.ts';
