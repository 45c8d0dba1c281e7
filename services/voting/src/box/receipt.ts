import { hash, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { ruleHashOf, trackingCode } from '../domain/record.ts';
import type { StoredBallot } from '../store.ts';

/** Proof that a ballot was accepted; the same for the same ballot, byte for byte. */
export interface Receipt {
  code: string;
  leaf: string;
  revision: number;
  ruleHash: string;
  includeBy: Date;
  /** Canonical JSON: what the receipt says, its place in the group that was signed together, and the signature. */
  signed: string;
  /** The record with its nonce, for the voter in the answer to the vote alone. */
  record: string | null;
}

const INCLUDE_WITHIN_S = 60;
/** Receipts under one signature: enough to make it cheap, few enough for a path of five hashes. */
const GROUP = 32;
const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;

type Accepted = Pick<StoredBallot, 'contest' | 'rev' | 'record' | 'leaf' | 'acceptedAt'>;

const includeBy = ({ acceptedAt }: Accepted): number => Math.floor(acceptedAt.getTime() / 1000) + INCLUDE_WITHIN_S;

/** What a receipt says, in canonical JSON (RFC 8785); written out, for it is made for every vote. */
const statement = (ballot: Accepted, code: string, sig?: string): string =>
  `"code":"${code}","contest":${JSON.stringify(ballot.contest)},"includeBy":${includeBy(ballot)},` +
  `"leaf":"${ballot.leaf}","rev":${ballot.rev},"rule":"${ruleHashOf(ballot.record)}",${sig ? `"sig":"${sig}",` : ''}"type":"receipt","v":1}`;

/**
 * Signs the receipts of ballots that are about to be written, up to 32 under one signature (ADR 11): an Ed25519 signature costs as much as the rest
 * of a vote. Signed is `{"root", "size", "type": "receipts", "v": 1}`, the root of the Merkle tree (RFC 9162 section 2.1.1) over the
 * statements; each ballot gets its place, the signature and its path.
 */
export function signReceipts(ballots: readonly (Accepted & { proof: string })[], key: KeyObject): void {
  for (let from = 0; from < ballots.length; from += GROUP) {
    const group = ballots.slice(from, from + GROUP);
    const size = group.length;
    const levels = levelsOf(
      group.map((ballot) => hash('sha256', `\0{${statement(ballot, trackingCode(ballot.leaf))}`, 'buffer')),
    );
    const root = levels.at(-1)![0]!.toString('hex');
    const signature = sign(null, Buffer.from(canonicalJson({ root, size, type: 'receipts', v: 1 })), key);
    for (const [index, ballot] of group.entries())
      ballot.proof = Buffer.concat([Buffer.of(index, size), signature, ...pathOf(levels, index)]).toString('base64');
  }
}

/** An inner node before it is hashed: 1, and its two children. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Nodes from the leaves up to the root; the last of an odd number goes up as it is, which gives the tree of the RFC. */
function levelsOf(leaves: Buffer[]): Buffer[][] {
  const levels = [leaves];
  for (let nodes = leaves; nodes.length > 1; levels.push(nodes)) {
    const above: Buffer[] = [];
    for (let at = 0; at + 1 < nodes.length; at += 2) {
      nodes[at]!.copy(node, 1);
      nodes[at + 1]!.copy(node, 1 + HASH_BYTES);
      above.push(hash('sha256', node, 'buffer'));
    }
    if (nodes.length % 2 === 1) above.push(nodes.at(-1)!);
    nodes = above;
  }
  return levels;
}

const pathOf = (levels: readonly Buffer[][], index: number): Buffer[] =>
  levels.flatMap((nodes, level) => nodes[(index >> level) ^ 1] ?? []);

export function receiptOf(ballot: StoredBallot, show: 'record' | 'no record'): Receipt {
  const { leaf, rev, record } = ballot;
  const code = trackingCode(leaf);
  const proof = Buffer.from(ballot.proof, 'base64');
  const [index, size] = proof;
  const hex = proof.toString('hex', 2);
  const path: string[] = [];
  for (let at = 2 * SIGNATURE_BYTES; at < hex.length; at += 2 * HASH_BYTES)
    path.push(`"${hex.slice(at, at + 2 * HASH_BYTES)}"`);
  const said = statement(ballot, code, hex.slice(0, 2 * SIGNATURE_BYTES));
  return {
    code,
    leaf,
    revision: rev,
    ruleHash: ruleHashOf(record),
    includeBy: new Date(includeBy(ballot) * 1000),
    signed: `{"batch":{"index":${index},"path":[${path.join(',')}],"size":${size}},${said}`,
    record: show === 'record' ? record : null,
  };
}
