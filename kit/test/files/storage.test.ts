import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config.ts';
import { diskStorage } from '../../src/files/disk.ts';
import { s3Storage } from '../../src/files/s3.ts';
import { fileSettings, fileStorage } from '../../src/files/settings.ts';
import { keyOf, type FileStorage } from '../../src/files/storage.ts';
import { sha256Hex } from '../../src/hash.ts';
import { freePort } from '../../src/testing/free-port.ts';

const WEED = process.env['TEST_SEAWEEDFS'];
const CONTENT = Buffer.from('Протокол № 1 собрания жителей');
const SHA256 = sha256Hex(CONTENT);
const LARGE = Buffer.alloc(12_000_000, 'смета');

/** What holds for every adapter. */
function contract(storage: () => FileStorage): void {
  test('what was put comes back under its hash, and twice is once', async () => {
    expect(await storage().put(CONTENT)).toBe(SHA256);
    expect(await storage().put(CONTENT)).toBe(SHA256);
    expect(await buffer((await storage().open(SHA256))!)).toEqual(CONTENT);
  });

  test('two at once and large ones come back whole', async () => {
    const keys = await Promise.all([storage().put(LARGE), storage().put(LARGE), storage().put(LARGE)]);
    expect(new Set(keys)).toEqual(new Set([sha256Hex(LARGE)]));
    expect(sha256Hex(await buffer((await storage().open(keys[0]!))!))).toBe(keys[0]);
  });

  test('what nobody put is not there, and what is no hash is refused', async () => {
    expect(await storage().open('0'.repeat(64))).toBeNull();
    for (const wrong of ['', '../../etc/passwd', SHA256.toUpperCase(), `${SHA256}0`])
      await expect(storage().open(wrong)).rejects.toThrow(RangeError);
  });
}

describe('on the disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'veche-storage-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  contract(() => diskStorage(directory));

  test('files lie under two levels of their hash, nothing is left beside them', async () => {
    await diskStorage(directory).put(CONTENT);
    expect(readFileSync(join(directory, keyOf(SHA256)))).toEqual(CONTENT);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(files.map(({ name }) => name).filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
  });
});

(WEED ? describe : describe.skip)('on an S3 server', () => {
  const ACCESS = { accessKey: 'veche', secretKey: 'secret-of-the-test' };
  let directory: string;
  let server: ChildProcess;
  let endpoint: string;
  let admin: S3Client;
  const options = () => ({ endpoint, region: 'us-east-1', bucket: 'veche', prefix: 'files/', ...ACCESS });
  let storage: FileStorage;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'veche-s3-'));
    const port = await startSeaweed(directory, ACCESS, (child) => (server = child));
    endpoint = `http://127.0.0.1:${port}`;
    const credentials = { accessKeyId: ACCESS.accessKey, secretAccessKey: ACCESS.secretKey };
    admin = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    await patiently(() => admin.send(new CreateBucketCommand({ Bucket: 'veche' })));
    storage = await s3Storage(options());
    await patiently(() => storage.put(Buffer.from('warm')));
  }, 90_000);
  afterAll(async () => {
    admin.destroy();
    server.kill('SIGKILL');
    await sleep(300);
    rmSync(directory, { recursive: true, force: true });
  });
  contract(() => storage);

  test('another client reads the same object at the documented place', async () => {
    await storage.put(CONTENT);
    const key = `files/${keyOf(SHA256)}`;
    const { Body } = await admin.send(new GetObjectCommand({ Bucket: 'veche', Key: key }));
    expect(Buffer.from(await Body!.transformToByteArray())).toEqual(CONTENT);
    const { Contents } = await admin.send(new ListObjectsV2Command({ Bucket: 'veche' }));
    expect(Contents!.map((one) => one.Key)).toContain(key);
  });

  test('a wrong key is an error and not an absent file', async () => {
    const stranger = await s3Storage({ ...options(), secretKey: 'wrong' });
    await expect(stranger.open(SHA256)).rejects.toThrow();
    await expect(stranger.put(CONTENT)).rejects.toThrow();
  });

  test('a bucket that does not exist is an error', async () => {
    const nowhere = await s3Storage({ ...options(), bucket: 'nowhere' });
    await expect(nowhere.put(CONTENT)).rejects.toThrow();
  });

  test('the settings choose it', async () => {
    const env = { FILES_STORAGE: 's3', FILES_S3_ENDPOINT: endpoint, FILES_S3_BUCKET: 'veche' };
    const secrets = { FILES_S3_ACCESS_KEY: ACCESS.accessKey, FILES_S3_SECRET_KEY: ACCESS.secretKey };
    const chosen = await fileStorage(readConfig(fileSettings, { ...env, ...secrets }));
    expect(chosen.adapter).toBe('s3');
    expect(await buffer((await chosen.open(await chosen.put(CONTENT)))!)).toEqual(CONTENT);
  });
});

test('settings that lack something name it all at once', async () => {
  await expect(fileStorage(readConfig(fileSettings, {}))).rejects.toThrow(ConfigError);
  const lacking = fileStorage(readConfig(fileSettings, { FILES_STORAGE: 's3', FILES_S3_BUCKET: 'veche' }));
  await expect(lacking).rejects.toThrow(/FILES_S3_ENDPOINT[\s\S]*FILES_S3_ACCESS_KEY[\s\S]*FILES_S3_SECRET_KEY/);
});

async function startSeaweed(
  directory: string,
  { accessKey, secretKey }: { accessKey: string; secretKey: string },
  started: (child: ChildProcess) => void,
): Promise<number> {
  const identities = [{ name: 'veche', credentials: [{ accessKey, secretKey }], actions: ['Admin', 'Read', 'Write'] }];
  const config = join(directory, 's3.json');
  writeFileSync(config, JSON.stringify({ identities }));
  const names = [
    'master.port',
    'master.port.grpc',
    'volume.port',
    'volume.port.grpc',
    'filer.port',
    'filer.port.grpc',
    's3.port',
    's3.port.grpc',
  ];
  const ports = await Promise.all(names.map(async (name) => `-${name}=${await freePort()}`));
  const place = [
    `-dir=${directory}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-master.telemetry=false',
    '-volume.max=3',
  ];
  const s3 = ['-filer', '-s3', `-s3.config=${config}`];
  started(
    spawn(WEED!, ['server', ...place, ...s3, ...ports], {
      cwd: directory,
      stdio: process.env['TEST_LOG'] ? 'inherit' : 'ignore',
    }),
  );
  return Number(ports.at(-2)!.split('=')[1]);
}

/** A server that has just started refuses connections, or has no volume yet. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let left = 120; ; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(500);
    }
  }
}
