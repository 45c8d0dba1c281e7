import { parseMoney } from '@veche/kit/domain/money';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { RecordedChoices } from '../src/domain/ballot.ts';
import type { CountInputs } from '../src/domain/count/inputs.ts';

/** What `contest.pb` has to say, as it follows from the other files. */
export interface Expected {
  rule: VotingRule;
  ruleHash: string;
  inputs: CountInputs;
  result: { n: number; projects: { id: string; score: string; voters: number; outcome: string }[] };
  /** The counted ballots in the order of the log. */
  counted: AsyncIterable<RecordedChoices>;
}

type Row = ReadonlyMap<string, string>;

/** The first fault of a Pabulib file against the ballots, inputs and result of its package; null when they agree. Reads both line by line. */
export async function pabulibFault(lines: AsyncIterable<string>, expected: Expected): Promise<string | null> {
  const sections: Record<string, (row: Row) => string | null | Promise<string | null>> = {
    META: (row) => {
      meta.set(row.get('key') ?? '', row.get('value') ?? '');
      return null;
    },
    PROJECTS: projectCheck(expected),
    VOTES: voteCheck(expected),
  };
  const meta = new Map<string, string>();
  const rows = new Map<string, number>();
  let [section, header]: [string, string[] | null] = ['', null];
  let at = 0;
  for await (const line of lines) {
    at += 1;
    if (line in sections) {
      [section, header] = [line, null];
      rows.set(section, 0);
      continue;
    }
    const cells = cellsOf(line);
    if (!header) {
      header = cells;
      continue;
    }
    rows.set(section, rows.get(section)! + 1);
    const fault = await sections[section]?.(new Map(header.map((name, place) => [name, cells[place] ?? ''])));
    if (fault) return `line ${at}: ${fault}`;
  }
  return faultOfMeta(meta, rows, expected);
}

function projectCheck({ inputs, result }: Expected): (row: Row) => string | null {
  const inputsById = new Map(inputs.projects.map((project) => [project.id, project]));
  const results = new Map(result.projects.map((project) => [project.id, project]));
  return (row) => {
    const id = row.get('project_id')!;
    const [given, counted] = [inputsById.get(id), results.get(id)];
    if (!given || !counted) return `project ${id} is not in inputs.json, or twice here`;
    inputsById.delete(id);
    const right: Record<string, string> = {
      votes: String(counted.voters),
      score: counted.score,
      selected: counted.outcome === 'WINNER' ? '1' : '0',
      category: given.category.replace(/[\r\n]+/g, ' '),
      neighborhood: given.territory ?? '',
    };
    if (kopecks(row.get('cost')) !== given.cost) return `the cost of project ${id} is not that of inputs.json`;
    const wrong = Object.keys(right).find((name) => row.get(name) !== right[name]);
    return wrong ? `${wrong} of project ${id} is ${row.get(wrong)}, the recount gives ${right[wrong]}` : null;
  };
}

function voteCheck({ rule, counted }: Expected): (row: Row) => Promise<string | null> {
  const ballots = counted[Symbol.asyncIterator]();
  let number = 0;
  return async (row) => {
    number += 1;
    const { value, done } = await ballots.next();
    if (done) return `vote ${number} is of no counted ballot`;
    const pairs = value.map((choice) => (typeof choice === 'string' ? ([choice, 1] as const) : choice));
    const given = pairs.filter(([, points]) => points > 0);
    const points = rule.ballot.type === 'cumulative' ? given.map(([, each]) => each).join(',') : undefined;
    const same = row.get('voter_id') === String(number) && row.get('vote') === given.map(([id]) => id).join(',');
    return same && row.get('points') === points ? null : `vote ${number} is not that of the counted ballot`;
  };
}

function faultOfMeta(
  meta: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, number>,
  { rule, ruleHash, inputs, result }: Expected,
): string | null {
  const { type } = rule.ballot;
  const right: Record<string, string> = {
    unit: inputs.contest,
    num_projects: String(inputs.projects.length),
    num_votes: String(result.n),
    vote_type: type === 'forAgainst' ? 'approval' : type,
  };
  const wrong = Object.keys(right).find((key) => meta.get(key) !== right[key]);
  if (wrong) return `META: ${wrong} is ${meta.get(wrong)}, the recount gives ${right[wrong]}`;
  if (kopecks(meta.get('budget')) !== inputs.budget) return 'META: the budget is not that of inputs.json';
  if (!meta.get('comment')?.includes(ruleHash)) return 'META: the comment does not name the hash of rule.json';
  if (rows.get('PROJECTS') !== inputs.projects.length) return `has ${rows.get('PROJECTS') ?? 0} projects`;
  return rows.get('VOTES') === result.n ? null : `has ${rows.get('VOTES') ?? 0} votes, ${result.n} ballots are counted`;
}

function kopecks(text = ''): string | null {
  try {
    return parseMoney(text).toString();
  } catch {
    return null;
  }
}

/** Cells of a row: semicolons, quotes where a cell needs them (RFC 4180). */
const cellsOf = (line: string): string[] =>
  line.includes('"')
    ? Array.from(line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g), ([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
      )
    : line.split(';');
