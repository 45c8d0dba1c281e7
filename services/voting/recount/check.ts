import { createHash, createPublicKey, hash, verify } from 'node:crypto';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { RecordedChoices } from '../src/domain/ballot.ts';
import { recounted, type CountInputs } from '../src/domain/count/inputs.ts';
import { append, EMPTY } from '../src/domain/merkle.ts';
import { Box, type BallotRecord } from './box.ts';
import { firstDifference } from './difference.ts';
import { PackageFiles } from './files.ts';
import { faultsOfHeads, HeadWalk, type Head } from './heads.ts';
import { pabulibFault, type Expected } from './pabulib.ts';

const FILES = ['rule.json', 'log.txt', 'heads.jsonl', 'ballots.jsonl', 'inputs.json', 'result.json', 'contest.pb'];
const MOST_FAULTS = 20;

interface Manifest {
  contest: string;
  files: Record<string, string>;
  key: string;
  turnout: { accepted: number; counted: number; excluded?: number; superseded: number };
  sig: string;
  type: string;
  v: number;
}

export interface Recount {
  /** The result object as it follows from the package. */
  result: string;
  /** What is wrong with the package; empty when it holds. */
  faults: string[];
}

const sha256 = (data: string): string => hash('sha256', data);
const node = (left: string, right: string): string => hash('sha256', Buffer.from(`01${left}${right}`, 'hex'));
const leafOf = (record: string): string => createHash('sha256').update('\0').update(record).digest('hex');

/** Checks a published package and counts it anew. Throws RangeError or SyntaxError when it cannot be counted. */
export async function recount(path: string, key?: string): Promise<Recount> {
  const check = new Check(new PackageFiles(path));
  return { result: await check.run(key), faults: check.faults };
}

/** One pass over a package (docs/count-rules.md, 3). */
class Check {
  readonly faults: string[] = [];
  readonly #files: PackageFiles;

  constructor(files: PackageFiles) {
    this.#files = files;
  }

  async run(trusted: string | undefined): Promise<string> {
    const manifest = await this.#manifest(trusted);
    const ruleText = await this.#files.text('rule.json');
    const rule = JSON.parse(ruleText) as VotingRule;
    if (canonicalJson(rule) !== ruleText) this.#fault('rule.json: is not in canonical form');
    const inputs = JSON.parse(await this.#files.text('inputs.json')) as CountInputs;
    if (inputs.contest !== manifest.contest) this.#fault('inputs.json: is of another contest than manifest.json');
    const leaves = await this.#log(manifest, trusted ?? manifest.key);
    const box = await this.#ballots(new Box(rule, sha256(ruleText), inputs), leaves);
    const turnout = this.#turnout(box, inputs);
    if (canonicalJson(manifest.turnout) !== canonicalJson(turnout))
      this.#fault(
        `manifest.json: the turn-out is ${canonicalJson(manifest.turnout)}, the ballots give ${canonicalJson(turnout)}`,
      );
    const result = recounted(rule, inputs, { counted: box.counted(), sha256 });
    await this.#compare(result);
    await this.#pabulib({ rule, ruleHash: sha256(ruleText), inputs, result: JSON.parse(result) }, box);
    return result;
  }

  /** Takes every record; each must be that of its leaf and a ballot of the rule. */
  async #ballots(box: Box, leaves: readonly string[]): Promise<Box> {
    let line = 0;
    for await (const record of this.#files.lines('ballots.jsonl')) {
      const leaf = leafOf(record);
      if (leaf !== leaves[line]) this.#fault(`ballots.jsonl: line ${line + 1}: its leaf is not the one of log.txt`);
      const fault = box.take(record, leaf);
      if (fault) this.#fault(`ballots.jsonl: line ${line + 1}: ${fault}`);
      line += 1;
    }
    if (line !== leaves.length) this.#fault(`ballots.jsonl: has ${line} records, log.txt ${leaves.length} leaves`);
    for (const fault of box.gaps()) this.#fault(`ballots.jsonl: ${fault}`);
    return box;
  }

  /** Every excluded leaf must be the last record of a tag. */
  #turnout({ accepted, turnout: { tags, excluded } }: Box, inputs: CountInputs): Manifest['turnout'] {
    const named = inputs.excluded?.length ?? 0;
    if (named !== excluded)
      this.#fault(`inputs.json: of ${named} excluded ballots ${excluded} are the last of their tags`);
    return {
      accepted,
      counted: tags - excluded,
      superseded: accepted - tags,
      ...(excluded > 0 ? { excluded } : {}),
    };
  }

  #fault(text: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(text);
  }

  async #manifest(trusted: string | undefined): Promise<Manifest> {
    const text = await this.#files.text('manifest.json');
    const manifest = JSON.parse(text) as Manifest;
    for (const fault of faultsOfManifest(text, manifest, trusted)) this.#fault(fault);
    for (const [name, expected] of Object.entries(manifest.files)) {
      const found = createHash('sha256');
      for await (const chunk of this.#files.stream(name)) found.update(chunk);
      if (found.digest('hex') !== expected) this.#fault(`${name}: its SHA-256 is not that of manifest.json`);
    }
    return manifest;
  }

  /** The leaves. Every head must be signed, follow the one before, and be the root of the log as it was at its size; the last is of all of it. */
  async #log({ contest }: Manifest, key: string): Promise<string[]> {
    const heads: Head[] = [];
    for await (const line of this.#files.lines('heads.jsonl')) heads.push(JSON.parse(line) as Head);
    if (heads.length === 0) throw new RangeError('heads.jsonl: is empty');
    const signed = (fields: object, sig: string) => isSigned(fields, sig, key);
    for (const fault of faultsOfHeads(heads, { contest, isSigned: signed })) this.#fault(`heads.jsonl: ${fault}`);
    const walk = new HeadWalk(heads, node);
    let tree = EMPTY;
    for (const fault of walk.at(tree)) this.#fault(fault);
    const leaves: string[] = [];
    for await (const leaf of this.#files.lines('log.txt')) {
      if (!/^[0-9a-f]{64}$/.test(leaf)) throw new RangeError(`log.txt: line ${leaves.length + 1} is no leaf`);
      leaves.push(leaf);
      tree = append(tree, leaf, node);
      for (const fault of walk.at(tree)) this.#fault(fault);
    }
    const missed = walk.end(tree.size);
    if (missed) this.#fault(missed);
    return leaves;
  }

  /** The Pabulib file says what the ballots, the inputs and the result say. */
  async #pabulib(expected: Omit<Expected, 'counted'>, box: Box): Promise<void> {
    // Of ballots that are no ballots nothing follows; they are named already.
    if (box.refused > 0) return;
    const counted = this.#counted(box);
    const fault = await pabulibFault(this.#files.lines('contest.pb'), { ...expected, counted });
    if (fault) this.#fault(`contest.pb: ${fault}`);
  }

  async *#counted(box: Box): AsyncGenerator<RecordedChoices> {
    for await (const line of this.#files.lines('ballots.jsonl')) {
      const record = JSON.parse(line) as BallotRecord;
      if (box.isCounted(record)) yield record.choices;
    }
  }

  async #compare(result: string): Promise<void> {
    const published = await this.#files.text('result.json');
    if (published !== result) this.#fault(`result.json: ${firstDifference(JSON.parse(published), JSON.parse(result))}`);
  }
}

function* faultsOfManifest(text: string, manifest: Manifest, trusted: string | undefined): Generator<string> {
  const { sig, ...signed } = manifest;
  if (manifest.type !== 'manifest' || manifest.v !== 1 || canonicalJson(manifest) !== text)
    yield 'manifest.json: is no canonical manifest of version 1';
  if (trusted !== undefined && manifest.key !== trusted) yield 'manifest.json: names another key than the one given';
  if (!isSigned(signed, sig, trusted ?? manifest.key)) yield 'manifest.json: the signature is not of this key';
  for (const name of FILES) if (!manifest.files[name]) yield `manifest.json: does not name ${name}`;
}

/** Whether `key` (Ed25519, raw, hex) signed the canonical form of these fields. */
function isSigned(fields: object, sig: string, key: string): boolean {
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (!/^[0-9a-f]{64}$/.test(key) || !/^[0-9a-f]{128}$/.test(sig)) return false;
  const x = Buffer.from(key, 'hex').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(canonicalJson(present)), publicKey, Buffer.from(sig, 'hex'));
}
