import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PabulibError, parsePabulib } from './pabulib.ts';

const ASSEN = readFileSync(new URL('fixtures/Netherlands_Assen_2024.pb', import.meta.url), 'utf8');

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

describe('faults are named with their line', () => {
  test.each<[string, string]>([
    ['line 1: section VOTES is missing', file().split('VOTES')[0]!],
    ['line 1: the file must begin with the section META', 'hello'],
    ['line 1: META says num_votes 2, the file has 1', file({ votes: '1;b' })],
    ['line 1: META says num_projects 2, the file has 1', file({ projects: 'b;60;Парк;0', votes: '1;b\n2;b' })],
    ['line 11: project b occurs twice', file({ projects: 'b;60;Парк;0\nb;60;Парк;0' })],
    ['line 10: cost ten is not a number', file({ projects: 'b;ten;Парк;0\na;1;Сад;0' })],
    ['line 15: project x is not in PROJECTS', file({ votes: '1;b\n2;x' })],
    ['line 1: vote_type scoring is not supported', file({ meta: 'vote_type;scoring' })],
    ['line 9: column cost is missing', file().replace('cost;name', 'price;name')],
    ['line 1: the file must begin with the section META', file().replaceAll(';', ',').replace('META', 'META,META')],
  ])('%s', (message, text) => {
    expect(() => parsePabulib(text)).toThrow(message);
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
