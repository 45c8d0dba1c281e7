import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports } from './ports.ts';
import { accepts, type Place } from './probe.ts';
import { Problem } from './problem.ts';

/** What a part gets to prepare and start itself. */
export interface PartContext {
  /** Data directory of this part in this instance. */
  directory: string;
  ports: Ports;
  /** Addresses of the parts that are ready. */
  urls: Readonly<Record<string, string>>;
  /** Directory of this instance's secrets. */
  secrets: string;
  logFile: string;
  /** Shows a passing line of progress. */
  progress(line: string): void;
}

/** A started part: its process (none when the user gave an address), its address, and how to learn that it is ready. */
export interface StartedPart {
  process?: ChildProcess;
  urls: Record<string, string>;
  ready(): Promise<boolean>;
  /** What remains to be done after it is ready, for example settings by its own API. */
  after?(): Promise<void>;
}

export interface Part {
  name: string;
  needs: readonly string[];
  /** Downloads and builds what is missing; runs beside everything else. */
  prepare?(context: PartContext): Promise<void>;
  start(context: PartContext): Promise<StartedPart>;
}

const PATIENCE_MS = 10_000;

/** A part that the user gave by the address in an environment variable; one that nobody listens at is a problem. */
export async function given(name: string, variable: string): Promise<StartedPart> {
  const address = process.env[variable]!;
  const places = placesOf(address);
  const until = Date.now() + PATIENCE_MS;
  while (places.length > 0 && !(await Promise.all(places.map((place) => accepts(place)()))).includes(true)) {
    if (Date.now() > until)
      throw new Problem(
        `Nobody answers at ${places.map(({ host, port }) => `${host}:${port}`).join(', ')}; correct ${variable}, or unset it so that the stand starts its own ${name}.`,
      );
    await sleep(500);
  }
  return { urls: { [name]: address }, ready: async () => true };
}

const DEFAULTS: Record<string, number> = { mongodb: 27_017, redis: 6379, rediss: 6379, http: 80, https: 443 };

/** Hosts and ports of an address, none where only a driver can find them (`mongodb+srv`). */
export function placesOf(address: string): Place[] {
  const [, scheme = '', hosts = ''] = /^(?:([a-z+]+):\/\/)?(?:[^@/]*@)?([^/?]*)/i.exec(address) ?? [];
  if (scheme.includes('+')) return [];
  return hosts.split(',').map((one) => {
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(one.trim()) ?? [];
    return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port ?? DEFAULTS[scheme] ?? 9092) };
  });
}
