import { aggregateStore, isDuplicateKey, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { Booth } from '../domain/booth.ts';

const BOOTH: mongoose.SchemaDefinition = {
  contestId: String,
  oktmo: String,
  place: String,
  operatorIds: [String],
  opensAt: Date,
  closesAt: Date,
  ended: Boolean,
  issued: Number,
};

const boothStore = (connection: mongoose.Connection): AggregateStore<Booth> =>
  aggregateStore<Booth>(connection, { collection: 'booths', fields: BOOTH, indexes: [[{ contestId: 1 }]] });

/** A one-time ballot code, by its hash alone. */
export interface StoredCode {
  /** HMAC of the code under the key of the contest, hex: who has the database alone cannot try codes out. */
  _id: string;
  booth: string;
  contest: string;
  /** Whose ballot it is: the pseudonym in this contest. */
  tag: string;
  expiresAt: Date;
}

/** Attempts of one kind at one booth within one minute. */
interface StoredTries {
  /** `<booth>:<kind>:<minute>` */
  _id: string;
  n: number;
  at: Date;
}

const plain = (fields: mongoose.SchemaDefinition) =>
  new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });

function codeModel(connection: mongoose.Connection): mongoose.Model<StoredCode> {
  const schema = plain({ _id: String, booth: String, contest: String, tag: String, expiresAt: Date });
  schema.index({ contest: 1, tag: 1 }); // an earlier code of the same voter
  schema.index({ expiresAt: 1 }); // those that are over
  return connection.model('booth_codes', schema, 'booth_codes') as unknown as mongoose.Model<StoredCode>;
}

function triesModel(connection: mongoose.Connection): mongoose.Model<StoredTries> {
  const schema = plain({ _id: String, n: Number, at: Date });
  schema.index({ at: 1 }); // those that are over
  return connection.model('booth_tries', schema, 'booth_tries') as unknown as mongoose.Model<StoredTries>;
}

/** A voter who was refused in person because of a ballot by another channel: one document a voter and channel, for the protocol. */
interface StoredDoubleVote {
  /** `<contest>:<channel>:<tag>` */
  _id: string;
  contest: string;
}

function doubleVoteModel(connection: mongoose.Connection): mongoose.Model<StoredDoubleVote> {
  const schema = plain({ _id: String, contest: String });
  schema.index({ contest: 1 });
  return connection.model('double_votes', schema, 'double_votes') as unknown as mongoose.Model<StoredDoubleVote>;
}

/** What belongs to booths, and the double votes of all who come in person. */
export interface BoothStores {
  booths: AggregateStore<Booth>;
  boothCodes: mongoose.Model<StoredCode>;
  boothTries: mongoose.Model<StoredTries>;
  doubleVotes: mongoose.Model<StoredDoubleVote>;
}

export const boothStores = (connection: mongoose.Connection): BoothStores => ({
  booths: boothStore(connection),
  boothCodes: codeModel(connection),
  boothTries: triesModel(connection),
  doubleVotes: doubleVoteModel(connection),
});

/** Notes that a voter was refused because of a ballot by another channel; once a voter and channel. */
export async function noteDoubleVote(
  { doubleVotes }: BoothStores,
  { contest, channel, tag }: { contest: string; channel: string; tag: string },
): Promise<void> {
  try {
    const _id = `${contest}:${channel}:${tag}`;
    await doubleVotes.updateOne({ _id }, { $setOnInsert: { contest } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
