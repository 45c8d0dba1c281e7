import type { PublicJury } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { distribute, type Distribution, type DistributionInput } from './distribution.ts';
import type { Tools } from './distribution-record.ts';

/** Everything that decides a draw, so that anybody who has it can repeat it. */
export interface JuryDrawInput {
  seed: string;
  /** Those who were admitted and have no seat yet. */
  candidates: readonly string[];
  /** Members of before. */
  members: readonly string[];
  seats: number | null;
  /** What is to be given by the draw; null where members choose. `experts` is left empty: they are the members that the draw makes. */
  work: (Pick<DistributionInput, 'works'> & { loads: Readonly<Record<string, number>> }) | null;
}

export interface JuryDrawResult {
  seated: readonly string[];
  reserve: readonly string[];
  distribution: Distribution;
}

/** A draw that was made; the seed is published with it. */
export interface JuryDraw {
  contestId: string;
  input: JuryDrawInput;
  inputHash: string;
  resultHash: string;
  result: JuryDrawResult;
}

export type JuryDrawCode = 'NO_PUBLIC_JURY' | 'JURY_CLOSED' | 'NO_CANDIDATES' | 'SEED_REQUIRED';

const SEED = { min: 8, max: 200 };

/** Draws members out of the candidates, and where the rule says so gives each application as many of them as it asks for. */
export function drawJury(
  { seed, candidates, members, seats, work }: JuryDrawInput,
  draw: Tools['draw'],
): JuryDrawResult {
  const order = candidates
    .map((id) => ({ id, lot: draw([seed, 'seat', id].join('\n')) }))
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ id }) => id);
  const free = seats === null ? order.length : Math.max(0, seats - members.length);
  const seated = order.slice(0, free);
  const experts = [...members, ...seated].toSorted().map((id) => ({ id, competences: [], load: work?.loads[id] ?? 0 }));
  const distribution = work
    ? distribute({ rule: 'RANDOM', seed, experts, works: work.works }, draw)
    : { given: [], missing: [] };
  return { seated: seated.toSorted(), reserve: order.slice(free).toSorted(), distribution };
}

export function recordDraw(
  { contestId, input, rule, open }: { contestId: string; input: JuryDrawInput; rule: PublicJury | null; open: boolean },
  { hashOf, draw }: Tools,
): Decision<JuryDraw, never, JuryDrawCode> {
  if (!rule) return reject('NO_PUBLIC_JURY', ['contestId']);
  if (!open) return reject('JURY_CLOSED');
  if (input.seed.length < SEED.min || input.seed.length > SEED.max) return reject('SEED_REQUIRED', ['seed'], SEED);
  if (input.candidates.length + input.members.length === 0) return reject('NO_CANDIDATES');
  const result = drawJury(input, draw);
  return accept({ contestId, input, inputHash: hashOf(input), resultHash: hashOf(result), result });
}

/** Whether the rule gives the same members and the same pairs again from what was recorded. */
export const isDrawReproduced = ({ input, resultHash }: JuryDraw, { hashOf, draw }: Tools): boolean =>
  hashOf(drawJury(input, draw)) === resultHash;
