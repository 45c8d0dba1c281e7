import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { RecordedChoices } from './ballot.ts';

/** A ballot as it is committed to (voting.md 3.5). No time, age or place. */
export interface BallotRecord {
  choices: RecordedChoices;
  contest: string;
  /** 128 random bits, hex. */
  nonce: string;
  /** Revision of this voter, from 1. */
  rev: number;
  /** Hash of the rule object, hex. */
  rule: string;
  /** Pseudonym of the voter in this contest, hex. */
  tag: string;
}

/** Canonical JSON of a record (RFC 8785); its leaf is SHA-256 over 0x00 and these bytes (RFC 6962 section 2.1). */
export const recordText = (record: BallotRecord): string => canonicalJson({ ...record, v: 1 });

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_HEX = 20;

/** Tracking code: the first 80 bits of the leaf in Crockford base32, a Luhn mod 32 check character, groups of four. */
export function trackingCode(leaf: string): string {
  let bits = BigInt(`0x${leaf.slice(0, CODE_HEX)}`);
  let text = '';
  for (let n = 0; n < 16; n++) {
    text = ALPHABET[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return `${text.match(/.{4}/g)!.join('-')}-${checkCharacter(text)}`;
}

/** First 80 bits of a leaf from a code as people write it: case and hyphens do not matter, I and L read as 1, O as 0. Null when it is none. */
export function leafPrefix(code: string): string | null {
  const text = code.toUpperCase().replace(/[-\s]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  if (!/^[0-9A-HJKMNP-TV-Z]{17}$/.test(text) || checkCharacter(text.slice(0, 16)) !== text[16]) return null;
  const bits = Array.from(text.slice(0, 16)).reduce(
    (sum, character) => (sum << 5n) | BigInt(ALPHABET.indexOf(character)),
    0n,
  );
  return bits.toString(16).padStart(CODE_HEX, '0');
}

/** Luhn mod N for N = 32: every second value from the right is doubled and its digits in base 32 added. */
function checkCharacter(text: string): string {
  const sum = Array.from(text)
    .toReversed()
    .reduce((total, character, index) => {
      const value = ALPHABET.indexOf(character) * (index % 2 === 0 ? 2 : 1);
      return total + Math.floor(value / 32) + (value % 32);
    }, 0);
  return ALPHABET[(32 - (sum % 32)) % 32]!;
}
