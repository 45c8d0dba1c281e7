import { aggregateStore, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { FlaggedPattern } from '../domain/pattern-decision.ts';
import type { Device } from '@veche/kit/domain/request-origin';
import type { SignalWindow } from '../domain/signals.ts';

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

export const patternStore = (connection: mongoose.Connection): AggregateStore<FlaggedPattern> =>
  aggregateStore<FlaggedPattern>(connection, {
    collection: 'patterns',
    fields: {
      contestId: String,
      kind: String,
      from: Date,
      until: Date,
      foundAt: Date,
      votes: Number,
      of: Number,
      usual: Number,
      subject: String,
      conclusion: String,
      decisions: [part({ conclusion: String, reason: String, by: String, at: Date })],
    },
    indexes: [[{ contestId: 1, from: -1, _id: -1 }]], // those of a contest, the newest first
  });

interface StoredWindow {
  /** `<contest>:<start>` */
  _id: string;
  contest: string;
  start: Date;
  votes: number;
  devices?: Partial<Record<Device, number>>;
  /** Absent where no network had enough votes. */
  networks?: Record<string, number>;
}

/** Numbers of votes by quarter of an hour; several processes add to the same window. */
export interface SignalStore {
  add(contest: string, window: SignalWindow): Promise<void>;
  of(contest: string): Promise<SignalWindow[]>;
  /** Contests with a window that began after an instant. */
  contestsSince(at: Date): Promise<string[]>;
  /** Removes windows that began before an instant. */
  forget(before: Date): Promise<void>;
  init(): Promise<unknown>;
}

export function signalStore(connection: mongoose.Connection): SignalStore {
  const windows = connection.db!.collection<StoredWindow>('signal_windows');
  return {
    async add(contest, { start, votes, devices, networks }) {
      const more = Object.fromEntries([
        ...Object.entries(devices).map(([device, count]) => [`devices.${device}`, count]),
        ...networks.map((one) => [`networks.${one.network}`, one.votes]),
      ]) as Record<string, number>;
      await windows.updateOne(
        { _id: `${contest}:${start}` },
        { $setOnInsert: { contest, start: new Date(start) }, $inc: { votes, ...more } as never },
        { upsert: true },
      );
    },
    async of(contest) {
      const found = await windows.find({ contest }).sort({ start: 1 }).toArray();
      return found.map(({ start, votes, devices = {}, networks = {} }) => ({
        start: start.getTime(),
        votes,
        devices,
        networks: Object.entries(networks).map(([network, count]) => ({ network, votes: count })),
      }));
    },
    contestsSince: (at) => windows.distinct('contest', { start: { $gte: at } }),
    forget: (before) => windows.deleteMany({ start: { $lt: before } }).then(() => undefined),
    init: () => Promise.all([windows.createIndex({ contest: 1, start: 1 }), windows.createIndex({ start: 1 })]),
  };
}
