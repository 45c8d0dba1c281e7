import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Protocol, ProtocolLine } from '../count/counting.ts';
import { unknownVoting } from '../domain/voting.ts';
import { csvOf } from './csv.ts';
import { documentOf } from './document.ts';
import { xlsxOf } from './xlsx.ts';

const line = (title: string, more: Partial<ProtocolLine> = {}): ProtocolLine => ({
  applicationId: title,
  number: 'З-1',
  title,
  costKopecks: '123450',
  score: '7',
  voters: 5,
  place: 1,
  outcome: 'WINNER',
  reason: 'FITS_BUDGET',
  explanation: 'Место 1: проект помещается в бюджет.',
  ...more,
});

const protocolOf = (projects: ProtocolLine[]): Protocol => ({
  contest: 'c-1',
  version: 2,
  ruleHash: 'ab'.repeat(32),
  budgetKopecks: '1000000',
  spentKopecks: '123450',
  accepted: 9,
  superseded: 2,
  counted: 7,
  projects,
  channels: [{ channel: 'online', accepted: 9, counted: 7 }],
  doubleVotes: 0,
  doubleVotesRefused: 0,
  ties: ['Равенство: «А» стоит выше «Б» по <жребию>.'],
  reason: 'Проект «В» отозван & снят',
  result: { v: 1, rule: 'ab'.repeat(32), status: 'DETERMINED' },
});

test('the table opens in Excel in Russia: mark, semicolons, decimal commas, CR LF', () => {
  expect(csvOf(protocolOf([line('Сквер; у "школы"')]))).toBe(
    '\uFEFFМесто;Номер;Проект;Стоимость, руб.;Голоса или баллы;Проголосовало за;Итог;Основание\r\n' +
      '1;З-1;"Сквер; у ""школы""";1234,50;7;5;Победитель;Место 1: проект помещается в бюджет.\r\n',
  );
});

test('columns of parts and of votes against are there where the rule has them', () => {
  expect(csvOf(protocolOf([line('Сквер', { part: 'Парк', against: 3 })])).split('\r\n')[0]).toContain(
    'Часть бюджета;Место;Номер;Проект;Стоимость, руб.;Голоса или баллы;Проголосовало за;Против;Итог',
  );
});

test.each(['=1+1', '+7', '-2', '@SUM(A1)', '\t=1', '＝1'])('no title becomes a formula: %j', (title) => {
  expect(
    csvOf(protocolOf([line(title)]))
      .split('\r\n')[1]!
      .split(';')[2],
  ).toBe(`'${title}`);
});

test('the workbook holds texts and numbers, no formula', async () => {
  const workbook = await xlsxOf(protocolOf([line('=1+1 <&>\u0001')]));
  expect(workbook.subarray(0, 2).toString()).toBe('PK');
  const path = join(mkdtempSync(join(tmpdir(), 'veche-xlsx-')), 'result.xlsx');
  writeFileSync(path, workbook);
  const script =
    'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),"".join(z.read(n).decode() for n in z.namelist()))';
  const read = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
  if (read.error) return;
  expect(read.stdout).toMatch(/^None /);
  expect(read.stdout).toContain('=1+1 &lt;&amp;&gt;');
  expect(read.stdout).toContain('<v>1234.5</v>');
  expect(read.stdout).not.toContain('<f>');
});

test('the page for people has every number, the reason and the hashes, and nothing that a browser would run', () => {
  const protocol = protocolOf([line('<script>alert(1)</script>')]);
  const voting = {
    ...unknownVoting(),
    announcement: {
      timeZone: 'Asia/Yekaterinburg',
      rule: { version: 1, ballot: { type: 'approval' }, order: 'score' },
    },
    window: { opensAt: new Date('2026-03-01T04:00:00Z'), closesAt: new Date('2026-03-08T04:00:00Z') },
  };
  const stored = {
    _id: 'c-1:0002',
    contest: 'c-1',
    version: 2,
    determinedAt: new Date('2026-03-08T04:00:10Z'),
    protocol: canonicalJson(protocol),
    protocolHash: 'cd'.repeat(32),
    inputs: '{}',
    orders: 1,
  };
  const page = documentOf(voting as never, stored);
  for (const part of [
    'версия 2',
    'принято 9, учтено 7',
    '01.03.2026 09:00',
    '10000.00 руб.',
    '1234,50',
    'cd'.repeat(32),
    'ab'.repeat(32),
    'отозван &amp; снят',
    '&lt;жребию&gt;',
  ])
    expect(page).toContain(part);
  expect(page).not.toContain('<script');
});
