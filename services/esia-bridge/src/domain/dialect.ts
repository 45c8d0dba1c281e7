/** The v2/v3 dialect of ESIA: what is sent and what `client_secret` signs. Pure. */

export interface SignedFields {
  clientId: string;
  /** Space separated. */
  scope: string;
  /** Organisation scopes; signed right after `scope`. */
  scopeOrg?: string;
  /** See {@link esiaTimestamp}. */
  timestamp: string;
  /** UUID, a fresh one for every request. */
  state: string;
  redirectUri: string;
}

/** String to sign for `/aas/oauth2/v2/ac`: concatenated without separators. */
export function authorizationText(fields: SignedFields): string {
  return (
    fields.clientId + fields.scope + (fields.scopeOrg ?? '') + fields.timestamp + fields.state + fields.redirectUri
  );
}

/** String to sign for `/aas/oauth2/v3/te` with `grant_type=authorization_code`: the code comes last. */
export function tokenText(fields: SignedFields, code: string): string {
  return authorizationText(fields) + code;
}

/** `yyyy.MM.dd HH:mm:ss +0000`, always in UTC. */
export function esiaTimestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19).replaceAll('-', '.').replace('T', ' ')} +0000`;
}

/** The instant of such a timestamp in any offset, or `null` when it is spelled differently. */
export function parseEsiaTimestamp(text: string): Date | null {
  const match = /^(\d{4})\.(\d\d)\.(\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(text);
  if (!match) return null;
  const [, year, month, day, time, hours, minutes] = match;
  const instant = new Date(`${year}-${month}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
