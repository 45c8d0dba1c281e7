import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyTally, takeEntries, type Given, type Tally, type TallyEntry } from './tally.ts';

const given = (project: string, points = 1): Given => ({ points: [[project, points]], channel: 'online' });

/** The log of some revisions in an order, as a reader of the store would bring it. */
function logOf(revisions: readonly { tag: string; rev: number; given: Given }[]): TallyEntry[] {
  const place = new Map(revisions.map(({ tag, rev }, index) => [`${tag}${rev}`, index]));
  const choices = new Map(revisions.map((one) => [`${one.tag}${one.rev}`, one.given]));
  return revisions.map(({ tag, rev, given: own }, index) => ({
    ...own,
    tag,
    rev,
    replaced: rev > 1 ? choices.get(`${tag}${rev - 1}`)! : null,
    inOrder: rev === 1 || place.get(`${tag}${rev - 1}`)! < index,
  }));
}

const scores = ({ lines }: Tally['shown']) =>
  Object.fromEntries([...lines].filter(([, { score }]) => score !== 0).map(([id, { score }]) => [id, score]));

describe('counters that follow a log', () => {
  test('a re-vote takes the earlier choice away and adds the new one', () => {
    const log = logOf([
      { tag: 'a', rev: 1, given: given('X') },
      { tag: 'b', rev: 1, given: given('X') },
      { tag: 'a', rev: 2, given: { ...given('Y', 3), channel: 'paper' } },
    ]);
    const { shown } = takeEntries(emptyTally(), log);
    expect(scores(shown)).toEqual({ X: 1, Y: 3 });
    expect(Object.fromEntries(shown.channels)).toEqual({ online: 1, paper: 1 });
    expect(shown.lines.get('Y')).toEqual({ score: 3, voters: 1, against: 0 });
  });

  test('votes against are counted apart', () => {
    const { shown } = takeEntries(emptyTally(), logOf([{ tag: 'a', rev: 1, given: given('X', -1) }]));
    expect(shown.lines.get('X')).toEqual({ score: 0, voters: 0, against: 1 });
  });

  test('while a revision stands before the one it replaces, the last whole moment is shown', () => {
    const [first, early, late] = logOf([
      { tag: 'b', rev: 1, given: given('X') },
      { tag: 'a', rev: 2, given: given('Y') },
      { tag: 'a', rev: 1, given: given('X') },
    ]);
    const before = takeEntries(takeEntries(emptyTally(), [first!]), [early!]);
    expect(before.shown.size).toBe(1);
    expect(scores(before.shown)).toEqual({ X: 1 });
    const after = takeEntries(before, [late!]);
    expect(after.shown.size).toBe(3);
    expect(scores(after.shown)).toEqual({ X: 1, Y: 1 });
  });

  test('in any order and any portions: of each tag the last revision', () => {
    const voters = fc.array(fc.array(fc.constantFrom('X', 'Y', 'Z'), { minLength: 1, maxLength: 4 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(voters, fc.infiniteStream(fc.nat(1000)), fc.integer({ min: 1, max: 5 }), (choices, dice, portion) => {
        const revisions = choices.flatMap((list, tag) =>
          list.map((project, index) => ({ tag: `t${tag}`, rev: index + 1, given: given(project) })),
        );
        const shuffled = revisions
          .map((one) => ({ one, at: dice.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const log = logOf(shuffled);
        let tally = emptyTally();
        for (let at = 0; at < log.length; at += portion) tally = takeEntries(tally, log.slice(at, at + portion));
        const expected: Record<string, number> = {};
        for (const list of choices) expected[list.at(-1)!] = (expected[list.at(-1)!] ?? 0) + 1;
        expect(scores(tally.shown)).toEqual(expected);
        expect(tally.shown.size).toBe(log.length);
        expect(tally.early.size).toBe(0);
      }),
    );
  });
});
