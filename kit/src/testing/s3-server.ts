import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';

const PORTS = ['master.port', 'master.port.grpc', 'volume.port', 'volume.port.grpc', 'filer.port', 'filer.port.grpc'];
const PATIENCE_MS = 60_000;
const BUCKET = 'veche';
/** Of a service, which makes no buckets, and of whoever sets up. */
const ACCESS = { accessKey: 'veche', secretKey: 'secret-of-the-test' };
const ADMIN = { accessKey: 'admin', secretKey: 'secret-of-the-admin' };

export interface S3Server {
  endpoint: string;
  /** Exists. */
  bucket: string;
  access: typeof ACCESS;
  /** A client of its own, which may do everything. */
  admin: S3Client;
  stop(): Promise<void>;
}

/** A real S3 server, SeaweedFS, with an empty bucket; `weed` is its program. Its data and its log are in `directory`. */
export async function startS3(weed: string, directory: string, host = '127.0.0.1'): Promise<S3Server> {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 's3.json');
  const identities = [
    { name: 'veche', credentials: [ACCESS], actions: ['Read', 'Write'].map((action) => `${action}:${BUCKET}`) },
    { name: 'admin', credentials: [ADMIN], actions: ['Admin'] },
  ];
  writeFileSync(config, JSON.stringify({ identities }));
  const ports = await Promise.all(PORTS.map(async (name) => `-${name}=${await freePort()}`));
  const [port, grpc] = await Promise.all([freePort(), freePort()]);
  const place = [`-dir=${directory}`, `-ip=${host}`, `-ip.bind=${host}`, '-master.telemetry=false', '-volume.max=50'];
  const s3 = ['-filer', '-s3', `-s3.config=${config}`, `-s3.port=${port}`, `-s3.port.grpc=${grpc}`];
  const log = openSync(join(directory, 'log'), 'a');
  const server = spawn(weed, ['server', ...place, ...s3, ...ports], { cwd: directory, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise((resolve) => server.on('exit', resolve));
  const endpoint = `http://${host}:${port}`;
  const credentials = { accessKeyId: ADMIN.accessKey, secretAccessKey: ADMIN.secretKey };
  const admin = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const stop = async (): Promise<void> => {
    admin.destroy();
    server.kill('SIGKILL');
    await ended;
  };
  try {
    const probe = { Bucket: BUCKET, Key: 'probe' };
    await patiently(() => admin.send(new CreateBucketCommand({ Bucket: BUCKET })));
    await patiently(() => admin.send(new PutObjectCommand({ ...probe, Body: 'written' })));
    await admin.send(new DeleteObjectCommand(probe));
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, bucket: BUCKET, access: ACCESS, admin, stop };
}

/** A server that has just started refuses connections, or has no volume yet. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(500)) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
