import { expect, test } from '@jest/globals';
import { ChannelTally, faultOfFurther } from './double-vote.ts';

type Rule = Parameters<typeof faultOfFurther>[0];

test.each<[Rule, string[], string, string | null]>([
  // No word of channels: as before there was one.
  [{}, ['online'], 'online', null],
  [{}, ['online'], 'paper', null],
  [{}, ['paper'], 'online', null],
  [{ revote: 'single' }, ['online'], 'online', 'ALREADY_VOTED'],
  [{ revote: 'single' }, ['online'], 'paper', 'DOUBLE_VOTE'],
  [{ revote: 'single' }, ['paper'], 'online', 'DOUBLE_VOTE'],
  // Refused between channels, though a change of mind inside one is not.
  [{ doubleVote: 'refuse' }, ['online'], 'online', null],
  [{ doubleVote: 'refuse' }, ['online'], 'meeting', 'DOUBLE_VOTE'],
  [{ doubleVote: 'refuse' }, ['meeting'], 'online', 'DOUBLE_VOTE'],
  // The later counts, though one may vote once by each channel.
  [{ revote: 'single', doubleVote: 'lastCounts' }, ['online'], 'paper', null],
  [{ revote: 'single', doubleVote: 'lastCounts' }, ['online', 'paper'], 'online', 'ALREADY_VOTED'],
  // What was given on paper stays.
  [{ doubleVote: 'paperCounts' }, ['online', 'online'], 'paper', null],
  [{ doubleVote: 'paperCounts' }, ['paper'], 'online', 'DOUBLE_VOTE'],
  [{ doubleVote: 'paperCounts' }, ['online', 'paper'], 'online', 'DOUBLE_VOTE'],
  // A booth is a channel of its own.
  [{}, ['online'], 'booth', null],
  [{ doubleVote: 'refuse' }, ['online'], 'booth', 'DOUBLE_VOTE'],
  [{ doubleVote: 'refuse' }, ['booth'], 'online', 'DOUBLE_VOTE'],
  [{ doubleVote: 'refuse' }, ['booth'], 'booth', null],
  [{ doubleVote: 'refuse' }, ['booth'], 'paper', 'DOUBLE_VOTE'],
  [{ revote: 'single' }, ['booth'], 'booth', 'ALREADY_VOTED'],
  [{ doubleVote: 'paperCounts' }, ['booth'], 'online', null],
  [{ doubleVote: 'paperCounts' }, ['booth'], 'paper', null],
  [{ doubleVote: 'paperCounts' }, ['paper'], 'booth', 'DOUBLE_VOTE'],
  // Two sheets of one voter, whatever the rule.
  [{ doubleVote: 'lastCounts' }, ['paper'], 'paper', 'DOUBLE_VOTE'],
  [{ doubleVote: 'paperCounts' }, ['online', 'meeting'], 'paper', 'DOUBLE_VOTE'],
])('%j: after %j a ballot by %s', (rule, earlier, channel, code) => {
  expect(faultOfFurther(rule, earlier, channel)).toBe(code);
});

test('ballots by channel, and voters with ballots by more than one kind of it', () => {
  const tally = new ChannelTally();
  const online = ['a', 'b'].map((tag) => [tag, 'online'] as const);
  const rest = [...'bdc'].map((tag) => [tag, tag === 'c' ? 'meeting' : 'paper'] as const);
  const last = [...'ddee'].map((tag) => [tag, 'online'] as const);
  for (const [tag, channel] of [...online, ...rest, ...last].toSorted(([a], [b]) => a.localeCompare(b)))
    tally.add(tag, channel);
  const expected = {
    channels: [
      { channel: 'meeting', accepted: 1, counted: 1 },
      { channel: 'online', accepted: 6, counted: 3 },
      { channel: 'paper', accepted: 2, counted: 1 },
    ],
    doubles: 2,
  };
  expect(tally.result()).toEqual(expected);
  expect(tally.result()).toEqual(expected);
  expect(new ChannelTally().result()).toEqual({ channels: [], doubles: 0 });
});
