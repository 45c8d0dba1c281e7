/** What a number is asked about for; the bridge writes it to its audit log. */
export type DeskPurpose = 'paper-ballot' | 'booth-ballot';

/** Gives the voter key of a person by the number that stands on a sheet; the number is asked about and forgotten. */
export interface VoterKeyPort {
  /** `invalid`: there is no such number; `unavailable`: nothing is known now, ask again. */
  ofSnils(snils: string, purpose: DeskPurpose): Promise<{ voterKey: string } | 'invalid' | 'unavailable'>;
}

const TIMEOUT_MS = 5_000;

/** The bridge to the state login, which alone holds the key that turns a number into a voter key (ADR 13). */
export function bridgeVoterKeys(url: string | undefined, token: string | undefined): VoterKeyPort {
  return {
    async ofSnils(snils, purpose) {
      if (!url || !token) return 'unavailable';
      try {
        const response = await fetch(new URL('/internal/snils-hash', url), {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ snils, purpose }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.status === 422) return 'invalid';
        const { snils_h: voterKey } = (await response.json()) as { snils_h?: unknown };
        return response.ok && typeof voterKey === 'string' ? { voterKey } : 'unavailable';
      } catch {
        // Neither the number nor what the bridge says of it belongs into a log.
        return 'unavailable';
      }
    },
  };
}
