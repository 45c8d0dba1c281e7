import type { Logger } from '@veche/kit';
import { displayNameOf } from './domain/person-name.ts';

/** Where the name of a signed-in person comes from. */
export interface UserInfo {
  /** Best effort: null when the login tells no name (scope `profile` not granted) or cannot be asked. */
  nameOf(personId: string, token: string): Promise<string | null>;
}

const TIMEOUT_MS = 3_000;

/** OpenID Connect Core 5.3 over HTTP; the answer counts only for the subject of the token (5.3.2). */
export function openIdUserInfo(url: string, log: Logger): UserInfo {
  return {
    async nameOf(personId, token) {
      try {
        const response = await fetch(url, {
          headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          signal: AbortSignal.timeout(TIMEOUT_MS),
          redirect: 'error',
        });
        if (!response.ok) throw new Error(`status ${response.status}`);
        const claims = (await response.json()) as Record<string, unknown>;
        return claims['sub'] === personId ? displayNameOf(claims) : null;
      } catch (error) {
        // Neither token nor answer may reach a log.
        log.warn({ reason: (error as Error).message.slice(0, 100) }, 'userinfo not available');
        return null;
      }
    },
  };
}
