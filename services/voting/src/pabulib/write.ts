import { shortDate } from '@veche/kit/domain/calendar';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { formatMoney } from '@veche/kit/domain/money';
import type { BallotType, VotingRule } from '@veche/kit/domain/voting-rule';
import type { Protocol, ProtocolLine } from '../count/counting.ts';
import type { RecordedChoices } from '../domain/ballot.ts';
import type { CountInputs } from '../domain/count/inputs.ts';
import type { Window } from '../domain/voting.ts';

export interface Exported {
  rule: VotingRule;
  window: Window;
  protocol: Protocol;
  inputs: CountInputs;
}

/** Everything of a contest in the Pabulib format but its votes: META, PROJECTS and the header of VOTES, line by line. */
export function* pabulibHead(exported: Exported): Generator<string> {
  const { rule, protocol, inputs } = exported;
  yield 'META';
  yield 'key;value';
  for (const [key, value] of metaOf(exported)) if (value !== undefined) yield row([key, String(value)]);
  yield 'PROJECTS';
  yield 'project_id;cost;votes;score;name;category;selected;neighborhood';
  const lines = new Map(protocol.projects.map((line) => [line.applicationId, line]));
  for (const { id, cost, category, territory } of inputs.projects) {
    const line = lines.get(id)!;
    yield row([
      id,
      formatMoney(BigInt(cost)),
      line.voters,
      line.score,
      line.title,
      category,
      selected(line),
      territory ?? '',
    ]);
  }
  yield 'VOTES';
  yield rule.ballot.type === 'cumulative' ? 'voter_id;vote;points' : 'voter_id;vote';
}

const selected = ({ outcome }: ProtocolLine): number => (outcome === 'WINNER' ? 1 : 0);

/** One counted ballot; the number of the row stands for the voter. Ballots for and against give their votes for. */
export function pabulibVote(number: number, type: BallotType, choices: RecordedChoices): string {
  const pairs = choices.map((choice) => (typeof choice === 'string' ? ([choice, 1] as const) : choice));
  const given = pairs.filter(([, points]) => points > 0);
  const ids = given.map(([id]) => id).join(',');
  if (type !== 'cumulative') return row([number, ids]);
  return row([number, ids, given.map(([, points]) => points).join(',')]);
}

function metaOf({ rule, window, protocol, inputs }: Exported): [string, string | number | undefined][] {
  const { type, minLen, maxLen, maxSumPoints, maxPoints, maxSumCost, positionPoints } = rule.ballot;
  const date = (at: Date): string => shortDate(at.toISOString().slice(0, 10));
  const single = type === 'choose-1';
  return [
    ['description', 'Veche'],
    ['country', 'Russia'],
    ['unit', protocol.contest],
    ['instance', date(window.closesAt).slice(6)],
    ['num_projects', inputs.projects.length],
    ['num_votes', protocol.counted],
    ['budget', formatMoney(BigInt(inputs.budget))],
    ['vote_type', type === 'forAgainst' ? 'approval' : type],
    ['rule', pabulibRule(rule)],
    ['date_begin', date(window.opensAt)],
    ['date_end', date(window.closesAt)],
    ['min_length', minLen],
    ['max_length', single ? undefined : (maxLen ?? positionPoints?.length)],
    ['max_sum_cost', maxSumCost],
    ['max_points', maxPoints],
    ['max_sum_points', maxSumPoints],
    ['min_project_score_threshold', rule.eligibility?.minScore],
    ['language', 'ru'],
    ['currency', 'RUB'],
    ['comment', commentOf(rule, protocol)],
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  '{"onUnaffordable":"skip","order":"score"}': 'greedy',
  '{"onUnaffordable":"stop","order":"score"}': 'greedy-no-skip',
  '{"equalShares":{"comparison":"none","completion":"none","increment":100,"start":"exact","stopWhenExhaustive":false,"utility":"cost"},"onUnaffordable":"skip","order":"equalShares"}':
    'equalshares/add1',
};

/** The name of the format for a rule; `unknown` where it has none, the comment has its hash in any case. */
function pabulibRule(rule: VotingRule): string {
  const { version: _version, ballot: _ballot, revote: _revote, tieBreak: _tieBreak, ...rest } = rule;
  const { lotSeed: _seed, lotCommitment: _commitment, exclusiveMode: _mode, ...allocation } = rest;
  const { equalShares, eligibility, ...plain } = { onUnaffordable: 'skip', ...allocation };
  const shares = equalShares ? { equalShares: { comparison: 'none', ...equalShares } } : {};
  const name = NAMES[canonicalJson({ ...plain, ...shares })] ?? 'unknown';
  if (!eligibility) return name;
  const byScore = Object.keys(eligibility).join() === 'minScore';
  return name === 'greedy' && byScore ? 'greedy-threshold' : 'unknown';
}

const commentOf = ({ ballot }: VotingRule, { ruleHash, version }: Protocol): string =>
  [
    `#1: rule object with SHA-256 ${ruleHash}, result version ${version}`,
    '#2: voter_id is the number of the counted ballot in the order of the open log',
    ...(ballot.type === 'forAgainst' ? ['#3: ballots for and against; the votes for are given as approval'] : []),
  ].join(' ');

/** One row: a cell with a semicolon or quotes is quoted (RFC 4180); a row is one line, so line breaks become spaces. */
const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell) => String(cell).replace(/[\r\n]+/g, ' '))
    .map((cell) => (/[;"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(';');
