/** The only source of "now"; injected, so that tests and replays decide what time it is. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
