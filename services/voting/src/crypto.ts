import { hash } from 'node:crypto';
import { randomHex } from '@veche/kit';

/** Leaf of the log: SHA-256 over 0x00 and the record (RFC 6962 section 2.1), hex. */
export const leafOf = (record: string): string => hash('sha256', `\0${record}`, 'hex');

/** Inner node of the log: SHA-256 over 0x01 and both children (RFC 9162 section 2.1.1), hex. */
export const nodeHash = (left: string, right: string): string =>
  hash('sha256', Buffer.from(`01${left}${right}`, 'hex'), 'hex');

/** What is authenticated under the key of a contest to get a voter's tag (voting.md 3.3). */
export const tagText = (voterKey: string): string => `v1${voterKey}`;

/** Pseudonym of a voter in one contest: the first 128 bits of HMAC-SHA-256(key of the contest, "v1" || voter key), hex. */
export const tagOf = (mac: string): string => mac.slice(0, 32);

/** 128 random bits, hex. */
export const newNonce = (): string => randomHex(16);
