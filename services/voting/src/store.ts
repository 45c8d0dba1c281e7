import type { AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import { basketModel, type StoredBasket } from './store/basket.ts';
import { batchModel, type IntakeBatch } from './store/intake-batch.ts';
import type { PaperBatch } from './domain/paper-batch.ts';
import type { Voting } from './domain/voting.ts';
import { boothStores, type BoothStores } from './store/booth.ts';
import { votingStore } from './store/voting.ts';
import { paperBatchStore } from './store/paper.ts';
import type { FlaggedPattern } from './domain/pattern-decision.ts';
import { patternStore, signalStore, type SignalStore } from './store/signals.ts';
import { headSchema, leafSchema, logSchema } from './store/log-schemas.ts';
import { tallySchema, type StoredTally } from './store/tally.ts';

/** A ballot as it is kept. Neither the voter nor the voter key is here; the tag is linked to a person by the contest's key alone. */
export interface StoredBallot {
  /** `<contest>:<tag>:<revision>`: unique, and a tag's revisions are a range of it. The only unique index, so that a vote costs one insert. */
  _id: string;
  contest: string;
  rev: number;
  /** Idempotency key of the request. */
  key: string;
  /** Canonical JSON of the record. */
  record: string;
  leaf: string;
  /** What the receipt was signed with, base64: place in its group, size of the group, signature, path. */
  proof: string;
  acceptedAt: Date;
  channel: string;
}

/** An entry of the log of a contest. */
export interface Leaf {
  /** `<contest>:<index>` with the index padded, so that the log is a range in order. */
  _id: string;
  contest: string;
  index: number;
  leaf: string;
  /** Id of its ballot; never published. */
  ballot: string;
  /** Replaced revisions up to and with this entry. */
  superseded: number;
}

/** Root of a complete subtree of 256^level entries; written once, so that a proof hashes hundreds of entries and not a million. */
export interface Tile {
  /** `<contest>:<level>:<index>`, level from 1, the index padded. */
  _id: string;
  hash: string;
}

/** A signature of a witness over the same bytes that the log signed. */
export interface CoSignature {
  id: string;
  /** Ed25519, hex. */
  sig: string;
}

/** A signed tree head (voting.md 3.5): what the log commits to. One a size, never signed again. */
export interface Head {
  /** `<contest>:<size>`, the size padded. */
  _id: string;
  contest: string;
  size: number;
  root: string;
  /** Unix seconds. */
  time: number;
  sig: string;
  /** Fencing token of the sequencer that signed. */
  fence: number;
  witnesses: CoSignature[];
}

/** How far the log of a contest has come; each number only grows. After a crash the log itself may be further. */
export interface LogMark {
  /** Contest. */
  _id: string;
  /** Entries. */
  size?: number;
  /** Size of the latest head. */
  head?: number;
  /** Entries that are published on the event log. */
  next?: number;
  /** By number of co-signatures: size of the latest head that has them. */
  cosigned?: Record<string, number>;
  /** A head with the log's own signature that a witness holds and this log does not have: part of the log is lost, nothing is signed over it. */
  contradicted?: { size: number; witness: string };
}

/** A version of the result; never changed once written. */
export interface StoredResult {
  /** `<contest>:<version>` */
  _id: string;
  contest: string;
  version: number;
  determinedAt: Date;
  /** Canonical JSON of the protocol and its SHA-256. */
  protocol: string;
  protocolHash: string;
  /** Canonical JSON of the inputs that are not in the ballots (docs/count-rules.md, 3). */
  inputs: string;
  /** Redeterminations that it follows. */
  orders: number;
}

export interface Stores extends BoothStores {
  votings: AggregateStore<Voting>;
  paperBatches: AggregateStore<PaperBatch>;
  patterns: AggregateStore<FlaggedPattern>;
  signals: SignalStore;
  ballots: mongoose.Model<StoredBallot>;
  batches: mongoose.Model<IntakeBatch>;
  leaves: mongoose.Model<Leaf>;
  tiles: mongoose.Model<Tile>;
  heads: mongoose.Model<Head>;
  baskets: mongoose.Model<StoredBasket>;
  results: mongoose.Model<StoredResult>;
  logs: mongoose.Model<LogMark>;
  tallies: mongoose.Model<StoredTally>;
  /** Creates the indexes of what is no aggregate. */
  init(): Promise<void>;
}

const plain = (fields: mongoose.SchemaDefinition) =>
  new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });

const resultModel = (connection: mongoose.Connection): mongoose.Model<StoredResult> => {
  const fields = {
    _id: String,
    contest: String,
    version: Number,
    determinedAt: Date,
    protocol: String,
    protocolHash: String,
    inputs: String,
    orders: Number,
  };
  return connection.model('results', plain(fields), 'results') as unknown as mongoose.Model<StoredResult>;
};

export function makeStores(connection: mongoose.Connection): Stores {
  const ballotSchema = plain({
    _id: String,
    contest: String,
    rev: Number,
    key: String,
    record: String,
    leaf: String,
    proof: String,
    acceptedAt: Date,
    channel: String,
  });
  const stores = {
    votings: votingStore(connection),
    paperBatches: paperBatchStore(connection),
    patterns: patternStore(connection),
    signals: signalStore(connection),
    ...boothStores(connection),
    ballots: connection.model('ballots', ballotSchema, 'ballots') as unknown as mongoose.Model<StoredBallot>,
    batches: batchModel(connection),
    leaves: connection.model('leaves', leafSchema(), 'leaves') as unknown as mongoose.Model<Leaf>,
    tiles: connection.model('tiles', plain({ _id: String, hash: String }), 'tiles') as unknown as Stores['tiles'],
    baskets: basketModel(connection),
    heads: connection.model('heads', headSchema(), 'heads') as unknown as Stores['heads'],
    results: resultModel(connection),
    logs: connection.model('logs', logSchema(), 'logs') as unknown as Stores['logs'],
    tallies: connection.model('tallies', tallySchema(), 'tallies') as unknown as Stores['tallies'],
  };
  return {
    ...stores,
    init: async () =>
      void (await Promise.all([
        ...[
          stores.batches,
          stores.leaves,
          stores.heads,
          stores.baskets,
          stores.boothCodes,
          stores.boothTries,
          stores.doubleVotes,
        ].map((model) => model.createIndexes()),
        stores.signals.init(),
      ])),
  };
}

const pad = (index: number, digits: number): string => String(index).padStart(digits, '0');

export const ballotId = (contest: string, tag: string, rev: number): string => `${contest}:${tag}:${pad(rev, 6)}`;
export const leafId = (contest: string, index: number): string => `${contest}:${pad(index, 10)}`;
export const headId = (contest: string, size: number): string => `${contest}:${pad(size, 10)}`;
export const tileId = (contest: string, level: number, index: number): string =>
  `${contest}:${level}:${pad(index, 10)}`;

// ';' follows ':' in the order of characters, so it ends the range of everything that begins with `prefix:`.
const REVISIONS_AT_FIRST = 4;

const range = (prefix: string) => ({ $gte: `${prefix}:`, $lt: `${prefix};` });

/**
 * Revisions of one tag, oldest first. They have no gaps, so they are asked for by their ids, few at first: that costs the same however many ballots
 * there are, where some servers would walk through all of them for a range.
 */
export async function revisionsOf({ ballots }: Stores, contest: string, tag: string): Promise<StoredBallot[]> {
  const found: StoredBallot[] = [];
  for (let count = REVISIONS_AT_FIRST; ; count *= 2) {
    const ids = Array.from({ length: count }, (_, n) => ballotId(contest, tag, found.length + n + 1));
    const page = await ballots.find({ _id: { $in: ids } }).lean<StoredBallot[]>();
    found.push(...page.sort((a, b) => a.rev - b.rev));
    if (page.length < count) return found;
  }
}

/** The last revision of a tag. */
export const lastBallot = async (stores: Stores, contest: string, tag: string): Promise<StoredBallot | null> =>
  (await revisionsOf(stores, contest, tag)).at(-1) ?? null;

/** All ballots of a contest by tag and revision. */
export const ballotsOf = ({ ballots }: Stores, contest: string) =>
  ballots
    .find({ _id: range(contest) }, { record: 1, leaf: 1, channel: 1 })
    .sort({ _id: 1 })
    .lean<Pick<StoredBallot, '_id' | 'record' | 'leaf' | 'channel'>[]>()
    .cursor({ batchSize: 2000 });

export const latestResult = ({ results }: Stores, contest: string): Promise<StoredResult | null> =>
  results
    .findOne({ _id: range(contest) })
    .sort({ _id: -1 })
    .lean<StoredResult>()
    .exec();

export const resultId = (contest: string, version: number): string => `${contest}:${pad(version, 4)}`;

export const resultOfVersion = ({ results }: Stores, contest: string, version: number): Promise<StoredResult | null> =>
  results.findById(resultId(contest, version)).lean<StoredResult>().exec();

/** All versions of a result, the latest first. */
export const resultsOf = ({ results }: Stores, contest: string): Promise<StoredResult[]> =>
  results
    .find({ _id: range(contest) })
    .sort({ _id: -1 })
    .lean<StoredResult[]>()
    .exec();
