import { describe, expect, test } from '@jest/globals';
import { decidePattern, type FlaggedPattern } from './pattern-decision.ts';
import { deviceOf, networkOf } from '@veche/kit/domain/request-origin';
import { patternsOf, WINDOW_MS, windowOf, type Limits, type SignalWindow } from './signals.ts';

test.each([
  ['Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36', 'MOBILE'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36', 'DESKTOP'],
  ['Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/124.0', 'AUTOMATED'],
  ['curl/8.5.0', 'AUTOMATED'],
  ['something of its own', 'UNKNOWN'],
  [undefined, 'UNKNOWN'],
])('the class of %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device);
});

test.each([
  ['198.51.100.7', '198.51.100.0/24'],
  [' ::ffff:198.51.100.7', '198.51.100.0/24'],
  ['2001:db8:7:1::5', '2001:db8:7::/48'],
  ['2001:0db8:0007:1::5', '2001:db8:7::/48'],
  ['2001:db8::5', '2001:db8:0::/48'],
  ['unknown', null],
  ['', null],
  [undefined, null],
])('the network of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

const limits: Limits = { burstTimes: 5, least: 30, devicePoints: 40, networkPercent: 50 };
const START = windowOf(Date.parse('2026-03-02T09:07:00Z'));
const usual = (index: number, votes = 40): SignalWindow => ({
  start: START + index * WINDOW_MS,
  votes,
  devices: { MOBILE: votes / 2, DESKTOP: votes / 2 },
  networks: [],
});
const day = Array.from({ length: 9 }, (_, index) => usual(index));
const found = (window: SignalWindow, hour = 14) =>
  patternsOf([...day, window], () => hour, limits).map(({ kind, votes, of, usual: median, subject }) => [
    kind,
    votes,
    of,
    median,
    subject,
  ]);

test('a window begins at a quarter of an hour', () => {
  expect(new Date(START).toISOString()).toBe('2026-03-02T09:00:00.000Z');
});

describe('what is conspicuous, and what is not yet', () => {
  test('a burst above five times the median', () => {
    expect(found(usual(10, 200))).toEqual([]);
    expect(found(usual(10, 202))).toEqual([['BURST', 202, 202, 40, null]]);
  });
  test('more than the median at night only', () => {
    expect(found(usual(10, 42))).toEqual([]);
    expect(found(usual(10, 40), 3)).toEqual([]);
    expect(patternsOf([...day, usual(10, 42)], (at) => (at > START + 9 * WINDOW_MS ? 3 : 14), limits)).toMatchObject([
      { kind: 'NIGHT', votes: 42, usual: 40 },
    ]);
  });
  test('a class of devices far above its share', () => {
    expect(found({ ...usual(10), devices: { MOBILE: 36, DESKTOP: 4 } })).toEqual([]);
    expect(found({ ...usual(10), devices: { AUTOMATED: 40 } })).toEqual([['DEVICE', 40, 40, 10, 'AUTOMATED']]);
  });
  test('most votes of a window from one network', () => {
    expect(found({ ...usual(10), networks: [{ network: 'a', votes: 20 }] })).toEqual([]);
    expect(found({ ...usual(10), networks: [{ network: 'a', votes: 21 }] })).toEqual([['NETWORK', 21, 40, 50, 'a']]);
  });
  test('a window with few votes never', () => {
    expect(found({ ...usual(10, 28), devices: { AUTOMATED: 28 }, networks: [{ network: 'a', votes: 28 }] })).toEqual(
      [],
    );
    expect(patternsOf([], () => 3, limits)).toEqual([]);
  });
});

test('a conclusion needs a reason, is followed by others and never edited', () => {
  const at = new Date(START);
  const flagged: FlaggedPattern = {
    contestId: 'c',
    kind: 'BURST',
    from: at,
    until: at,
    foundAt: at,
    votes: 1,
    of: 1,
    usual: 0,
    subject: null,
    conclusion: null,
    decisions: [],
  };
  const decide = (pattern: FlaggedPattern, reason: string) =>
    decidePattern(pattern, { conclusion: 'REVIEWED', reason, by: 'p' }, at);
  expect(decide(flagged, '  коротко  ')).toMatchObject({ ok: false, rejection: { code: 'REASON_REQUIRED' } });
  expect(decide(flagged, 'я'.repeat(2001))).toMatchObject({ ok: false, rejection: { code: 'REASON_REQUIRED' } });
  let pattern = flagged;
  for (let n = 0; n < 50; n += 1) {
    const decided = decide(pattern, `Причина номер ${n}`);
    if (!decided.ok) throw new Error(decided.rejection.code);
    pattern = decided.state;
  }
  expect(pattern.decisions).toHaveLength(50);
  expect(pattern.decisions[0]).toEqual({ conclusion: 'REVIEWED', reason: 'Причина номер 0', by: 'p', at });
  expect(decide(pattern, 'Ещё одна причина')).toMatchObject({ ok: false, rejection: { code: 'TOO_MANY_DECISIONS' } });
});
