import mongoose from 'mongoose';

/** An unfinished ballot. What is chosen is sealed under a key that needs both the key of the contest and the voter key. */
export interface StoredBasket {
  /** `<contest>:<tag>` */
  _id: string;
  contest: string;
  /** Initial vector, authentication tag and ciphertext (AES-256-GCM), base64. */
  sealed: string;
  savedAt: Date;
}

export function basketModel(connection: mongoose.Connection): mongoose.Model<StoredBasket> {
  const fields = { _id: String, contest: String, sealed: String, savedAt: Date };
  const schema = new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });
  schema.index({ contest: 1 }); // those of a closed vote
  schema.index({ savedAt: 1 }); // those that nobody came back to
  return connection.model('baskets', schema, 'baskets') as unknown as mongoose.Model<StoredBasket>;
}
