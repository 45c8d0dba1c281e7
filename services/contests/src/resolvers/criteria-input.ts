import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import type { ScoringInput } from '../gen/graphql.ts';

/** Inputs of GraphQL have no prototype, and parameters may be anything; what they are is decided by the check. */
export const criterionOf = (input: object): Criterion =>
  plain({ group: null, round: null, least: null, ...input }) as Criterion;

export const scoringOf = ({ publicJury, virtualCapital, ...input }: ScoringInput): Scoring =>
  plain({
    ...PLAIN_SCORING,
    ...withoutNulls(input),
    ...(publicJury ? { publicJury: { seats: null, perApplication: null, ...publicJury } } : {}),
    ...(virtualCapital ? { virtualCapital: { perApplication: null, ...virtualCapital } } : {}),
  }) as Scoring;

const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
const withoutNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
