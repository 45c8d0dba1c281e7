import type { Readable } from 'node:stream';
import { sha256Hex } from '../hash.ts';
import { keyOf, type FileStorage } from './storage.ts';

export interface S3Options {
  endpoint: string;
  region: string;
  bucket: string;
  /** Before each key, so that several installations may share a bucket; may be empty. */
  prefix: string;
  accessKey: string;
  secretKey: string;
}

const TIMEOUT_MS = 10_000;

/** Files in a bucket of any server that speaks S3; the bucket is the operator's and must exist. Throws what the server said. */
export async function s3Storage({ bucket, prefix, accessKey, secretKey, ...where }: S3Options): Promise<FileStorage> {
  // A service that keeps its files elsewhere never loads the client.
  const { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, PutObjectCommand, S3Client } =
    await import('@aws-sdk/client-s3');
  const client = new S3Client({
    ...where,
    // Servers of one's own rarely have a name for each bucket.
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS },
  });
  const objectOf = (sha256: string) => ({ Bucket: bucket, Key: `${prefix}${keyOf(sha256)}` });
  const isMissing = (error: unknown): boolean => error instanceof NoSuchKey || error instanceof NotFound;
  const has = async (sha256: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand(objectOf(sha256)));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  };
  return {
    adapter: 's3',
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      if (await has(sha256)) return sha256;
      // The server compares the digest with what came, so a broken transfer keeps nothing.
      const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
      await client.send(new PutObjectCommand({ ...objectOf(sha256), Body: bytes, ChecksumSHA256 }));
      return sha256;
    },
    async open(sha256) {
      try {
        return (await client.send(new GetObjectCommand(objectOf(sha256)))).Body as Readable;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
  };
}
