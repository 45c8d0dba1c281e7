import { describe, expect, test } from '@jest/globals';
import type { VotingRule } from '../voting-rule.ts';
import { fractionText } from '../rational.ts';
import { count } from './count.ts';
import {
  E1,
  E2,
  election,
  equalShares,
  PHRAGMEN,
  SKIP,
  STOP,
  winners,
  withCategory,
  withDivisions,
} from './elections.fixture.ts';

describe('worked elections', () => {
  test.each<[string, VotingRule, typeof E1, string]>([
    ['E1 greedy skip', SKIP, E1, 'DEF 98'],
    ['E1 greedy stop', STOP, E1, 'E 56'],
    ['E1 stop and top-up 80 %', { ...STOP, lastTopUpPercent: 80 }, E1, 'CE 107'],
    ['E1 top-up within the reserve', { ...STOP, lastTopUpPercent: 80, topUpReserve: '0.07' }, E1, 'CE 107'],
    ['E1 top-up above the reserve', { ...STOP, lastTopUpPercent: 80, topUpReserve: '0.06' }, E1, 'E 56'],
    ['E1 score per cost', { ...SKIP, order: 'scorePerCost' }, E1, 'ABDF 72'],
    ['E1 threshold 5', { ...SKIP, eligibility: { minScore: 5 } }, E1, 'DE 90'],
    ['E1 threshold of half the ballots', { ...SKIP, eligibility: { minShareOfBallots: '0.5' } }, E1, 'DE 90'],
    ['E1 exclusive C and E, stop', { ...STOP, exclusiveGroups: [['C', 'E']] }, E1, 'DEF 98'],
    ['E1 exclusive C and F, below best', { ...SKIP, exclusiveGroups: [['C', 'F']] }, E1, 'DE 90'],
    [
      'E1 exclusive C and F, if funded',
      { ...SKIP, exclusiveGroups: [['C', 'F']], exclusiveMode: 'dropIfFunded' },
      E1,
      'DEF 98',
    ],
    [
      'E1 at most one of D and E',
      { ...SKIP, quotas: [{ by: 'category', key: 'DE', maxWinners: 1 }] },
      withCategory(E1, (id) => ('DE'.includes(id) ? 'DE' : 'other')),
      'ABEF 94',
    ],
    [
      'E1 at most 60 kopecks for D and E',
      { ...SKIP, quotas: [{ by: 'category', key: 'DE', maxMoney: '0.60' }] },
      withCategory(E1, (id) => ('DE'.includes(id) ? 'DE' : 'other')),
      'ABEF 94',
    ],
    [
      'E1 at most one winner of the divisions of D and E together',
      { ...SKIP, quotas: [{ by: 'division', keys: ['d', 'e'], title: 'Парки', maxWinners: 1 }] },
      withDivisions(E1, (id) => [id.toLowerCase(), 'all']),
      'ABEF 94',
    ],
    [
      'E1 at most 60 kopecks for them',
      { ...SKIP, quotas: [{ by: 'division', keys: ['d', 'e'], title: 'Парки', maxMoney: '0.60' }] },
      withDivisions(E1, (id) => [id.toLowerCase()]),
      'ABEF 94',
    ],
    ['E1 equal shares, cost', equalShares(), E1, 'EF 64'],
    ['E1 equal shares, plain', equalShares({ utility: 'plain' }), E1, 'ADF 57'],
    ['E1 equal shares, completed', equalShares({ completion: 'utilitarian' }), E1, 'DEF 98'],
    ['E1 Add1, stopping when exhaustive', equalShares({ increment: 1 }), E1, 'ABEF 94'],
    ['E1 Add1u, stopping when exhaustive', equalShares({ increment: 1, completion: 'utilitarian' }), E1, 'ABEF 94'],
    ['E1 Add1, not stopping', equalShares({ increment: 1, stopWhenExhaustive: false }), E1, 'DE 90'],
    [
      'E1 Add1, not stopping, completed',
      equalShares({ increment: 1, stopWhenExhaustive: false, completion: 'utilitarian' }),
      E1,
      'DEF 98',
    ],
    ['E1 compared by number', equalShares({ increment: 1, comparison: 'byNumber' }), E1, 'DEF 98'],
    ['E1 compared by any', equalShares({ increment: 1, comparison: 'byAny' }), E1, 'ABEF 94'],
    ['E1 Phragmén', PHRAGMEN, E1, 'ABCF 89'],
    ['E2 greedy skip', SKIP, E2, 'DEF 94'],
    ['E2 stop and top-up', { ...STOP, lastTopUpPercent: 80 }, E2, 'CF 111'],
    ['E2 score per cost', { ...SKIP, order: 'scorePerCost' }, E2, 'ABDEG 81'],
    ['E2 equal shares, cost', equalShares(), E2, 'EF 76'],
    ['E2 equal shares, plain', equalShares({ utility: 'plain' }), E2, 'ABDE 59'],
    ['E2 Add1, exact start', equalShares({ increment: 1 }), E2, 'BEF 87'],
    ['E2 Add1, integer start', equalShares({ increment: 1, start: 'integer' }), E2, 'AEF 83'],
    ['E2 Add1u, exact', equalShares({ increment: 1, completion: 'utilitarian' }), E2, 'ABEF 94'],
    ['E2 Add1u, integer', equalShares({ increment: 1, start: 'integer', completion: 'utilitarian' }), E2, 'ABEF 94'],
    ['E2 Phragmén', PHRAGMEN, E2, 'ABDE 59'],
  ])('%s', (_name, rule, of, expected) => {
    expect(winners(rule, of)).toBe(expected);
  });

  const prices = (rule: VotingRule) =>
    count(rule, E1).lines.flatMap(({ project, price }) => (price ? `${project.id} ${fractionText(price)}` : []));

  test('what supporters paid', () => {
    expect(prices(equalShares())).toEqual(['E 1/8', 'F 1/4']);
    expect(prices(PHRAGMEN)).toEqual(['F 2', 'A 19/3', 'B 15/2', 'C 29/3']);
  });

  test('the endowment that decided, the runs, the votes of the comparison', () => {
    const of = (rule: VotingRule, at: typeof E1) => {
      const { endowment, ...rest } = count(rule, at).parts[0]!.shares!;
      return { endowment: fractionText(endowment), ...rest };
    };
    expect(of(equalShares({ increment: 1 }), E1)).toEqual({ endowment: '11', runs: 2 });
    expect(of(equalShares({ increment: 1, stopWhenExhaustive: false }), E1)).toEqual({ endowment: '13', runs: 5 });
    expect(of(equalShares({ increment: 1 }), E2)).toEqual({ endowment: '126/13', runs: 4 });
    expect(of(equalShares({ increment: 1, start: 'integer' }), E2)).toEqual({ endowment: '9', runs: 4 });
    expect(of(equalShares({ increment: 1, comparison: 'byNumber' }), E1).comparison).toEqual({
      shares: 1,
      greedy: 2,
      kept: 'greedy',
    });
    expect(of(equalShares({ increment: 1, comparison: 'byAny' }), E1).comparison).toEqual({
      shares: 1,
      greedy: 0,
      kept: 'equalShares',
    });
  });

  test.each([
    ['E', 1, 'BELOW_COST_SHARE'],
    ['E', 2, null],
    ['C', 1, 'BELOW_COST_SHARE'],
    ['C', 2, null],
    ['F', 1, null],
  ])('Świecie: %s with %i supporters', (id, supporters, fault) => {
    const costs = Object.fromEntries(E1.projects.map((project) => [project.id, project.cost]));
    const ballots = Array.from({ length: 10 }, (_, index) => (index < supporters ? id : ''));
    const rule: VotingRule = { ...SKIP, eligibility: { costShareFactor: '1/3' } };
    const line = count(rule, election(100n, costs, ballots)).lines.find(({ project }) => project.id === id)!;
    expect(line.reason).toBe(fault ?? 'FITS_BUDGET');
  });
});
