import { InvalidToken, type TokenVerifier } from './token-verifier.ts';

export interface TokenObserver {
  /** `reason` is one of a few codes. */
  refused(reason: string): void;
  /** The keys of the realm could not be had. */
  unchecked(): void;
}

/** Tells of each token that was not accepted. */
export const watchedVerifier = (verifier: TokenVerifier, told: TokenObserver): TokenVerifier => ({
  verify: (token) =>
    verifier.verify(token).catch((error: Error) => {
      if (error instanceof InvalidToken) told.refused(error.message);
      else told.unchecked();
      throw error;
    }),
});
