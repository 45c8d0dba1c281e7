import type { ChildProcess } from 'node:child_process';
import type { Ports } from './ports.ts';

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

/** A part that the user gave by its address. */
export const given = (urls: Record<string, string>): StartedPart => ({ urls, ready: async () => true });
