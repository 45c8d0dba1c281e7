/** The ESIA double of the stand: see README.md. */
import { startDouble } from './server.ts';

const env = (name: string, fallback?: string): string => {
  const value = process.env[name] || fallback;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

try {
  const { app, url } = await startDouble({
    host: env('HOST', '127.0.0.1'),
    port: Number(env('PORT', '4020')),
    secretsDir: env('ESIA_DOUBLE_SECRETS_DIR'),
    clientId: env('ESIA_CLIENT_ID', 'VECHE'),
    certFile: env('ESIA_CERT_FILE'),
  });
  console.log(`esia-double listens on ${url}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.close());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
