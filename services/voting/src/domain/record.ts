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

/** Canonical JSON of a record (RFC 8785), written out; its leaf is SHA-256 over 0x00 and these bytes (RFC 6962 section 2.1). */
export const recordText = ({ choices, contest, nonce, rev, rule, tag }: BallotRecord): string =>
  `${upToContest(choices)}${JSON.stringify(contest)},"nonce":"${nonce}","rev":${rev},"rule":"${rule}","tag":"${tag}","v":1}`;

const upToContest = (choices: RecordedChoices): string => `{"choices":${canonicalJson(choices)},"contest":`;

/** Whether a record holds just these choices. */
export const hasChoices = (record: string, choices: RecordedChoices): boolean =>
  record.startsWith(upToContest(choices));

const RULE = '"rule":"';
const HASH_LENGTH = 64;

/** Hash of the rule under which a record was accepted; nothing after it can hold its name. */
export function ruleHashOf(record: string): string {
  const from = record.lastIndexOf(RULE) + RULE.length;
  return record.slice(from, from + HASH_LENGTH);
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_HEX = 20;
/** Two characters for each ten bits. */
const PAIRS = Array.from({ length: 1024 }, (_, bits) => ALPHABET[bits >> 5]! + ALPHABET[bits & 31]!);

const GROUP_HEX = 5;

/** Hex digits in Crockford base32 in groups of four; five digits are 20 bits and so one group. */
export function groupsOfFour(hex: string): string {
  let groups = '';
  for (let at = 0; at + GROUP_HEX <= hex.length; at += GROUP_HEX) {
    const bits = parseInt(hex.slice(at, at + GROUP_HEX), 16);
    groups += `${at === 0 ? '' : '-'}${PAIRS[bits >> 10]!}${PAIRS[bits & 1023]!}`;
  }
  return groups;
}

/** A code as people write it: case and hyphens do not matter, I and L read as 1, O as 0. */
export const plainCode = (code: string): string =>
  code.toUpperCase().replace(/[-\s]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');

/** Tracking code: the first 80 bits of the leaf in Crockford base32, a Luhn mod 32 check character, groups of four. */
export function trackingCode(leaf: string): string {
  const code = groupsOfFour(leaf.slice(0, CODE_HEX));
  return `${code}-${checkCharacter(code)}`;
}

/** First 80 bits of a leaf from a code as people write it. Null when it is none. */
export function leafPrefix(code: string): string | null {
  const text = plainCode(code);
  if (!/^[0-9A-HJKMNP-TV-Z]{17}$/.test(text) || checkCharacter(text.slice(0, 16)) !== text[16]) return null;
  const bits = Array.from(text.slice(0, 16)).reduce(
    (sum, character) => (sum << 5n) | BigInt(ALPHABET.indexOf(character)),
    0n,
  );
  return bits.toString(16).padStart(CODE_HEX, '0');
}

/** By the code of the character; hyphens have none. */
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character.charCodeAt(0), value]));

/** Luhn mod N for N = 32: every second value from the right is doubled and its digits in base 32 added. */
function checkCharacter(text: string): string {
  let sum = 0;
  let doubled = true;
  for (let at = text.length - 1; at >= 0; at--) {
    const digit = VALUES.get(text.charCodeAt(at));
    if (digit === undefined) continue;
    const value = doubled ? digit * 2 : digit;
    doubled = !doubled;
    sum += (value >> 5) + (value & 31);
  }
  return ALPHABET[(32 - (sum % 32)) % 32]!;
}
