import { RecentMap } from '../recent-map.ts';
import type { Caller } from './caller.ts';

/** Callers of the last tokens by the hash of the token, each until it expires. */
export class RecentCallers {
  readonly #map: RecentMap<{ caller: Caller; expires: number }>;

  constructor(size = 10_000) {
    this.#map = new RecentMap(size);
  }

  get(hash: string): Caller | null {
    const found = this.#map.get(hash);
    return found && found.expires > Date.now() ? found.caller : null;
  }

  /** `expires` in milliseconds. */
  set(hash: string, caller: Caller, expires: number): void {
    this.#map.set(hash, { caller, expires });
  }
}
