import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { PabulibError, type PabulibElection } from './parse.ts';

const count = (text: string | undefined): number | undefined => (text && /^\d+$/.test(text) ? Number(text) : undefined);

/** The rule object that reproduces what the file's META says (reading of rules: docs/adr/0010). */
export function ruleOf({ meta, voteType }: Pick<PabulibElection, 'meta' | 'voteType'>): VotingRule {
  return {
    version: 1,
    ballot: ballotOf(meta, voteType),
    revote: 'single',
    tieBreak: ['lowerCost', 'moreVotes', 'publicLot'],
    ...allocationOf(meta),
  };
}

function ballotOf(meta: PabulibElection['meta'], type: PabulibElection['voteType']): VotingRule['ballot'] {
  // A stated minimum is not enforced: published files hold ballots below it, and the city counted them.
  const maxLen = count(meta.max_length);
  const limits = maxLen === undefined ? {} : { maxLen };
  if (type === 'cumulative') return { type, ...limits, maxSumPoints: count(meta.max_sum_points) ?? 1000 };
  if (type === 'ordinal') return { type, maxLen: maxLen ?? 10 };
  return type === 'choose-1' ? { type, minLen: 0 } : { type, ...limits };
}

type Allocation = Pick<VotingRule, 'order' | 'onUnaffordable' | 'eligibility' | 'equalShares'>;

function allocationOf(meta: PabulibElection['meta']): Allocation {
  const minScore = count(meta.min_project_score_threshold);
  switch (meta.rule) {
    case 'greedy':
      return { order: 'score', onUnaffordable: 'skip' };
    case 'greedy-threshold':
      return { order: 'score', onUnaffordable: 'skip', ...(minScore ? { eligibility: { minScore } } : {}) };
    case 'greedy-no-skip':
      return { order: 'score', onUnaffordable: 'stop' };
    case 'equalshares/add1':
      // One unit of the file's currency is a hundred of the hundredths that money is kept in.
      return {
        order: 'equalShares',
        equalShares: { utility: 'cost', start: 'exact', increment: 100, stopWhenExhaustive: false, completion: 'none' },
      };
    default:
      throw new PabulibError(1, `rule ${meta.rule} is not supported`);
  }
}
