import { createHash, createPublicKey, hash, verify } from 'node:crypto';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { checkBallot, type Choice, type ListedProject, type RecordedChoices } from '../src/domain/ballot.ts';
import { recounted, type CountInputs } from '../src/domain/count/inputs.ts';
import { append, EMPTY, rootOf } from '../src/domain/merkle.ts';
import { firstDifference } from './difference.ts';
import { PackageFiles } from './files.ts';

const FILES = ['rule.json', 'log.txt', 'heads.jsonl', 'ballots.jsonl', 'inputs.json', 'result.json', 'contest.pb'];
const MOST_FAULTS = 20;

interface Manifest {
  contest: string;
  files: Record<string, string>;
  key: string;
  turnout: { accepted: number; counted: number; superseded: number };
  sig: string;
  type: string;
  v: number;
}

interface Head {
  contest: string;
  root: string;
  size: number;
  sig: string;
  type: string;
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
    const box = new Box(rule, sha256(ruleText), inputs);
    let line = 0;
    for await (const record of this.#files.lines('ballots.jsonl')) {
      if (leafOf(record) !== leaves[line])
        this.#fault(`ballots.jsonl: line ${line + 1}: its leaf is not the one of log.txt`);
      const fault = box.take(record);
      if (fault) this.#fault(`ballots.jsonl: line ${line + 1}: ${fault}`);
      line += 1;
    }
    if (line !== leaves.length) this.#fault(`ballots.jsonl: has ${line} records, log.txt ${leaves.length} leaves`);
    for (const fault of box.gaps()) this.#fault(`ballots.jsonl: ${fault}`);
    const turnout = { accepted: line, counted: box.tags, superseded: line - box.tags };
    if (canonicalJson(manifest.turnout) !== canonicalJson(turnout))
      this.#fault(
        `manifest.json: the turn-out is ${canonicalJson(manifest.turnout)}, the ballots give ${canonicalJson(turnout)}`,
      );
    const result = recounted(rule, inputs, { counted: box.counted(), sha256 });
    await this.#compare(result);
    return result;
  }

  #fault(text: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(text);
  }

  async #manifest(trusted: string | undefined): Promise<Manifest> {
    const text = await this.#files.text('manifest.json');
    const manifest = JSON.parse(text) as Manifest;
    const { sig, ...signed } = manifest;
    if (manifest.type !== 'manifest' || manifest.v !== 1 || canonicalJson(manifest) !== text)
      this.#fault('manifest.json: is no canonical manifest of version 1');
    if (trusted !== undefined && manifest.key !== trusted)
      this.#fault('manifest.json: names another key than the one given');
    if (!isSigned(signed, sig, trusted ?? manifest.key)) this.#fault('manifest.json: the signature is not of this key');
    for (const name of FILES) if (!manifest.files[name]) this.#fault(`manifest.json: does not name ${name}`);
    for (const [name, expected] of Object.entries(manifest.files)) {
      const found = createHash('sha256');
      for await (const chunk of this.#files.stream(name)) found.update(chunk);
      if (found.digest('hex') !== expected) this.#fault(`${name}: its SHA-256 is not that of manifest.json`);
    }
    return manifest;
  }

  /** The leaves; every head must be the root of the log as it was at its size, the last signed and of all of it. */
  async #log({ contest }: Manifest, key: string): Promise<string[]> {
    const heads: Head[] = [];
    for await (const line of this.#files.lines('heads.jsonl')) heads.push(JSON.parse(line) as Head);
    let [tree, met] = [EMPTY, 0];
    const pass = (): void => {
      for (; heads[met]?.size === tree.size; met += 1)
        if (heads[met]!.root !== rootOf(tree, node))
          this.#fault(`log.txt: the first ${tree.size} leaves are not those of their head`);
    };
    pass();
    const leaves: string[] = [];
    for await (const leaf of this.#files.lines('log.txt')) {
      if (!/^[0-9a-f]{64}$/.test(leaf)) throw new RangeError(`log.txt: line ${leaves.length + 1} is no leaf`);
      leaves.push(leaf);
      tree = append(tree, leaf, node);
      pass();
    }
    const last = heads.at(-1);
    if (!last) throw new RangeError('heads.jsonl: is empty');
    const { sig, ...body } = last;
    if (!isSigned({ ...body, witnesses: undefined }, sig, key) || last.contest !== contest || last.type !== 'head')
      this.#fault('heads.jsonl: the last head is not signed with this key for this contest');
    if (met < heads.length)
      this.#fault(`heads.jsonl: a head of size ${heads[met]!.size} is out of order or beyond the log`);
    else if (last.size !== tree.size)
      this.#fault(`heads.jsonl: the last head covers ${last.size} leaves, log.txt has ${tree.size}`);
    return leaves;
  }

  async #compare(result: string): Promise<void> {
    const published = await this.#files.text('result.json');
    if (published !== result) this.#fault(`result.json: ${firstDifference(JSON.parse(published), JSON.parse(result))}`);
  }
}

/** Whether `key` (Ed25519, raw, hex) signed the canonical form of these fields. */
function isSigned(fields: object, sig: string, key: string): boolean {
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (!/^[0-9a-f]{64}$/.test(key) || !/^[0-9a-f]{128}$/.test(sig)) return false;
  const x = Buffer.from(key, 'hex').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(canonicalJson(present)), publicKey, Buffer.from(sig, 'hex'));
}

interface BallotRecord {
  choices: RecordedChoices;
  contest: string;
  nonce: string;
  rev: number;
  rule: string;
  tag: string;
  v: number;
}

/** The ballots of a package: of each tag the highest revision counts. */
class Box {
  readonly #rule: VotingRule;
  readonly #ruleHash: string;
  readonly #contest: string;
  readonly #list: ReadonlyMap<string, ListedProject>;
  /** Of each tag its revisions as bits, and what the highest of them says. */
  readonly #tags = new Map<string, { revisions: bigint; choices: RecordedChoices }>();
  /** One copy of each kind of ballot. */
  readonly #kinds = new Map<string, RecordedChoices>();

  constructor(rule: VotingRule, ruleHash: string, { contest, projects }: CountInputs) {
    this.#rule = rule;
    this.#ruleHash = ruleHash;
    this.#contest = contest;
    this.#list = new Map(
      projects.map(({ id, cost, category, territory }) => [id, { cost: BigInt(cost), category, territory }]),
    );
  }

  get tags(): number {
    return this.#tags.size;
  }

  /** Takes a record; says what is wrong with it. */
  take(line: string): string | null {
    const record = JSON.parse(line) as BallotRecord;
    const { choices, contest, nonce, rev, rule, tag, v } = record;
    if (canonicalJson({ choices, contest, nonce, rev, rule, tag, v }) !== line) return 'is no canonical record';
    if (v !== 1 || contest !== this.#contest || rule !== this.#ruleHash) return 'is of another contest or rule';
    const hex = /^[0-9a-f]{32}$/;
    if (!hex.test(tag) || !hex.test(nonce) || !Number.isInteger(rev) || rev < 1 || rev >= 1_000_000)
      return 'has no proper tag, nonce or revision';
    const fault = this.#choicesFault(choices);
    if (fault) return fault;
    return this.#add(tag, 1n << BigInt(rev), choices);
  }

  #choicesFault(choices: RecordedChoices): string | null {
    const paired = this.#rule.ballot.type === 'cumulative' || this.#rule.ballot.type === 'forAgainst';
    const given = choices.map((choice): Choice =>
      paired ? { project: String(choice[0]), points: choice[1] as number } : { project: String(choice) },
    );
    const checked = checkBallot(this.#rule.ballot, this.#list, given);
    if (checked.rejection) return `is no ballot of the rule: ${checked.rejection.code}`;
    return canonicalJson(checked.choices) === canonicalJson(choices) ? null : 'its choices are not in order';
  }

  #add(tag: string, bit: bigint, choices: RecordedChoices): string | null {
    const text = canonicalJson(choices);
    const kind = this.#kinds.get(text) ?? choices;
    this.#kinds.set(text, kind);
    const known = this.#tags.get(tag);
    if (!known) this.#tags.set(tag, { revisions: bit, choices: kind });
    else if (known.revisions & bit) return 'has the revision of another record of its tag';
    else {
      if (bit > known.revisions) known.choices = kind;
      known.revisions |= bit;
    }
    return null;
  }

  /** Tags whose revisions are not 1, 2, 3..., or that voted twice where the rule has one vote. */
  *gaps(): Generator<string> {
    for (const [tag, { revisions }] of this.#tags) {
      if ((revisions & (revisions + 2n)) !== 0n || (revisions & 2n) === 0n) yield `tag ${tag} lacks a revision`;
      else if (revisions > 2n && this.#rule.revote === 'single')
        yield `tag ${tag} voted more than once, the rule allows one vote`;
    }
  }

  *counted(): Generator<RecordedChoices> {
    for (const { choices } of this.#tags.values()) yield choices;
  }
}
