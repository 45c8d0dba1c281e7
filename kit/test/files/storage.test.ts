import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config.ts';
import { diskStorage } from '../../src/files/disk.ts';
import { s3Storage } from '../../src/files/s3.ts';
import { fileSettings, fileStorage } from '../../src/files/settings.ts';
import { keyOf, type FileStorage } from '../../src/files/storage.ts';
import { sha256Hex } from '../../src/hash.ts';
import { startS3, type S3Server } from '../../src/testing/s3-server.ts';

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
  let directory: string;
  let server: S3Server;
  const options = () => {
    const { endpoint, bucket, access } = server;
    return { endpoint, region: 'us-east-1', bucket, prefix: 'files/', ...access };
  };
  let storage: FileStorage;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'veche-s3-'));
    server = await startS3(WEED!, directory);
    storage = await s3Storage(options());
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  contract(() => storage);

  test('another client reads the same object at the documented place', async () => {
    await storage.put(CONTENT);
    const key = `files/${keyOf(SHA256)}`;
    const { admin, bucket } = server;
    const { Body } = await admin.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(Buffer.from(await Body!.transformToByteArray())).toEqual(CONTENT);
    const { Contents } = await admin.send(new ListObjectsV2Command({ Bucket: bucket }));
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
    const { endpoint, bucket, access } = server;
    const env = { FILES_STORAGE: 's3', FILES_S3_ENDPOINT: endpoint, FILES_S3_BUCKET: bucket };
    const secrets = { FILES_S3_ACCESS_KEY: access.accessKey, FILES_S3_SECRET_KEY: access.secretKey };
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
