import { expect, test } from '@jest/globals';
import type { Criterion } from '@veche/kit/domain/criterion';
import { fractionText } from '@veche/kit/domain/rational';
import { outlierReport } from './outliers.ts';
import type { ScoreSheet } from './sheet.ts';

const CRITERIA: Criterion[] = [
  { code: 'a', kind: 'EXPERT', title: 'a', maxPoints: '10', weight: '1', parameters: { commentRequired: false } },
];
const sheet = (expertId: string, points: number, status: ScoreSheet['status'] = 'FINAL'): ScoreSheet => ({
  contestId: 'k',
  applicationId: 'x',
  expertId,
  status,
  marks: [{ criterion: 'a', points, comment: null }],
  hash: null,
  conflictReason: null,
  late: false,
});

test('2 against a median of 8 is 60 percent away; the bound itself counts', () => {
  const sheets = [sheet('one', 8), sheet('two', 9), sheet('three', 2)];
  const { outliers, leanings } = outlierReport(sheets, CRITERIA, 60);
  expect(outliers).toMatchObject([{ expertId: 'three', criterion: 'a', points: 2 }]);
  expect(outliers.map(({ median, distance }) => [median, distance].map(fractionText))).toEqual([['8', '60']]);
  expect(leanings.map(({ expertId, lean }) => [expertId, fractionText(lean)])).toEqual([
    ['three', '-60'],
    ['two', '10'],
    ['one', '0'],
  ]);
  expect(outlierReport(sheets, CRITERIA, 61).outliers).toEqual([]);
});

test('two marks are too few, and only final sheets are looked at', () => {
  const sheets = [sheet('one', 10), sheet('two', 0), sheet('three', 5, 'OPEN')];
  expect(outlierReport(sheets, CRITERIA, 1)).toEqual({ outliers: [], leanings: [] });
});
