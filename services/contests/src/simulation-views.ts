import { badInput } from '@veche/kit';
import { criterionScore, decimals } from '@veche/kit/domain/scoring/told';
import type { Contest } from './domain/contest.ts';
import type { SimulatedLine } from './domain/simulation/line.ts';
import type { SimulatedPart } from './domain/simulation/money.ts';
import type { Simulation } from './domain/simulation/simulate.ts';

const LINES_MAX = 5000;
const MADE = /^generated-/;

/** A run as the graph shows it. */
export function simulationView(contest: Contest, { assumptions, lines, money }: Simulation, notes: readonly string[]) {
  const places = contest.scoring?.round?.places ?? 0;
  return {
    assumptions: [...notes, ...assumptions],
    count: lines.length,
    budget: money.budget,
    spent: money.spent,
    left: money.left,
    groups: money.groups.map((part) => partView(part, null, places)),
    divisions: money.divisions.map(({ code, ...part }) => partView(part, code, places)),
    lines: ({ first, skip }: { first: number; skip: number }) => {
      if (first < 0 || first > LINES_MAX || skip < 0) throw badInput(`first is at most ${LINES_MAX}`, ['first']);
      return lines.slice(skip, skip + first).map((line) => lineView(line, places));
    },
  };
}

const partView = ({ cutOff, ...part }: SimulatedPart, code: string | null, places: number) => ({
  ...part,
  code,
  cutOff: cutOff && decimals(cutOff, places),
});

function lineView({ participant, ranked, cost, votes, outcome, explanation }: SimulatedLine, places: number) {
  const { id, number, content } = participant;
  const { group, place, tied, total, criteria, barred } = ranked;
  return {
    applicationId: MADE.test(id) ? null : id,
    number,
    title: content.title,
    divisions: content.divisions ?? [],
    cost,
    group,
    place,
    tied,
    score: decimals(total, places),
    criteria: criteria.map(criterionScore),
    barred,
    votes,
    outcome,
    explanation,
  };
}
