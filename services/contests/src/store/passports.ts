import { isDuplicateKey } from '@veche/kit';
import mongoose from 'mongoose';

/** Texts of passports under their SHA-256; what was written never changes, so one that is there already is the same. */
export interface Passports {
  keep(hash: string, text: string): Promise<void>;
  /** The text of a passport; null for one that was frozen before texts were kept. */
  read(hash: string): Promise<string | null>;
}

export function makePassports(connection: mongoose.Connection): Passports {
  const schema = new mongoose.Schema({ _id: String, text: String }, { versionKey: false });
  const model = connection.model('passports', schema, 'passports');
  return {
    async keep(hash, text) {
      try {
        await model.collection.insertOne({ _id: hash as never, text });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async read(hash) {
      const found = await model.findById(hash).lean();
      return found?.text ?? null;
    },
  };
}
