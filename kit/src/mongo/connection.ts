import mongoose from 'mongoose';

/**
 * Opens the one connection of a service. 64-bit integers come back as bigint; the driver's own retry of writes is off
 * because idempotency is by business key, and the write concern is stated so that no default of a cluster weakens it.
 */
export async function connectMongo(
  uri: string,
  database: string,
  options: mongoose.ConnectOptions = {},
): Promise<mongoose.Connection> {
  return mongoose
    .createConnection(uri, {
      dbName: database,
      useBigInt64: true,
      retryWrites: false,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      autoIndex: false,
      autoCreate: false,
      serverSelectionTimeoutMS: 10_000,
      ...options,
    })
    .asPromise();
}

/** Did a write hit a unique index? Only the code is asked: the text differs between servers. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 11000;
}
