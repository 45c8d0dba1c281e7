import { DEVICES, type Device } from '@veche/kit/domain/request-origin';

export const WINDOW_MINUTES = 15;
export const WINDOW_MS = WINDOW_MINUTES * 60_000;

/** The beginning of the window that an instant lies in, milliseconds. */
export const windowOf = (at: number): number => at - (at % WINDOW_MS);

/** A network is kept by name only when this many votes of one window came from it: fewer could point at a person. */
export const NETWORK_MIN = 5;

/** What is known of the votes of a quarter of an hour: numbers alone, no ballot, no person, no choice. */
export interface SignalWindow {
  /** Milliseconds. */
  start: number;
  votes: number;
  devices: Readonly<Partial<Record<Device, number>>>;
  /** By keyed hash, those with enough votes only. */
  networks: readonly { network: string; votes: number }[];
}

export type PatternKind = 'BURST' | 'DEVICE' | 'NETWORK' | 'NIGHT';

/** Something that a person should look at. It accuses nobody: a school class votes in a burst from one network. */
export interface Pattern {
  kind: PatternKind;
  /** Milliseconds. */
  start: number;
  /** Votes that it is about, of those of the window. */
  votes: number;
  of: number;
  /** What would be usual: the contest's median of votes a window, or its share in percent. */
  usual: number;
  /** Class of the device or keyed hash of the network. */
  subject: string | null;
}

export interface Limits {
  /** A burst is more than so many times the median. */
  burstTimes: number;
  /** Below so many votes a window is never conspicuous. */
  least: number;
  /** A class of devices is conspicuous when its share is so many percent points above its share in the whole contest. */
  devicePoints: number;
  /** A network is conspicuous when more than so many percent of a window come from it. */
  networkPercent: number;
}

export const LIMITS: Limits = { burstTimes: 5, least: 30, devicePoints: 40, networkPercent: 50 };

const NIGHT_HOURS = [1, 2, 3, 4];

/** Suspicious patterns of a contest, by its own usual; `hourOf` gives the hour of the day where it is held. */
export function patternsOf(
  windows: readonly SignalWindow[],
  hourOf: (at: number) => number,
  limits: Limits = LIMITS,
): Pattern[] {
  const usual = medianOf(windows.map(({ votes }) => votes));
  const shares = sharesOf(windows);
  return windows
    .filter(({ votes }) => votes >= limits.least)
    .flatMap((window) => [
      ...burst(window, usual, hourOf(window.start), limits),
      ...devices(window, shares, limits),
      ...networks(window, limits),
    ]);
}

function burst({ start, votes }: SignalWindow, usual: number, hour: number, { burstTimes }: Limits): Pattern[] {
  const common = { start, votes, of: votes, usual, subject: null };
  if (votes > burstTimes * usual) return [{ kind: 'BURST', ...common }];
  return NIGHT_HOURS.includes(hour) && votes > usual ? [{ kind: 'NIGHT', ...common }] : [];
}

function devices(window: SignalWindow, shares: ReadonlyMap<Device, number>, { devicePoints }: Limits): Pattern[] {
  const { start, votes: of } = window;
  return DEVICES.flatMap((subject): Pattern[] => {
    const votes = window.devices[subject] ?? 0;
    const usual = shares.get(subject) ?? 0;
    return percent(votes, of) - usual > devicePoints ? [{ kind: 'DEVICE', start, votes, of, usual, subject }] : [];
  });
}

const networks = ({ start, votes: of, networks: known }: SignalWindow, { networkPercent }: Limits): Pattern[] =>
  known
    .filter(({ votes }) => percent(votes, of) > networkPercent)
    .map(({ network, votes }) => ({ kind: 'NETWORK', start, votes, of, usual: networkPercent, subject: network }));

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((100 * part) / whole));

/** Percent of all votes by class of device. */
function sharesOf(windows: readonly SignalWindow[]): ReadonlyMap<Device, number> {
  const total = windows.reduce((sum, { votes }) => sum + votes, 0);
  const of = (device: Device): number => windows.reduce((sum, window) => sum + (window.devices[device] ?? 0), 0);
  return new Map(DEVICES.map((device) => [device, percent(of(device), total)]));
}

/** The upper median of windows with a vote; 0 without any. */
function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
