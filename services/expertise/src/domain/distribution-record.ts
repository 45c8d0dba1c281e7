import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { distribute, type Distribution, type DistributionInput } from './distribution.ts';

/** A distribution that was made, with everything that decided it. */
export interface DistributionRecord {
  contestId: string;
  /** How many experts each application was to have. */
  perApplication: number;
  input: DistributionInput;
  /** SHA-256 of the canonical input and of the canonical pairs. */
  inputHash: string;
  resultHash: string;
  result: Distribution;
}

export type DistributionEvent = { kind: 'ApplicationsDistributed' };
export type DistributionCode =
  | 'EXPERTS_REQUIRED'
  | 'NOT_IN_POOL'
  | 'NO_ADMITTED_APPLICATIONS'
  | 'PER_APPLICATION_INVALID'
  | 'SEED_REQUIRED';

const LIMITS = { min: 1, max: 20 };
const SEED = { min: 8, max: 200 };

/** How the functions that domain code may not have itself are handed in. */
export interface Tools {
  /** Hash of the canonical form of a value. */
  hashOf: (value: unknown) => string;
  draw: (text: string) => string;
}

export interface Wanted {
  contestId: string;
  perApplication: number;
  input: DistributionInput;
  /** First of the named experts who is not in the pool; -1 where all are. */
  stranger: number;
}

/** Distributes the applications of a contest among experts of the pool. */
export function recordDistribution(
  { contestId, perApplication, input, stranger }: Wanted,
  { hashOf, draw }: Tools,
): Decision<DistributionRecord, DistributionEvent, DistributionCode> {
  const { rule, seed, experts, works } = input;
  if (stranger >= 0) return reject('NOT_IN_POOL', ['expertIds', String(stranger)]);
  if (experts.length === 0) return reject('EXPERTS_REQUIRED', ['expertIds']);
  if (works.length === 0) return reject('NO_ADMITTED_APPLICATIONS');
  if (perApplication < LIMITS.min || perApplication > LIMITS.max)
    return reject('PER_APPLICATION_INVALID', ['perApplication'], LIMITS);
  if (rule === 'RANDOM' && (seed.length < SEED.min || seed.length > SEED.max))
    return reject('SEED_REQUIRED', ['seed'], SEED);
  const result = distribute(input, draw);
  const record = {
    contestId,
    perApplication,
    input,
    inputHash: hashOf(input),
    resultHash: hashOf(result.given),
    result,
  };
  return accept(record, { kind: 'ApplicationsDistributed' });
}

/** Whether the rule gives the same pairs again from what was recorded. */
export const isReproduced = ({ input, resultHash }: DistributionRecord, { hashOf, draw }: Tools): boolean =>
  hashOf(distribute(input, draw).given) === resultHash;
