import { parseMoney } from '@veche/kit/domain/money';
import type { EqualSharesRule, VotingRule } from '@veche/kit/domain/voting-rule';
import { readPabulib, type PabulibElection } from '../../src/pabulib/parse.ts';
import { ruleOf } from '../../src/pabulib/rule.ts';
import { here, same } from './agree.ts';
import type { Case } from './any-election.ts';
import type { PythonCount } from './python.ts';

const shares = (more: Partial<EqualSharesRule>) => ({
  order: 'equalShares' as const,
  equalShares: {
    utility: 'cost' as const,
    start: 'exact' as const,
    increment: 0,
    stopWhenExhaustive: true,
    completion: 'none' as const,
    ...more,
  },
});

/** The rules of the reference's table for its samples; one unit of the currency is a hundred of the hundredths. */
const RULES: Record<string, Partial<VotingRule>> = {
  'greedy skip': { order: 'score' },
  'greedy stop': { order: 'score', onUnaffordable: 'stop' },
  'score per cost': { order: 'scorePerCost' },
  'equal shares, cost': shares({}),
  'equal shares, plain': shares({ utility: 'plain' }),
  'equal shares, completed': shares({ completion: 'utilitarian' }),
  Add1: shares({ increment: 100 }),
  Add1u: shares({ increment: 100, completion: 'utilitarian' }),
};

/** Counts a Pabulib file under every rule of the table with both implementations; gives a line for each and whether all agree. */
export async function* agreeOnFile(path: string, python: PythonCount): AsyncGenerator<{ line: string; same: boolean }> {
  const election = readPabulib(path);
  for (const [name, allocation] of Object.entries(RULES)) {
    const given = caseOf(election, allocation);
    const [ours, theirs] = [here(given), await python.count(given)];
    const { winners = [], spent = '0' } = JSON.parse(ours) as { winners?: string[]; spent?: string };
    const agree = same(ours, theirs);
    yield {
      same: agree,
      line: `${name}: ${winners.length} winners, ${BigInt(spent) / 100n}${agree ? '' : ': THEY DIFFER'}`,
    };
  }
}

function caseOf({ meta, voteType, budget, projects, votes }: PabulibElection, allocation: Partial<VotingRule>): Case {
  const { ballot, tieBreak } = ruleOf({ meta: { ...meta, rule: 'greedy' }, voteType });
  return {
    rule: { version: 1, ballot, tieBreak, ...allocation } as VotingRule,
    inputs: {
      v: 1,
      contest: 'file',
      budget: String(parseMoney(budget)),
      projects: projects.map(({ id, cost, category }) => ({
        id,
        number: id,
        cost: String(parseMoney(cost)),
        category,
        territory: null,
        submittedAt: 0,
        expertScore: null,
        cofinancing: null,
        groups: [],
        withdrawn: false,
      })),
    },
    records: votes.map(({ choices, points }, at) => ({
      tag: `t${at}`,
      rev: 1,
      choices: points ? choices.map((id, index) => [id, points[index]!] as const) : choices,
    })),
  };
}
