import mongoose from 'mongoose';

/** What keeps from a database, with the addresses that were tried; a connection string holds a password and is never told. */
function unreachable(error: Error & { reason?: { servers?: ReadonlyMap<string, unknown> } }): Error {
  const servers = [...(error.reason?.servers?.keys() ?? [])];
  const where = servers.length > 0 ? ` at ${servers.join(', ')}` : '';
  return new Error(`MongoDB${where} cannot be used: ${error.message}`, { cause: error });
}

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
    .asPromise()
    .catch((error: Error) => Promise.reject(unreachable(error)));
}

/** Did a write hit a unique index? Only the code is asked: the text differs between servers. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 11000;
}
