/**
 * Streebog, the hash of ГОСТ Р 34.11-2012 (RFC 6986), in plain TypeScript: Node's OpenSSL knows no GOST algorithm
 * without an engine. Digests are spelled as OpenSSL prints them, which is byte-reversed to RFC 6986.
 */
import { endianness } from 'node:os';
import { LINEAR, PI, ROUND_CONSTANTS } from './streebog-tables.ts';

type Words = BigUint64Array<ArrayBuffer>;

const BLOCK = 64;
const WORDS = 8;

/** The words are read through the machine's own byte order. */
if (endianness() !== 'LE') throw new Error('Streebog here needs a little-endian machine');

/** Substitution, transposition and linear transformation of one byte at each of the eight places, precomputed. */
const TABLE = transformTable();
const CONSTANTS = ROUND_CONSTANTS.map((constant) => BigUint64Array.from(constant.toReversed()));

function transformTable(): Words {
  const table = new BigUint64Array(WORDS * 256);
  for (let place = 0; place < WORDS; place += 1) {
    for (let value = 0; value < 256; value += 1) {
      const substituted = BigInt(PI[value]!) << BigInt(8 * place);
      let sum = 0n;
      for (let bit = 0; bit < 64; bit += 1) if ((substituted >> BigInt(bit)) & 1n) sum ^= LINEAR[63 - bit]!;
      table[place * 256 + value] = sum;
    }
  }
  return table;
}

function xor(a: Words, b: Words): Words {
  return a.map((word, index) => word ^ b[index]!);
}

/** The transformation LPS of section 5. */
function transform(state: Words): Words {
  const bytes = new Uint8Array(state.buffer, state.byteOffset, BLOCK);
  const result = new BigUint64Array(WORDS);
  for (let word = 0; word < WORDS; word += 1) {
    let sum = 0n;
    for (let place = 0; place < WORDS; place += 1) sum ^= TABLE[place * 256 + bytes[place * WORDS + word]!]!;
    result[word] = sum;
  }
  return result;
}

/** The compression function g_N(h, m) of section 8. */
function compress(h: Words, n: Words, m: Words): Words {
  let key = transform(xor(h, n));
  let state = m;
  for (const constant of CONSTANTS) {
    state = transform(xor(state, key));
    key = transform(xor(key, constant));
  }
  return xor(xor(xor(state, key), h), m);
}

/** Addition modulo 2^512. */
function add(a: Words, b: Words): Words {
  let carry = 0n;
  return a.map((word, index) => {
    const sum = word + b[index]! + carry;
    carry = sum >> 64n;
    return BigInt.asUintN(64, sum);
  });
}

function blockOf(bytes: Uint8Array): Words {
  const copy = new Uint8Array(BLOCK);
  copy.set(bytes);
  return new BigUint64Array(copy.buffer);
}

function bitCount(bytes: number): Words {
  const words = new BigUint64Array(WORDS);
  words[0] = BigInt(bytes) * 8n;
  return words;
}

/** Digest of `message`: 32 bytes for 256 bits, 64 bytes for 512. */
export function streebog(message: Uint8Array, bits: 256 | 512 = 256): Buffer {
  const zero = new BigUint64Array(WORDS);
  let h = blockOf(new Uint8Array(BLOCK).fill(bits === 256 ? 1 : 0));
  let length = zero;
  let sum = zero;
  let offset = 0;
  for (; message.length - offset >= BLOCK; offset += BLOCK) {
    const block = blockOf(message.subarray(offset, offset + BLOCK));
    h = compress(h, length, block);
    length = add(length, bitCount(BLOCK));
    sum = add(sum, block);
  }
  const rest = message.subarray(offset);
  const last = blockOf(Uint8Array.of(...rest, 1));
  h = compress(h, length, last);
  length = add(length, bitCount(rest.length));
  sum = add(sum, last);
  h = compress(compress(h, zero, length), zero, sum);
  return Buffer.from(new Uint8Array(h.buffer, bits === 256 ? 32 : 0));
}
