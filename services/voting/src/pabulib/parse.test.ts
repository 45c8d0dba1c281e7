import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PabulibError, parsePabulib, readPabulib } from './parse.ts';

const ASSEN = readFileSync(
  new URL('../../../../test/demo/fixtures/Netherlands_Assen_2024.pb', import.meta.url),
  'utf8',
);

const file = (more: { meta?: string; projects?: string; votes?: string } = {}): string => `META
key;value
budget;100.50
vote_type;approval
num_projects;2
num_votes;2
${more.meta ?? ''}
PROJECTS
project_id;cost;name;selected
${more.projects ?? 'BO.1/23;50;"Сквер; у ""школы""";1\nb;60;Парк;0'}
VOTES
voter_id;vote
${more.votes ?? '1;BO.1/23, b\n2;b'}
`;

test('the real election is read as it stands', () => {
  const election = parsePabulib(ASSEN);
  expect(election).toMatchObject({ voteType: 'approval', budget: '100000', warnings: [] });
  expect(election.projects).toHaveLength(14);
  expect(election.votes).toHaveLength(84);
  expect(election.projects.filter(({ selected }) => selected)).toHaveLength(9);
  for (const { id, votes } of election.projects)
    expect(election.votes.filter(({ choices }) => choices.includes(id))).toHaveLength(votes!);
});

test('quotes, spaces after commas, ids with dots, a decimal budget, a byte order mark', () => {
  const { budget, projects, votes } = parsePabulib(`\uFEFF${file()}`);
  expect(budget).toBe('100.50');
  expect(projects[0]).toMatchObject({ id: 'BO.1/23', name: 'Сквер; у "школы"', selected: true });
  expect(votes[0]!.choices).toEqual(['BO.1/23', 'b']);
});

test('a project named twice counts once, with a warning', () => {
  const { votes, warnings } = parsePabulib(file({ votes: '1;b,b\n2;b' }));
  expect(votes[0]!.choices).toEqual(['b']);
  expect(warnings).toEqual(['line 14: a project named twice counts once']);
});

test('a project that is listed twice alike is taken once, with a warning', () => {
  const { projects, warnings } = parsePabulib(file({ projects: 'b;60;Парк;0\nb;60;Парк;0', votes: '1;b\n2;b' }));
  expect(projects).toHaveLength(1);
  expect(warnings).toEqual(['line 11: project b occurs twice and is taken once']);
});

describe('files that are not read', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'veche-pb-')), 'file.pb');

  test('of 100 MB, before a byte of it is', () => {
    writeFileSync(path, '');
    truncateSync(path, 100_000_000);
    expect(() => readPabulib(path)).toThrow(
      new PabulibError(0, 'the file has 100000000 bytes, at most 67108864 are read'),
    );
  });

  test('in another encoding', () => {
    writeFileSync(path, Buffer.from(file(), 'utf16le'));
    expect(() => readPabulib(path)).toThrow(PabulibError);
    writeFileSync(path, Buffer.from(`META\nkey;value\nunit;\xcf\xe0\xf0\xea`, 'latin1'));
    expect(() => readPabulib(path)).toThrow('the file is not UTF-8');
  });
});

test('a ballot of a hundred thousand choices is read', () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => `p${n}`);
  const many = file({ projects: ids.map((id) => `${id};1;;`).join('\n'), votes: `1;${ids.join(',')}\n2;p1` });
  expect(parsePabulib(many.replace('num_projects;2', 'num_projects;100000')).votes[0]!.choices).toHaveLength(100_000);
});

describe('faults are named with their line', () => {
  test.each<[string, string]>([
    ['line 1: section VOTES is missing', file().split('VOTES')[0]!],
    ['line 1: the file must begin with the section META', 'hello'],
    ['line 6: META says num_votes 2, the file has 1', file({ votes: '1;b' })],
    ['line 5: META says num_projects 2, the file has 1', file({ projects: 'b;60;Парк;0', votes: '1;b\n2;b' })],
    ['line 11: project b occurs twice, with two costs', file({ projects: 'b;60;Парк;0\nb;61;Парк;0' })],
    ['line 10: cost ten is not a number', file({ projects: 'b;ten;Парк;0\na;1;Сад;0' })],
    ['line 15: project x is not in PROJECTS', file({ votes: '1;b\n2;x' })],
    ['line 4: vote_type scoring is not supported', file().replace('approval', 'scoring')],
    ['line 7: META has vote_type twice', file({ meta: 'vote_type;approval' })],
    ['line 6: num_votes two is not a whole number', file().replace('num_votes;2', 'num_votes;two')],
    ['line 3: budget 1e9 is not a number', file().replace('100.50', '1e9')],
    ['line 2: cells are separated by ",", not by semicolons', file().replaceAll(';', ',')],
    ['line 2: cells are separated by "\\t", not by semicolons', file().replaceAll(';', '\t')],
    ['line 15: voter 1 occurs twice', file({ votes: '1;b\n1;b' })],
    ['line 14: the row has more cells than the header', file({ votes: '1;b;;5\n2;b' })],
    ['line 9: column cost is missing', file().replace('cost;name', 'price;name')],
    ['line 1: the file must begin with the section META', file().replaceAll(';', ',').replace('META', 'META,META')],
  ])('%s', (message, text) => {
    expect(() => parsePabulib(text)).toThrow(message);
  });

  test('what tools and people do to a file: read as it was, or refused with a line', () => {
    const BREAKS: Record<string, (text: string) => string> = {
      'byte order mark': (text) => `\uFEFF${text}`,
      'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
      'empty lines at the end': (text) => `${text}\n\n\n`,
      commas: (text) => text.replaceAll(';', ','),
      tabs: (text) => text.replaceAll(';', '\t'),
      'a wrong number of votes': (text) => text.replace(/num_votes;(\d+)/, (_, n) => `num_votes;${Number(n) + 1}`),
      'a wrong number of projects': (text) =>
        text.replace(/num_projects;(\d+)/, (_, n) => `num_projects;${Number(n) - 1}`),
      'the last ballot cut off': (text) => text.trimEnd().slice(0, text.trimEnd().lastIndexOf('\n') + 1),
      'sections in another order': (text) => text.replace('PROJECTS', 'VOTES'),
    };
    const HARMLESS = new Set(['byte order mark', 'line ends of Windows', 'empty lines at the end']);
    const whole = parsePabulib(ASSEN);
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...Object.keys(BREAKS)), { maxLength: 4 }), (names) => {
        // The mark stands before everything else, whoever else was at work.
        const ordered = names.toSorted((a, b) => Number(a === 'byte order mark') - Number(b === 'byte order mark'));
        const text = ordered.reduce((one, name) => BREAKS[name]!(one), ASSEN);
        if (names.every((name) => HARMLESS.has(name))) expect(parsePabulib(text)).toEqual(whole);
        else expect(() => parsePabulib(text)).toThrow(PabulibError);
      }),
      { numRuns: 150 },
    );
  });

  test('whatever the bytes, the answer is an election or a PabulibError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(ASSEN.length), (junk, at) => {
        try {
          parsePabulib(ASSEN.slice(0, at) + junk + ASSEN.slice(at + junk.length));
        } catch (error) {
          expect(error).toBeInstanceOf(PabulibError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
