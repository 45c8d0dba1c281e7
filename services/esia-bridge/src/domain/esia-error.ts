/** What an ESIA error means for Keycloak and for the operator. Pure. */

export type OAuthError = 'access_denied' | 'temporarily_unavailable' | 'server_error';

export interface Verdict {
  /** "ESIA-007004", or "ESIA-UNKNOWN" when no code was found. */
  code: string;
  error: OAuthError;
  /** Our own clock, key, certificate or registration is wrong: somebody must be told. */
  operatorAlert: boolean;
  /** For the person, without anything ESIA wrote. */
  description: string;
}

const REFUSED = new Set(['ESIA-007004', 'ESIA-007055']);
const BUSY = new Set(['ESIA-007007', 'ESIA-007008', 'ESIA-UNAVAILABLE']);
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'ESIA-007004': 'Вход через Госуслуги отменён',
  'ESIA-007055': 'Нужна подтверждённая учётная запись Госуслуг',
};

/** The code at the start of an `error_description`, however it goes on. */
export function esiaCode(description: string | null | undefined): string {
  const code = /ESIA-\d{6}/.exec(description ?? '')?.[0];
  return code ?? 'ESIA-UNKNOWN';
}

/** Maps a code; "ESIA-UNAVAILABLE" stands for an HTML answer, a reset connection or a timeout. */
export function verdictOf(code: string): Verdict {
  if (REFUSED.has(code))
    return { code, error: 'access_denied', operatorAlert: false, description: DESCRIPTIONS[code]! };
  if (BUSY.has(code))
    return {
      code,
      error: 'temporarily_unavailable',
      operatorAlert: false,
      description: 'Госуслуги временно недоступны, попробуйте позже',
    };
  return {
    code,
    error: 'server_error',
    operatorAlert: true,
    description: 'Не удалось войти через Госуслуги',
  };
}

/** An expected failure of the exchange with ESIA; carries a code, never the answer itself. */
export class EsiaFailure extends Error {
  readonly verdict: Verdict;
  constructor(code: string) {
    super(code);
    this.verdict = verdictOf(code);
  }
}
