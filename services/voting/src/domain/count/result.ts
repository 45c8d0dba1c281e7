import { fractionText } from '@veche/kit/domain/rational';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { Count, CountedLine, CountedPart } from '@veche/kit/domain/count/count';
import type { Election } from '@veche/kit/domain/count/election';
import type { Tie } from '@veche/kit/domain/count/tie-break';
import type { Verdict } from '@veche/kit/domain/count/verdict';

/** The result object of docs/count-rules.md, 9; its canonical JSON is what two programs must agree on. Money and scores are texts. */
export interface CountResult {
  v: 1;
  rule: string;
  status: Count['status'];
  budget?: string;
  n?: number;
  spent?: string;
  reserveUsed?: string;
  winners?: string[];
  parts?: ResultPart[];
  projects?: ResultProject[];
  ties?: readonly Tie[];
  undecided?: string[][];
}

interface ResultPart {
  key?: string;
  budget: string;
  n: number;
  spent: string;
  endowment?: string;
  runs?: number;
  comparison?: { shares: number; greedy: number; kept: string };
}

interface ResultProject {
  id: string;
  part?: string;
  place: number;
  score: string;
  voters: number;
  against?: number;
  merit?: string;
  outcome: Verdict['outcome'];
  reason: Verdict['reason'];
  left: string;
  price?: string;
}

export function resultOf(rule: VotingRule, ruleHash: string, election: Election, counted: Count): CountResult {
  const head = { v: 1, rule: ruleHash, status: counted.status } as const;
  if (counted.status === 'NEEDS_DECISION') return { ...head, undecided: counted.undecided };
  return {
    ...head,
    budget: election.budget.toString(),
    n: election.ballots.counted,
    spent: counted.spent.toString(),
    reserveUsed: counted.fromReserve.toString(),
    winners: counted.winners,
    parts: counted.parts.map(partOf),
    projects: counted.lines.map((line) => projectOf(rule, line)),
    ties: counted.ties,
  };
}

const partOf = ({ key, budget, counted, spent, shares }: CountedPart): ResultPart => ({
  ...(key === null ? {} : { key }),
  budget: budget.toString(),
  n: counted,
  spent: spent.toString(),
  ...(shares ? { ...shares, endowment: fractionText(shares.endowment) } : {}),
});

const projectOf = ({ ballot, expert }: VotingRule, line: CountedLine): ResultProject => ({
  id: line.project.id,
  ...(line.part === null ? {} : { part: line.part }),
  place: line.place,
  score: line.score.toString(),
  voters: Number(line.voters),
  ...(ballot.type === 'forAgainst' ? { against: Number(line.against) } : {}),
  ...(expert && line.project.expertScore && line.merit ? { merit: fractionText(line.merit) } : {}),
  outcome: line.outcome,
  reason: line.reason,
  left: line.left.toString(),
  ...(line.price ? { price: fractionText(line.price) } : {}),
});
