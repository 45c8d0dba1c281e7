import type { Clock } from '@veche/kit';

/** A clock that goes, at a distance from that of the machine; the distance can change at once, as when somebody sets it. */
export class RunningClock implements Clock {
  #distanceMs: number;

  constructor(distanceMs: number) {
    this.#distanceMs = distanceMs;
  }

  now(): Date {
    return new Date(Date.now() + this.#distanceMs);
  }

  set(distanceMs: number): void {
    this.#distanceMs = distanceMs;
  }
}
