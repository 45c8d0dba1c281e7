import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Sealed } from './domain/person.ts';

/** A 256-bit key; its id is the beginning of its SHA-256, so that a stored value names its key without a register. */
export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Where a value belongs; a value moved to another person or field does not open. */
export interface Place {
  personId: string;
  field: 'name' | 'email' | 'phone';
}

/** Encryption of single fields, AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce each. */
export interface Cipher {
  seal(place: Place, text: string): Sealed;
  /** Throws when the key is gone, the value was altered or it belongs elsewhere. */
  open(place: Place, sealed: Sealed): string;
  /** The same value under the key in use; unchanged when it is under that key already. */
  reseal(place: Place, sealed: Sealed): Sealed;
  /** Keyed digest: tells equal inputs apart from others, and nobody without the key can try telephones. */
  fingerprint(value: unknown): string;
}

const NONCE = 12;
const TAG = 16;

/** The first key seals, all of them open: a new key goes to the front, an old one stays until nothing uses it. */
export function cipherOf(keys: readonly DataKey[]): Cipher {
  const current = keys[0];
  if (!current) throw new RangeError('a key is needed');
  const byId = new Map(keys.map((key) => [key.id, key]));
  const digestKey = Buffer.from(hkdfSync('sha256', current.bytes, '', 'veche:identity:fingerprint', 32));
  const cipher: Cipher = {
    seal: (place, text) => seal(current, place, text),
    open(place, sealed) {
      const key = byId.get(keyIdOf(sealed));
      if (!key) throw new Error(`no key ${keyIdOf(sealed)}`);
      return open(key, place, sealed);
    },
    reseal: (place, sealed) =>
      keyIdOf(sealed) === current.id ? sealed : cipher.seal(place, cipher.open(place, sealed)),
    fingerprint: (value) => createHmac('sha256', digestKey).update(JSON.stringify(value)).digest('base64url'),
  };
  return cipher;
}

/** Throws RangeError unless there are exactly 32 bytes. */
export function dataKey(bytes: Buffer): DataKey {
  if (bytes.length !== 32) throw new RangeError('a key has 32 bytes');
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}

/** Which key a stored value needs, e.g. to see whether an old key can go. */
export function keyIdOf(sealed: Sealed): string {
  return sealed.slice(0, sealed.indexOf('.'));
}

function seal(key: DataKey, place: Place, text: string): Sealed {
  const nonce = randomBytes(NONCE);
  const box = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(placeBytes(place));
  const sealed = Buffer.concat([nonce, box.update(text, 'utf8'), box.final(), box.getAuthTag()]);
  return `${key.id}.${sealed.toString('base64url')}`;
}

function open(key: DataKey, place: Place, sealed: Sealed): string {
  const bytes = Buffer.from(sealed.slice(key.id.length + 1), 'base64url');
  if (bytes.length < NONCE + TAG) throw new Error('sealed value is too short');
  const box = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  })
    .setAAD(placeBytes(place))
    .setAuthTag(bytes.subarray(-TAG));
  return box.update(bytes.subarray(NONCE, -TAG), undefined, 'utf8') + box.final('utf8');
}

function placeBytes({ personId, field }: Place): Buffer {
  return Buffer.from(`${personId}:${field}`);
}
