import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countCapital, followCalendar, followRule, noCapital, type CapitalCampaign } from './capital-campaign.ts';
import { CapitalAudit, capitalPostingsOf } from './capital-ledger.ts';
import { points, sumOf } from './points.ts';
import {
  balanceOf,
  give,
  heldBy,
  takeBack,
  type AccountResult,
  type Gift,
  type VirtualAccount,
} from './virtual-account.ts';

const opensAt = new Date('2026-03-03T04:00:00Z');
const closesAt = new Date('2026-03-10T04:00:00Z');
const during = new Date('2026-03-05T09:00:00Z');
const rule = { endowment: 5000, presets: [50, 100], perApplication: null, progress: 'LIVE' as const };
const campaign: CapitalCampaign = { ...noCapital(), rule, window: { opensAt, closesAt } };
const local: CapitalCampaign = { ...campaign, rule: { ...rule, residence: '71876000' } };
const empty: VirtualAccount = { contestId: 'c', personId: 'p', moves: [] };
let keys = 0;
const gift = (change: Partial<Gift> = {}): Gift => ({
  campaign,
  application: { id: 'a', admitted: true, memberIds: ['lead'] },
  confirmed: true,
  points: 500,
  key: `key-${(keys += 1)}`,
  ...change,
});
const done = (result: AccountResult): VirtualAccount => {
  if (!result.ok) throw new Error(result.rejection.code);
  return result.state;
};
const codeOf = (result: AccountResult) => (result.ok ? null : result.rejection.code);

describe('a gift', () => {
  test('is preceded by the endowment, once', () => {
    const first = done(give(empty, gift(), during));
    expect(first.moves.map(({ cause, points: amount }) => [cause, amount])).toEqual([
      ['GRANTED', 5000],
      ['GIVEN', 500],
    ]);
    const second = done(give(first, gift({ points: 4500 }), during));
    expect(second.moves.map(({ cause }) => cause)).toEqual(['GRANTED', 'GIVEN', 'GIVEN']);
    expect([balanceOf(second.moves), heldBy(second, 'a')]).toEqual([0, 5000]);
  });

  test.each<[string, Partial<Gift>, Date, string | null]>([
    ['all that there is', { points: 5000 }, during, null],
    ['a point more', { points: 5001 }, during, 'BALANCE_EXCEEDED'],
    ['nothing', { points: 0 }, during, 'POINTS_OUT_OF_RANGE'],
    ['less than nothing', { points: -50 }, during, 'POINTS_OUT_OF_RANGE'],
    ['half a point', { points: 0.5 }, during, 'POINTS_OUT_OF_RANGE'],
    ['without a confirmed account', { confirmed: false }, during, 'VERIFICATION_REQUIRED'],
    ['of a resident, where that is asked for', { campaign: local, residence: '71876000101' }, during, null],
    ['of one who lives elsewhere', { campaign: local, residence: '71829000' }, during, 'NOT_A_RESIDENT'],
    ['of one whose residence is not known', { campaign: local }, during, 'RESIDENCE_UNKNOWN'],
    ['of one who lives elsewhere, where nothing is asked', { residence: '71829000' }, during, null],
    ['at the first instant', {}, opensAt, null],
    ['before it', {}, new Date(opensAt.getTime() - 1), 'CAPITAL_NOT_OPEN'],
    ['at the last instant', {}, new Date(closesAt.getTime() - 1), null],
    ['at the end', {}, closesAt, 'CAPITAL_FROZEN'],
    ['without a calendar', { campaign: { ...campaign, window: null } }, during, 'CAPITAL_NOT_OPEN'],
    ['without such a rule', { campaign: { ...campaign, rule: null } }, during, 'NO_VIRTUAL_CAPITAL'],
    [
      'to an application that is not admitted',
      { application: { id: 'a', admitted: false, memberIds: [] } },
      during,
      'NOT_FOUND',
    ],
    ['to the own group', { application: { id: 'a', admitted: true, memberIds: ['p'] } }, during, 'OWN_APPLICATION'],
  ])('%s', (_name, change, now, code) => {
    expect(codeOf(give(empty, gift(change), now))).toBe(code);
  });

  test('stays within the limit for one application, what came back not counted', () => {
    const limited = { campaign: { ...campaign, rule: { ...rule, perApplication: 1000 } } };
    const most = done(give(empty, gift({ ...limited, points: 1000 }), during));
    const over = give(most, gift({ ...limited, points: 1 }), during);
    expect(over).toMatchObject({ rejection: { code: 'APPLICATION_LIMIT_EXCEEDED', params: { max: 1000, left: 0 } } });
    const back = done(takeBack(most, 'a', during));
    expect(codeOf(give(back, gift({ ...limited, points: 1000 }), during))).toBeNull();
  });

  test('is known by its key for good', () => {
    const made = gift();
    const first = done(give(empty, made, during));
    expect(done(give(first, made, during))).toBe(first);
    expect(codeOf(give(first, { ...made, points: 50 }, during))).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

test('what an application that went held comes back once', () => {
  const account = done(give(done(give(empty, gift({ points: 300 }), during)), gift({ points: 200 }), during));
  const back = done(takeBack(account, 'a', during));
  expect([balanceOf(back.moves), heldBy(back, 'a')]).toEqual([5000, 0]);
  expect(done(takeBack(back, 'a', during))).toBe(back);
  expect(done(takeBack(account, 'b', during))).toBe(account);
});

test('whatever happens, postings balance and nothing is made or lost', () => {
  const act = fc.record({
    to: fc.constantFrom('a', 'b', 'x'),
    points: fc.integer({ min: -5, max: 6000 }),
    back: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let account = empty;
      for (const { to: id, points: amount, back } of acts) {
        const result = back
          ? takeBack(account, id, during)
          : give(account, gift({ points: amount, application: { id, admitted: true, memberIds: [] } }), during);
        if (result.ok) account = result.state;
      }
      const postings = capitalPostingsOf('c:p', account);
      for (const { entries } of postings) expect(sumOf(entries.map((entry) => entry.points))).toBe(0);
      const held = ['a', 'b', 'x'].map((id) => heldBy(account, id));
      const granted = account.moves.length > 0 ? 5000 : 0;
      expect(sumOf([balanceOf(account.moves), ...held])).toBe(granted);
      expect(Math.min(balanceOf(account.moves), ...held)).toBeGreaterThanOrEqual(0);
      const audit = new CapitalAudit('c', campaign);
      if (granted > 0) audit.add('c:p', account, postings, false);
      expect(audit.violations).toEqual([]);
    }),
  );
});

describe('the count', () => {
  const lines = [{ applicationId: 'a', points: points(25_000), supporters: 6 }];
  const followed = () => {
    const ruled = followRule(noCapital(), 1, rule);
    const planned = ruled.ok ? followCalendar(ruled.state, 1, { opensAt, closesAt }) : ruled;
    if (!planned.ok) throw new Error('news is never refused');
    return planned.state;
  };
  const due = new Date(closesAt.getTime() + 60_000);

  test('waits for what was decided before the end, and happens once', () => {
    const state = followed();
    expect(state.dueAt).toEqual(due);
    expect(countCapital(state, closesAt, lines, new Date(due.getTime() - 1))).toMatchObject({ state, events: [] });
    const counted = countCapital(state, closesAt, lines, due);
    expect(counted).toMatchObject({ ok: true, state: { dueAt: null, counted: { closesAt, at: due, lines } } });
    expect(counted.ok && countCapital(counted.state, closesAt, lines, due)).toMatchObject({ events: [] });
  });

  test('is due again for an end that news of an earlier extension moved', () => {
    const counted = countCapital(followed(), closesAt, lines, due);
    const later = new Date('2026-03-12T04:00:00Z');
    const moved = counted.ok && followCalendar(counted.state, 2, { opensAt, closesAt: later });
    expect(moved).toMatchObject({ state: { dueAt: new Date('2026-03-12T04:01:00Z') } });
    expect(moved && moved.ok && followCalendar(moved.state, 1, null)).toMatchObject({
      state: moved && moved.ok && moved.state,
    });
  });
});
