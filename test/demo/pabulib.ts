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

const VOTE_TYPES: readonly string[] = ['approval', 'choose-1', 'ordinal', 'cumulative'];
const DECIMAL = /^\d+(\.\d+)?$/;

/** Reads an election in the Pabulib format; throws PabulibError at the first fault, with its line. */
export function parsePabulib(text: string): PabulibElection {
  const sections = split(text.replace(/^\uFEFF/, ''));
  const meta = metaOf(sections.META);
  const voteType = required(meta, 'vote_type');
  if (!VOTE_TYPES.includes(voteType)) throw new PabulibError(1, `vote_type ${voteType} is not supported`);
  const budget = required(meta, 'budget').replace(',', '.');
  if (!DECIMAL.test(budget)) throw new PabulibError(1, `budget ${budget} is not a number`);
  const warnings: string[] = [];
  const projects = projectsOf(sections.PROJECTS);
  const votes = votesOf(sections.VOTES, { projects, voteType: voteType as VoteType, warnings });
  agree(meta, 'num_projects', projects.length);
  agree(meta, 'num_votes', votes.length);
  return { meta, voteType: voteType as VoteType, budget, projects, votes, warnings };
}

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

function metaOf(rows: Row[]): Record<string, string> {
  return Object.fromEntries(rows.slice(1).map(({ cells: [key, ...value] }) => [key!, value.join(';')]));
}

function required(meta: Readonly<Record<string, string>>, key: string): string {
  const value = meta[key];
  if (!value) throw new PabulibError(1, `META has no ${key}`);
  return value;
}

function agree(meta: Readonly<Record<string, string>>, key: string, found: number): void {
  const stated = Number(required(meta, key));
  if (stated !== found) throw new PabulibError(1, `META says ${key} ${stated}, the file has ${found}`);
}

/** Rows of a section as objects by the names of its header line. */
function table(rows: Row[], needed: readonly string[]): { line: number; get(name: string): string }[] {
  const [header, ...body] = rows;
  if (!header) throw new PabulibError(1, 'a section has no header line');
  const missing = needed.find((name) => !header.cells.includes(name));
  if (missing) throw new PabulibError(header.line, `column ${missing} is missing`);
  return body.map(({ line, cells }) => ({ line, get: (name) => cells[header.cells.indexOf(name)] ?? '' }));
}

const numberOf = (text: string): number | null => (DECIMAL.test(text) ? Number(text) : null);

function projectsOf(rows: Row[]): PabulibProject[] {
  const seen = new Set<string>();
  return table(rows, ['project_id', 'cost']).map(({ line, get }) => {
    const id = get('project_id');
    const cost = get('cost').replace(',', '.');
    if (!id) throw new PabulibError(line, 'a project without id');
    if (seen.has(id)) throw new PabulibError(line, `project ${id} occurs twice`);
    if (!DECIMAL.test(cost)) throw new PabulibError(line, `cost ${cost} is not a number`);
    seen.add(id);
    const selected = get('selected') === '' ? null : get('selected') !== '0';
    return {
      id,
      cost,
      selected,
      name: get('name') || `Project ${id}`,
      category: get('category'),
      votes: numberOf(get('votes')),
      score: numberOf(get('score')),
    };
  });
}

interface VotesContext {
  projects: PabulibProject[];
  voteType: VoteType;
  warnings: string[];
}

function votesOf(rows: Row[], { projects, voteType, warnings }: VotesContext): PabulibVote[] {
  const known = new Set(projects.map(({ id }) => id));
  const needed = voteType === 'cumulative' ? ['voter_id', 'vote', 'points'] : ['voter_id', 'vote'];
  return table(rows, needed).map(({ line, get }) => {
    const named = listOf(get('vote'));
    const unknown = named.find((id) => !known.has(id));
    if (unknown) throw new PabulibError(line, `project ${unknown} is not in PROJECTS`);
    const points = voteType === 'cumulative' ? listOf(get('points')).map((text) => pointsOf(text, line)) : null;
    if (points && points.length !== named.length)
      throw new PabulibError(line, 'there are not as many points as projects');
    const choices = named.filter((id, index) => named.indexOf(id) === index);
    // A vote counts once, whatever a published count says.
    if (choices.length < named.length) warnings.push(`line ${line}: a project named twice counts once`);
    return { voterId: get('voter_id'), choices, points: points && choices.map((id) => points[named.indexOf(id)]!) };
  });
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

function pointsOf(text: string, line: number): number {
  if (!/^\d+$/.test(text)) throw new PabulibError(line, `points ${text} are not a whole number`);
  return Number(text);
}
