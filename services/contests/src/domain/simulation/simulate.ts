import { explain } from '@veche/kit/domain/count/explanation';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { chosenOf } from '@veche/kit/domain/division';
import { compare, type Rational } from '@veche/kit/domain/rational';
import { rank, type Ranked } from '@veche/kit/domain/scoring/assess';
import { requestedOf } from '@veche/kit/domain/scoring/facts';
import type { Plan } from '@veche/kit/domain/scoring/plan';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { ballotCost } from '../application.ts';
import { stageOf, winnersOf, type Contest } from '../contest.ts';
import { criteriaRefused, factsOf, gatesFailed, planOf } from '../criteria.ts';
import { appliedRule } from '../division.ts';
import { allocated, type Placing, type WhenShort } from './allocate.ts';
import {
  assumedCapital,
  assumedJury,
  assumedMarks,
  assumedVotes,
  assumptionFault,
  capitalSentence,
  jurySentence,
  markSentences,
  voteSentences,
  type MarkAssumption,
  type VoteAssumption,
} from './assumptions.ts';
import { drawsOf, type Draws } from './draws.ts';
import type { SimulatedLine } from './line.ts';
import type { Participant } from './generated.ts';
import { moneyOf, type SimulatedMoney } from './money.ts';
import { asksForBallots, voted } from './voted.ts';

export interface Assumptions {
  seed: string;
  marks: readonly MarkAssumption[];
  votes: VoteAssumption | null;
  /** What happens when the money is short where the commission decides; null: as the voting rule says, else SKIP. */
  whenShort: WhenShort | null;
}

export interface Simulation {
  assumptions: string[];
  lines: SimulatedLine[];
  money: SimulatedMoney;
}

export type SimulationCode =
  | 'CONTEST_FROZEN'
  | 'CRITERIA_INVALID'
  | 'VOTING_RULE_INVALID'
  | 'NO_ADMITTED_APPLICATIONS'
  | 'ASSUMPTION_INVALID'
  | 'VOTE_NOT_SIMULATED';

/**
 * What a draft would do with these applications: points, places, winners and money. The same input gives the same answer; `hash` gives the
 * random numbers and the lot.
 */
export function simulated(
  contest: Contest,
  participants: readonly Participant[],
  assumptions: Assumptions,
  hash: (text: string) => string,
): Decision<Simulation, never, SimulationCode> {
  if (contest.status !== 'DRAFT') return reject('CONTEST_FROZEN');
  if (participants.length === 0) return reject('NO_ADMITTED_APPLICATIONS');
  const read = planOf(contest);
  if (!read.ok) return criteriaRefused(read.problems);
  const fault = assumptionFault(contest.criteria, assumptions.marks, assumptions.votes);
  if (fault) return reject('ASSUMPTION_INVALID', undefined, { reason: fault });
  const rule = checkVotingRule(appliedRule(contest), contest.budget);
  if (winnersOf(contest) === 'VOTE') {
    if (!rule.ok) return reject('VOTING_RULE_INVALID', rule.path.split('.'), { reason: rule.reason });
    if (asksForBallots(rule.rule)) return reject('VOTE_NOT_SIMULATED');
  }
  return accept(run({ contest, participants, assumptions, hash, plan: read.plan, rule: rule.ok ? rule.rule : null }));
}

interface Run {
  contest: Contest;
  participants: readonly Participant[];
  assumptions: Assumptions;
  hash: (text: string) => string;
  plan: Plan;
  rule: VotingRule | null;
}

function run(all: Run): Simulation {
  const { contest, participants, assumptions, hash, plan } = all;
  const draws = drawsOf(assumptions.seed, hash);
  const votes = usesVotes(contest)
    ? new Map(participants.map((one) => [one.id, assumedVotes(assumptions.votes, draws, one)]))
    : null;
  const told = new Map(participants.map((one) => [one.id, factsOf(plan, one)]));
  const ranking = rank(
    plan,
    participants.map((one) => {
      const facts = told.get(one.id)!;
      return {
        id: one.id,
        facts: {
          ...facts,
          votes: votes && { for: BigInt(votes.get(one.id)!), against: 0n },
          ...assumedPublic(contest, draws, one.id, requestedOf(facts)),
        },
        marks: assumedMarks(contest.criteria, assumptions.marks, draws, one.id),
        divisions: chosenOf(contest.divisions ?? [], one.content.divisions ?? []),
      };
    }),
  );
  const { placings, left } =
    winnersOf(contest) === 'VOTE' ? byTheVote(all, ranking, { votes: votes!, told }) : byTheCommission(all, ranking);
  const known = new Map(participants.map((one) => [one.id, one]));
  const lines = ranking.map((ranked): SimulatedLine => {
    const participant = known.get(ranked.id)!;
    const placing = placings.get(ranked.id);
    return {
      participant,
      ranked,
      cost: ballotCost(participant),
      votes: votes?.get(ranked.id) ?? null,
      outcome: placing?.outcome ?? 'BARRED',
      explanation: placing?.explanation ?? ranked.barred.join(' '),
    };
  });
  return { assumptions: sentencesOf(all), lines, money: moneyOf(contest, lines, left) };
}

/** Whether anything depends on the votes of residents: the winners, or a criterion. */
const usesVotes = (contest: Contest): boolean =>
  stageOf(contest, 'VOTING') !== undefined ||
  /VOTE|\bvote\./.test(JSON.stringify([contest.criteria, contest.scoring ?? null]));

interface Outcome {
  placings: ReadonlyMap<string, Pick<SimulatedLine, 'outcome' | 'explanation'>>;
  /** Kopecks that are left of the budget. */
  left: bigint;
}

/** By participant: the votes that it is taken to get, and what its application tells. */
interface Known {
  votes: ReadonlyMap<string, number>;
  told: ReadonlyMap<string, ReturnType<typeof factsOf>>;
}

function byTheVote(
  { contest, participants, assumptions, hash, plan, rule }: Run,
  ranking: readonly Ranked[],
  { votes, told }: Known,
): Outcome {
  const open = ranking.filter(({ barred }) => barred.length === 0);
  const scores = new Map<string, Rational>(open.map(({ id, total }) => [id, total]));
  const { lines, spent, fromReserve } = voted(participants, {
    rule: rule!,
    budget: contest.budget,
    votes,
    ballots: assumptions.votes?.ballots ?? null,
    scores,
    gates: (one) => gatesFailed(plan, one, told.get(one.id)!),
    lot: (id) => hash(`${assumptions.seed}\nжребий ${id}`),
  });
  const placings = lines.map(
    (line) => [line.project.id, { outcome: line.outcome, explanation: explain(line) }] as const,
  );
  return { placings: new Map(placings), left: contest.budget - (spent - fromReserve) };
}

function byTheCommission(all: Run, ranking: readonly Ranked[]): Outcome {
  const { contest, participants } = all;
  const known = new Map(participants.map((one) => [one.id, one]));
  const contenders = ranking
    .filter(({ barred }) => barred.length === 0)
    .toSorted(inOrder)
    .map(({ id }) => {
      const one = known.get(id)!;
      return { id, divisions: one.content.divisions ?? [], cost: ballotCost(one) };
    });
  const { placings, ledger } = allocated(contest, contenders, walkOf(all));
  return { placings: placings as ReadonlyMap<string, Placing>, left: ledger.whole.left! };
}

/** Groups are ranked by themselves and share the money: by total, within a group as it is ranked. */
const inOrder = (a: Ranked, b: Ranked): number =>
  compare(b.total, a.total) || a.place - b.place || (a.id < b.id ? -1 : 1);

/** What the public stage is taken to give. */
const assumedPublic = ({ scoring }: Contest, draws: Draws, id: string, requested: bigint) => ({
  jury: scoring?.publicJury ? assumedJury(draws, id) : null,
  capital: scoring?.virtualCapital ? assumedCapital(draws, id, requested) : null,
});

function sentencesOf(all: Run): string[] {
  const { contest, assumptions } = all;
  const { seed, marks, votes } = assumptions;
  return [
    ...markSentences(contest.criteria, marks, seed),
    ...(contest.scoring?.publicJury ? [jurySentence(seed)] : []),
    ...(contest.scoring?.virtualCapital ? [capitalSentence(seed)] : []),
    ...(usesVotes(contest) ? voteSentences(votes, seed) : []),
    ...(winnersOf(contest) === 'COMMISSION'
      ? commissionSentences(walkOf(all))
      : ['Победители определены по правилу голосования конкурса.']),
  ];
}

const commissionSentences = (whenShort: WhenShort): string[] => [
  'Комиссия решает по рейтингу: победители определены сверху вниз, пока есть деньги.',
  whenShort === 'STOP'
    ? 'Первый проект, которому не хватило денег, останавливает распределение.'
    : 'Если проекту не хватило денег, пробуется следующий.',
];

const walkOf = ({ assumptions: { whenShort }, rule }: Run): WhenShort =>
  whenShort ?? (rule?.onUnaffordable === 'stop' ? 'STOP' : 'SKIP');
