import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { count } from '@veche/kit/domain/count/count';
import type { Election } from '@veche/kit/domain/count/election';
import { E1, E2, election } from '@veche/kit/domain/count/elections.fixture';
import { resultOf } from './result.ts';

const PAGE = readFileSync(new URL('../../../../../docs/count-rules.md', import.meta.url), 'utf8');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function resultText(rule: VotingRule, of: Election): string {
  const ruleHash = sha256(canonicalJson(rule));
  const drawn = { ...of, lot: (id: string) => sha256(`${ruleHash}\n${id}`) };
  return canonicalJson(resultOf(rule, ruleHash, drawn, count(rule, drawn)));
}

const shares = { completion: 'none', increment: 1, start: 'exact', stopWhenExhaustive: true, utility: 'cost' } as const;
const base = { version: 1, ballot: { type: 'approval' } } as const;
const add1: VotingRule = { ...base, order: 'equalShares', equalShares: shares };

test.each<[string, VotingRule]>([
  ['score', { ...base, order: 'score' }],
  ['top-up', { ...base, order: 'score', onUnaffordable: 'stop', lastTopUpPercent: 80 }],
  ['score per cost', { ...base, order: 'scorePerCost' }],
  ['Add1', add1],
  ['comparison', { ...add1, equalShares: { ...shares, comparison: 'byNumber' } }],
  ['Add1u', { ...add1, equalShares: { ...shares, completion: 'utilitarian', stopWhenExhaustive: false } }],
  ['Phragmén', { ...base, order: 'phragmen' }],
])('%s: the vectors of the specification', (_name, rule) => {
  const begins = (text: string, digits: number) => sha256(text).slice(0, digits);
  const [first, second] = [E1, E2].map((of) => begins(resultText(rule, of), 16));
  const row = new RegExp(`\\| +\`${begins(canonicalJson(rule), 8)}\` +\\| \`(\\w+)\` \\| \`(\\w+)\` \\|`).exec(PAGE)!;
  expect([first, second]).toEqual([row[1], row[2]]);
});

test('the result object is the one that the specification prints', () => {
  expect(PAGE).toContain(resultText(add1, E1));
});

test('while the commission has to decide there are no winners in it', () => {
  const rule: VotingRule = { ...base, order: 'score', tieBreak: ['commissionDecision'] };
  const result = JSON.parse(resultText(rule, election(10n, { A: 8n, B: 8n }, ['AB']))) as object;
  expect(result).toEqual({
    v: 1,
    rule: sha256(canonicalJson(rule)),
    status: 'NEEDS_DECISION',
    undecided: [['A', 'B']],
  });
});
