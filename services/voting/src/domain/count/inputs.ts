import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { fractionText, parseFraction } from '@veche/kit/domain/rational';
import {
  anyText,
  fraction,
  kopecks,
  list,
  nullable,
  object,
  oneOf,
  sha256 as sha256Text,
  truth,
  whole,
} from '@veche/kit/domain/shape';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import { pointsOf, type RecordedChoices } from '../ballot.ts';
import { BallotPile } from '@veche/kit/domain/count/ballots';
import { count } from '@veche/kit/domain/count/count';
import type { CountedProject, Election } from '@veche/kit/domain/count/election';
import { resultOf } from './result.ts';

/** Inputs of a count that are not in the ballots, as they are published (docs/count-rules.md, 3). */
export interface CountInputs {
  v: 1;
  contest: string;
  /** Kopecks. */
  budget: string;
  projects: PublishedProject[];
  /** Where the rule only has the hash of the seed. */
  lotSeed?: string;
  /** Ids in the order that the commission decided. */
  decision?: string[];
  /** Leaves of the ballots that a published decision excluded, in their order as text. */
  excluded?: string[];
}

interface PublishedProject {
  id: string;
  number: string;
  cost: string;
  category: string;
  territory: string | null;
  /** Milliseconds of the Unix epoch. */
  submittedAt: number;
  expertScore: string | null;
  cofinancing: string | null;
  groups: string[];
  /** Absent where it has none. */
  divisions?: string[];
  withdrawn: boolean;
  /** Absent where the rules of the contest let it win. */
  barred?: true;
}

const INPUTS = object(
  {
    v: oneOf(1),
    contest: anyText,
    budget: kopecks,
    projects: list(
      object(
        {
          id: anyText,
          number: anyText,
          cost: kopecks,
          category: anyText,
          territory: nullable(anyText),
          submittedAt: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
          expertScore: nullable(fraction),
          cofinancing: nullable(fraction),
          groups: list(anyText, { min: 0, max: 1000 }),
          divisions: list(anyText, { max: 100, distinct: (code: string) => code }),
          withdrawn: truth,
          barred: oneOf(true),
        },
        'id number cost category territory submittedAt expertScore cofinancing groups withdrawn'.split(' '),
      ),
      { min: 0, max: 65_536, distinct: ({ id }: PublishedProject) => id },
    ),
    lotSeed: anyText,
    decision: list(anyText, { min: 0, max: 65_536, distinct: (id: string) => id }),
    excluded: list(sha256Text, { min: 1, max: 1_000_000, distinct: (leaf: string) => leaf }),
  },
  ['v', 'contest', 'budget', 'projects'],
);

/** Hash of a text, which the domain does not compute itself: SHA-256, lower-case hex. */
type Sha256 = (text: string) => string;

function checkedInputs(value: unknown): CountInputs {
  const problem = INPUTS(value, '');
  if (problem) throw new RangeError(`${problem.path || 'inputs'}: ${problem.reason}`);
  return value as CountInputs;
}

/** The public lot: whoever knows the seed can draw it again. Throws RangeError when the seed is not the one that was committed to. */
export function lotOf(
  { lotSeed, lotCommitment }: VotingRule,
  ruleHash: string,
  revealed: string | undefined,
  sha256: Sha256,
): Election['lot'] {
  if (lotCommitment === undefined && revealed !== undefined)
    throw new RangeError('lotSeed: the rule has no commitment');
  if (lotCommitment !== undefined && (revealed === undefined || sha256(revealed) !== lotCommitment))
    throw new RangeError('lotSeed: it is not the seed of the commitment');
  const seed = revealed ?? lotSeed ?? ruleHash;
  return (projectId) => sha256(`${seed}\n${projectId}`);
}

/** The published form of what is counted. */
export const inputsOf = (
  contest: string,
  { budget, projects, decision }: Pick<Election, 'budget' | 'projects' | 'decision'>,
  { lotSeed, excluded }: { lotSeed: string | null; excluded: readonly string[] },
): CountInputs => ({
  v: 1,
  contest,
  budget: budget.toString(),
  projects: projects.map(
    ({ title: _title, cost, submittedAt, expertScore, cofinancing, groups, divisions, barredBy, ...project }) => ({
      ...project,
      cost: cost.toString(),
      submittedAt: submittedAt.getTime(),
      expertScore: expertScore && fractionText(expertScore),
      cofinancing: cofinancing && fractionText(cofinancing),
      groups: [...groups],
      ...(divisions ? { divisions: [...divisions] } : {}),
      ...(barredBy ? { barred: true as const } : {}),
    }),
  ),
  ...(lotSeed === null ? {} : { lotSeed }),
  ...(decision.length === 0 ? {} : { decision: [...decision] }),
  ...(excluded.length === 0 ? {} : { excluded: excluded.toSorted() }),
});

const projectOf = ({
  cost,
  submittedAt,
  expertScore,
  cofinancing,
  barred,
  ...project
}: PublishedProject): CountedProject => ({
  ...project,
  ...(barred ? { barredBy: [] } : {}),
  title: project.number,
  cost: BigInt(cost),
  submittedAt: new Date(submittedAt),
  expertScore: expertScore === null ? null : parseFraction(expertScore),
  cofinancing: cofinancing === null ? null : parseFraction(cofinancing),
});

/** Counts what was published; gives the canonical result object. Throws RangeError on a rule or inputs that the page refuses. */
export function recounted(
  rule: unknown,
  inputs: unknown,
  { counted, sha256 }: { counted: Iterable<RecordedChoices>; sha256: Sha256 },
): string {
  const { budget, projects, lotSeed, decision = [] } = checkedInputs(inputs);
  const checked = checkVotingRule(rule, BigInt(budget));
  if (!checked.ok) throw new RangeError(`rule.${checked.path}: ${checked.reason}`);
  const ruleHash = sha256(canonicalJson(rule));
  const election: Election = {
    budget: BigInt(budget),
    projects: projects.map(projectOf),
    ballots: pileOf(checked.rule, projects, counted),
    lot: lotOf(checked.rule, ruleHash, lotSeed, sha256),
    decision,
  };
  return canonicalJson(resultOf(checked.rule, ruleHash, election, count(checked.rule, election)));
}

function pileOf({ ballot }: VotingRule, projects: readonly PublishedProject[], counted: Iterable<RecordedChoices>) {
  const pile = new BallotPile(projects.map(({ id }) => id));
  for (const choices of counted) pile.add(pointsOf(ballot, choices));
  return pile.ballots();
}
