import { openSync, closeSync, fstatSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A precise place and reason of a fault in a `.pb` file. */
export class PabulibError extends Error {
  override readonly name = 'PabulibError';
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
  }
}

export type VoteType = 'approval' | 'choose-1' | 'ordinal' | 'cumulative';

export interface PabulibProject {
  id: string;
  name: string;
  category: string;
  /** Decimal as written. */
  cost: string;
  /** Published counts, null where the file has none. */
  votes: number | null;
  score: number | null;
  /** Whether the city chose it; null where the file does not say. */
  selected: boolean | null;
}

export interface PabulibVote {
  voterId: string;
  choices: string[];
  points: number[] | null;
}

export interface PabulibElection {
  meta: Readonly<Record<string, string>>;
  voteType: VoteType;
  budget: string;
  projects: PabulibProject[];
  votes: PabulibVote[];
  /** What was mended while reading, for example a project named twice in one ballot. */
  warnings: string[];
}

interface Row {
  line: number;
  cells: string[];
}

const SECTIONS = ['META', 'PROJECTS', 'VOTES'] as const;
type Section = (typeof SECTIONS)[number];

/** Ten times the largest published file. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_WARNINGS = 100;
const VOTE_TYPES: readonly string[] = ['approval', 'choose-1', 'ordinal', 'cumulative'];
const DECIMAL = /^\d{1,12}(\.\d{1,6})?$/;
const COUNT = /^\d{1,9}$/;
const FOREIGN = [',', '\t', '|'];

/** Reads a file in the Pabulib format; throws PabulibError on one that is too large or no UTF-8, and at the first fault. */
export function readPabulib(path: string): PabulibElection {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > MOST_BYTES) throw new PabulibError(0, `the file has ${size} bytes, at most ${MOST_BYTES} are read`);
    return parsePabulib(decoded(readFileSync(file)));
  } finally {
    closeSync(file);
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PabulibError(0, 'the file is not UTF-8');
  }
}

/** Reads an election in the Pabulib format; throws PabulibError at the first fault, with its line. */
export function parsePabulib(text: string): PabulibElection {
  const sections = split(text.replace(/^\uFEFF/, ''));
  const meta = metaOf(sections.META);
  const voteType = meta.get('vote_type');
  if (!VOTE_TYPES.includes(voteType.value))
    throw new PabulibError(voteType.line, `vote_type ${shown(voteType.value)} is not supported`);
  const budget = meta.get('budget');
  const money = budget.value.replace(',', '.');
  if (!DECIMAL.test(money)) throw new PabulibError(budget.line, `budget ${shown(money)} is not a number`);
  const warnings = new Warnings();
  const type = voteType.value as VoteType;
  const stated = sections.PROJECTS.length - 1;
  const projects = projectsOf(sections.PROJECTS, warnings);
  const votes = votesOf(sections.VOTES, { projects, voteType: type, warnings });
  agree(meta, 'num_projects', [projects.length, stated]);
  agree(meta, 'num_votes', [votes.length]);
  return { meta: meta.values, voteType: type, budget: money, projects, votes, warnings: warnings.texts };
}

/** What was mended, up to a number that a person reads. */
class Warnings {
  readonly texts: string[] = [];

  add(line: number, text: string): void {
    if (this.texts.length < MOST_WARNINGS) this.texts.push(`line ${line}: ${text}`);
  }
}

/** A value of the file as an error shows it. */
const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}...` : value);

function split(text: string): Record<Section, Row[]> {
  const sections: Partial<Record<Section, Row[]>> = {};
  let rows: Row[] | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const title = raw.trim().replace(/;+$/, '') as Section;
    if (SECTIONS.includes(title)) {
      if (sections[title]) throw new PabulibError(line, `section ${title} occurs twice`);
      sections[title] = rows = [];
    } else if (raw.trim() !== '') {
      if (!rows) throw new PabulibError(line, 'the file must begin with the section META');
      rows.push({ line, cells: cellsOf(raw, line) });
    }
  }
  for (const name of SECTIONS) if (!sections[name]) throw new PabulibError(1, `section ${name} is missing`);
  return sections as Record<Section, Row[]>;
}

/** One row: semicolons, CSV quoting where a cell needs it. */
function cellsOf(raw: string, line: number): string[] {
  if (!raw.includes('"')) return raw.split(';').map((cell) => cell.trim());
  try {
    return (parse(raw, { delimiter: ';', relax_quotes: true, trim: true }) as string[][])[0] ?? [];
  } catch (error) {
    throw new PabulibError(line, `broken quotes: ${(error as Error).message}`);
  }
}

interface MetaValue {
  value: string;
  line: number;
}

class Meta {
  readonly #found: ReadonlyMap<string, MetaValue>;

  constructor(found: ReadonlyMap<string, MetaValue>) {
    this.#found = found;
  }

  get values(): Record<string, string> {
    return Object.fromEntries([...this.#found].map(([key, { value }]) => [key, value]));
  }

  /** A value that must be there. */
  get(key: string): MetaValue {
    const found = this.#found.get(key);
    if (!found?.value) throw new PabulibError(found?.line ?? 1, `META has no ${key}`);
    return found;
  }
}

function metaOf(rows: Row[]): Meta {
  const found = new Map<string, MetaValue>();
  for (const { line, cells } of bodyOf(rows, ['key', 'value'])) {
    const [key, ...value] = cells;
    if (found.has(key!)) throw new PabulibError(line, `META has ${shown(key!)} twice`);
    found.set(key!, { line, value: value.join(';') });
  }
  return new Meta(found);
}

function agree(meta: Meta, key: string, found: readonly number[]): void {
  const { line, value } = meta.get(key);
  if (!COUNT.test(value)) throw new PabulibError(line, `${key} ${shown(value)} is not a whole number`);
  if (!found.includes(Number(value)))
    throw new PabulibError(line, `META says ${key} ${value}, the file has ${found[0]}`);
}

/** Rows below the header of a section, whose names must be there. */
function bodyOf(rows: Row[], needed: readonly string[]): Row[] {
  const [header, ...body] = rows;
  if (!header) throw new PabulibError(1, 'a section has no header line');
  const foreign = FOREIGN.find((delimiter) => header.cells.length === 1 && header.cells[0]!.includes(delimiter));
  if (foreign)
    throw new PabulibError(header.line, `cells are separated by ${JSON.stringify(foreign)}, not by semicolons`);
  const missing = needed.find((name) => !header.cells.includes(name));
  if (missing) throw new PabulibError(header.line, `column ${missing} is missing`);
  const twice = header.cells.find((name, index) => name !== '' && header.cells.indexOf(name) !== index);
  if (twice) throw new PabulibError(header.line, `column ${shown(twice)} occurs twice`);
  return body;
}

/** Rows of a section as objects by the names of its header line. */
function table(rows: Row[], needed: readonly string[]): { line: number; get(name: string): string }[] {
  const body = bodyOf(rows, needed);
  const places = new Map(rows[0]!.cells.map((name, index) => [name, index]));
  return body.map(({ line, cells }) => {
    if (cells.slice(places.size).some(Boolean)) throw new PabulibError(line, 'the row has more cells than the header');
    return { line, get: (name) => cells[places.get(name) ?? -1] ?? '' };
  });
}

const numberOf = (text: string): number | null => (DECIMAL.test(text) ? Number(text) : null);

function projectsOf(rows: Row[], warnings: Warnings): PabulibProject[] {
  const seen = new Map<string, PabulibProject>();
  for (const { line, get } of table(rows, ['project_id', 'cost'])) {
    const project = projectOf(line, get);
    const known = seen.get(project.id);
    if (known && known.cost !== project.cost)
      throw new PabulibError(line, `project ${shown(project.id)} occurs twice, with two costs`);
    if (known) warnings.add(line, `project ${shown(project.id)} occurs twice and is taken once`);
    else seen.set(project.id, project);
  }
  return [...seen.values()];
}

function projectOf(line: number, get: (name: string) => string): PabulibProject {
  const id = get('project_id');
  const cost = get('cost').replace(',', '.');
  if (!id) throw new PabulibError(line, 'a project without id');
  if (id.includes(',')) throw new PabulibError(line, `project ${shown(id)}: an id has no comma`);
  if (!DECIMAL.test(cost)) throw new PabulibError(line, `cost ${shown(cost)} is not a number`);
  return {
    id,
    cost,
    selected: get('selected') === '' ? null : get('selected') !== '0',
    name: get('name') || `Project ${id}`,
    category: get('category'),
    votes: numberOf(get('votes')),
    score: numberOf(get('score')),
  };
}

interface VotesContext {
  projects: PabulibProject[];
  voteType: VoteType;
  warnings: Warnings;
}

function votesOf(rows: Row[], { projects, voteType, warnings }: VotesContext): PabulibVote[] {
  const known = new Set(projects.map(({ id }) => id));
  const voters = new Set<string>();
  const withPoints = voteType === 'cumulative';
  return table(rows, withPoints ? ['voter_id', 'vote', 'points'] : ['voter_id', 'vote']).map(({ line, get }) => {
    const voterId = get('voter_id');
    if (!voterId) throw new PabulibError(line, 'a vote without voter_id');
    if (voters.has(voterId)) throw new PabulibError(line, `voter ${shown(voterId)} occurs twice`);
    voters.add(voterId);
    const named = namedOf(get('vote'), line, known);
    const points = withPoints ? pointsOfAll(get('points'), line, named.length) : null;
    const first = new Map<string, number>();
    for (const [index, id] of named.entries()) if (!first.has(id)) first.set(id, index);
    // A vote counts once, whatever a published count says.
    if (first.size < named.length) warnings.add(line, 'a project named twice counts once');
    return { voterId, choices: [...first.keys()], points: points && Array.from(first.values(), (at) => points[at]!) };
  });
}

function namedOf(text: string, line: number, known: ReadonlySet<string>): string[] {
  const named = listOf(text);
  const unknown = named.find((id) => !known.has(id));
  if (unknown !== undefined) throw new PabulibError(line, `project ${shown(unknown)} is not in PROJECTS`);
  return named;
}

function pointsOfAll(text: string, line: number, projects: number): number[] {
  const points = listOf(text).map((one) => pointsOf(one, line));
  if (points.length !== projects) throw new PabulibError(line, 'there are not as many points as projects');
  return points;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

function pointsOf(text: string, line: number): number {
  if (!COUNT.test(text)) throw new PabulibError(line, `points ${shown(text)} are not a whole number`);
  return Number(text);
}
