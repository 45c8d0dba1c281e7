import type { SignIns } from '../domain/eligibility-audit.ts';

/** Numbers of the login side, which is independent of voting and holds its own keys. */
export interface SignInPort {
  /** Distinct people between two days, both included; null while it cannot be told. */
  distinct(from: string, to: string): Promise<SignIns | null>;
}

const TIMEOUT_MS = 5_000;

/** The bridge to the state login; null where none is configured. */
export function bridgeSignIns(url: string | undefined, token: string | undefined): SignInPort | null {
  if (!url || !token) return null;
  return {
    async distinct(from, to) {
      try {
        const response = await fetch(new URL(`/internal/sign-ins?from=${from}&to=${to}`, url), {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const { distinct, standardError } = (await response.json()) as Partial<SignIns>;
        return response.ok && typeof distinct === 'number' && typeof standardError === 'number'
          ? { distinct, standardError }
          : null;
      } catch {
        return null;
      }
    },
  };
}
