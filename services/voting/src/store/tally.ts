import mongoose from 'mongoose';

/** Counters of a live tally: a view of the log, and at any time made again from it. */
export interface StoredTally extends StoredCounters {
  /** Contest. */
  _id: string;
  early: string[];
  shown: StoredCounters;
}

export interface StoredCounters {
  /** Entries of the log that are taken. */
  size: number;
  lines: { project: string; score: number; voters: number; against: number }[];
  channels: { name: string; counted: number }[];
}

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });

export function tallySchema(): mongoose.Schema {
  const counters: mongoose.SchemaDefinition = {
    size: Number,
    lines: [part({ project: String, score: Number, voters: Number, against: Number })],
    channels: [part({ name: String, counted: Number })],
  };
  const fields = { _id: String, ...counters, early: [String], shown: part(counters) };
  return new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });
}
