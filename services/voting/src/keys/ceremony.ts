import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { compactDecrypt, CompactEncrypt } from 'jose';
import { combine, split } from 'shamir-secret-sharing';
import { checkedKey, fingerprintOf } from './known-keys.ts';

/** One member's part of a key: any `threshold` of them give the key, fewer give nothing. */
export interface Share {
  contest: string;
  /** Of the whole key, so that a wrong set of parts is found out. */
  fingerprint: string;
  threshold: number;
  members: number;
  /** Base64. */
  share: string;
}

/** What is wrong with the members, their keys or their parts, in a sentence. */
export class CeremonyError extends Error {}

const RSA_BITS = 3072;
const MOST_MEMBERS = 255;

/** Splits a key (Shamir, over GF(2^8)) and encrypts each part to its member: JWE in the compact form, in the order of the members. */
export async function exportShares(
  contest: string,
  key: Buffer,
  { members, threshold }: { members: readonly string[]; threshold: number },
): Promise<string[]> {
  const publicKeys = members.map(memberKey);
  if (new Set(publicKeys.map((one) => one.export({ type: 'spki', format: 'pem' }))).size < members.length)
    throw new CeremonyError('two members have the same key');
  const count = members.length;
  if (count < 2 || count > MOST_MEMBERS || !Number.isSafeInteger(threshold) || threshold < 2 || threshold > count)
    throw new CeremonyError(`two members at least, and a threshold from 2 to their number (${count})`);
  const parts = await split(Uint8Array.from(key), count, threshold);
  const fingerprint = fingerprintOf(key);
  return Promise.all(
    parts.map((part, index) => {
      const share: Share = {
        contest,
        fingerprint,
        threshold,
        members: count,
        share: Buffer.from(part).toString('base64'),
      };
      const publicKey = publicKeys[index]!;
      return new CompactEncrypt(Buffer.from(JSON.stringify(share)))
        .setProtectedHeader({ alg: algorithmOf(publicKey), enc: 'A256GCM' })
        .encrypt(publicKey);
    }),
  );
}

/** What a member does, on a machine of their own. */
export async function openShare(encrypted: string, privatePem: string): Promise<Share> {
  const privateKey = createPrivateKey(privatePem);
  try {
    const { plaintext } = await compactDecrypt(encrypted.trim(), privateKey, {
      keyManagementAlgorithms: [algorithmOf(privateKey)],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return JSON.parse(Buffer.from(plaintext).toString()) as Share;
  } catch (error) {
    throw new CeremonyError('the part is not for this key, or it is damaged', { cause: error });
  }
}

/** The key of a contest from opened parts. Throws CeremonyError. */
export async function keyOf(contest: string, shares: readonly Share[]): Promise<Buffer> {
  const [first] = shares;
  if (!first) throw new CeremonyError('no parts were given');
  for (const { contest: other, fingerprint } of shares) {
    if (other !== contest) throw new CeremonyError(`a part is of contest ${other}`);
    if (fingerprint !== first.fingerprint) throw new CeremonyError('the parts are of different keys');
  }
  const distinct = [...new Set(shares.map(({ share }) => share))];
  if (distinct.length < first.threshold)
    throw new CeremonyError(`${first.threshold} parts are needed, ${distinct.length} were given`);
  const parts = distinct.map((share) => Uint8Array.from(Buffer.from(share, 'base64')));
  // Parts that cannot be of one split, as two with the same place in it, are told by the library itself.
  const key = await combine(parts).then(Buffer.from, (cause: unknown) => {
    throw new CeremonyError('a part is damaged', { cause });
  });
  if (fingerprintOf(checkedKey(contest, key)) !== first.fingerprint) throw new CeremonyError('a part is damaged');
  return key;
}

function memberKey(pem: string): KeyObject {
  if (/PRIVATE KEY/.test(pem))
    throw new CeremonyError('a private key was given where the public one of a member belongs');
  const key = createPublicKey(pem);
  algorithmOf(key);
  return key;
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails!.modulusLength! >= RSA_BITS) return 'RSA-OAEP-256';
  if (key.asymmetricKeyType === 'x25519') return 'ECDH-ES+A256KW';
  throw new CeremonyError(`the key of a member is to be X25519, or RSA of ${RSA_BITS} bits at least`);
}
