import { add, compare, div, mul, parseFraction, rational, type Rational } from '../rational.ts';
import type { ExpertRule, VotingRule } from '../voting-rule.ts';
import { tally, type Tally } from './ballots.ts';
import type { Election, Standing } from './election.ts';
import type { Reason } from './verdict.ts';

/** What the ballots, and the experts where the rule asks for them, say of each project. */
export function standings({ expert }: VotingRule, { projects, ballots }: Election): Standing[] {
  const tallies = tally(ballots, projects.length);
  const most = projects.reduce(
    (max, { withdrawn }, index) => (!withdrawn && tallies[index]!.voters > max ? tallies[index]!.voters : max),
    0n,
  );
  const merit = meritOf(expert, { most, counted: BigInt(ballots.counted) });
  return projects.map((project, index) => ({
    project,
    index,
    ...tallies[index]!,
    merit: merit(tallies[index]!, project.expertScore),
  }));
}

function meritOf(
  expert: ExpertRule | undefined,
  { most, counted }: { most: bigint; counted: bigint },
): (tally: Tally, expertScore: Rational | null) => Rational | null {
  if (expert?.mode === 'gateAfter') return (_tally, expertScore) => expertScore;
  if (expert?.mode !== 'criterion') return ({ score }) => rational(score);
  const weight = parseFraction(expert.weight!);
  const bands = expert.bands?.map(({ from, points }) => ({ from: parseFraction(from), points: parseFraction(points) }));
  const part = ({ voters }: Tally): Rational => {
    if (!bands) return most > 0n ? rational(voters, most) : rational(0n);
    const share = counted > 0n ? rational(voters, counted) : rational(0n);
    return bands.findLast(({ from }) => compare(from, share) <= 0)?.points ?? rational(0n);
  };
  return (tally, expertScore) => expertScore && add(expertScore, mul(weight, part(tally)));
}

/** Why a project may not win whatever the money; the first fault in the order of the regulation. */
export function faultOf(rule: VotingRule, election: Election, standing: Standing): Reason | null {
  const { project, voters } = standing;
  if (project.withdrawn) return 'WITHDRAWN';
  if (project.barredBy) return 'BARRED';
  if (rule.expert && !project.expertScore) return 'NO_EXPERT_SCORE';
  const minimum = rule.expert?.minimum;
  if (minimum !== undefined && compare(project.expertScore!, parseFraction(minimum)) < 0) return 'BELOW_EXPERT_MINIMUM';
  if (voters === 0n) return 'NO_SUPPORT';
  return thresholdFault(rule, election, standing);
}

function thresholdFault(
  { eligibility = {} }: VotingRule,
  { budget, ballots }: Election,
  { project, score, voters, against }: Standing,
): Reason | null {
  const { minScore, minShareOfBallots, costShareFactor, minForShare } = eligibility;
  const counted = BigInt(ballots.counted);
  const share = rational(voters, counted);
  if (minScore !== undefined && score < BigInt(minScore)) return 'BELOW_THRESHOLD';
  if (minShareOfBallots !== undefined && compare(share, parseFraction(minShareOfBallots)) < 0) return 'BELOW_THRESHOLD';
  if (costShareFactor !== undefined) {
    const needed = mul(parseFraction(costShareFactor), rational(project.cost * counted));
    if (compare(rational(voters * budget), needed) < 0) return 'BELOW_COST_SHARE';
  }
  if (minForShare === undefined) return null;
  const forShare = div(rational(voters), rational(voters + against));
  return compare(forShare, parseFraction(minForShare)) > 0 ? null : 'MAJORITY_AGAINST';
}
