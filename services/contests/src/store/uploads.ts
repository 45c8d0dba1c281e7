import { aggregateStore, type AggregateStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { Upload } from '../domain/uploads.ts';

/** What was uploaded for which application; the bytes lie in the storage of files. */
export interface Uploads {
  /** Remembers a file; the same bytes for the same application are one upload, under the latest name. */
  keep(upload: Upload): Promise<void>;
  find(applicationId: string, sha256: string): Promise<Upload | null>;
  /** In the order of their uploading. */
  of(applicationIds: readonly string[]): Promise<Upload[]>;
}

export function makeUploads(connection: mongoose.Connection): Uploads {
  const store: AggregateStore<Upload> = aggregateStore<Upload>(connection, {
    collection: 'uploads',
    fields: { applicationId: String, name: String, mediaType: String, bytes: Number, sha256: String },
    indexes: [[{ applicationId: 1, createdAt: 1 }]], // all of an application
  });
  const idOf = (applicationId: string, sha256: string) => `${applicationId}:${sha256}`;
  return {
    async keep(upload) {
      await store.upsert<never, never>({
        id: idOf(upload.applicationId, upload.sha256),
        events: () => [],
        initial: () => upload,
        decide: () => ({ ok: true, state: upload, events: [] }),
      });
    },
    async find(applicationId, sha256) {
      return (await store.load(idOf(applicationId, sha256)))?.state ?? null;
    },
    async of(applicationIds) {
      const found = await store.find({ applicationId: { $in: [...applicationIds] } }, { sort: { createdAt: 1 } });
      return found.map(({ state }) => state);
    },
  };
}
