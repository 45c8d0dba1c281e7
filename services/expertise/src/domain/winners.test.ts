import { describe, expect, test } from '@jest/globals';
import { limitsOf } from '@veche/kit/domain/division';
import { decisionsOf } from './minutes.ts';
import { codeOf, NOW, opened, right, vote } from './session.fixture.ts';
import { castVote, notePresence, type Choice, type Outcome, type Session } from './session.ts';
import { closeWithin, putWithin } from './winners.ts';

describe('places and money of groups and nominations', () => {
  const limits = limitsOf(
    [
      { code: 'line-1', kind: 'NOMINATION', title: 'Спорт', winnersLimit: 1 },
      { code: 'line-2', kind: 'NOMINATION', title: 'Парки', budget: 100n },
    ],
    1000n,
  );
  const of = (line: string, cost: bigint) => ({ divisions: [line], cost });
  const applications = new Map([
    ['x', of('line-1', 10n)],
    ['u', of('line-1', 10n)],
    ['v', of('line-2', 100n)],
    ['w', of('line-2', 1n)],
  ]);
  const known = (...before: string[]) => ({ limits, applications, before: new Set(before) });
  const propose = (session: Session, outcomes: Record<string, Outcome>, before: string[] = []) => {
    const proposals = Object.entries(outcomes).map(([applicationId, outcome]) => ({
      applicationId,
      outcome,
      reason: 'Решение по итогам рейтинга',
    }));
    return putWithin(known(...before), session, 's', {
      text: 'Ещё один вопрос',
      proposals,
      concerned: [],
      gates: new Map(),
    });
  };
  const EVERYBODY = ['c', 'd', 's', 'm1', 'm2', 'm3'];
  const voted = (session: Session, choice: Choice, number = 1): Session =>
    EVERYBODY.reduce((one, personId) => right(castVote(one, { personId, number, now: NOW }, choice)), session);
  const end = (session: Session, ...before: string[]) =>
    closeWithin(known(...before), session, 's', { now: NOW, hash: (minutes) => JSON.stringify(minutes) });

  test.each<[string, Record<string, Outcome>, string[], string | null]>([
    ['the place that a question before it asks for', { u: 'WINNER' }, [], 'Спорт'],
    ['the same application again', { x: 'WINNER' }, [], null],
    ['in its stead', { x: 'NOT_SELECTED', u: 'WINNER' }, [], null],
    ['a reserve', { u: 'RESERVE' }, [], null],
    ['all the money', { v: 'WINNER' }, [], null],
    ['more than the money', { v: 'WINNER', w: 'WINNER' }, [], 'Парки'],
    ['more than earlier minutes left', { w: 'WINNER' }, ['v'], 'Парки'],
    ['beside what earlier minutes broke elsewhere', { v: 'WINNER' }, ['u'], null],
  ])('%s', (_name, outcomes, before, title) => {
    const put = propose(opened(EVERYBODY), outcomes, before);
    expect(put.ok ? null : put.rejection).toEqual(
      title && {
        code: 'OVER_DIVISION',
        path: ['proposals'],
        params: { reason: expect.stringContaining(`«${title}»: победител`) },
      },
    );
  });

  test('a question that was voted down gives its place back, one that was adopted does not', () => {
    expect(propose(voted(opened(EVERYBODY), 'AGAINST'), { u: 'WINNER' }).ok).toBe(true);
    expect(codeOf(propose(voted(opened(EVERYBODY), 'FOR'), { u: 'WINNER' }))).toBe('OVER_DIVISION');
  });

  test('to take a winner back frees its place once that is adopted', () => {
    const back = right(propose(voted(opened(EVERYBODY), 'FOR'), { x: 'RESERVE' }));
    expect(codeOf(propose(back, { u: 'WINNER' }))).toBe('OVER_DIVISION');
    const freed = right(propose(voted(back, 'FOR', 2), { u: 'WINNER' }));
    expect(right(end(voted(freed, 'FOR', 3))).state).toBe('COUNTED');
  });

  test('a late vote that turns a question keeps the session open until a winner is taken back', () => {
    const first = opened(['c', 's', 'm1', 'm2']);
    const split = vote(first, { c: 'AGAINST', s: 'FOR', m1: 'FOR', m2: 'AGAINST' });
    const other = right(propose(split, { u: 'WINNER' }));
    const late = right(notePresence(other, 's', ['c', 's', 'm1', 'm2', 'm3']));
    const turned = ['c', 's', 'm1', 'm2', 'm3'].reduce(
      (one, personId) => right(castVote(one, { personId, number: 2, now: NOW }, 'FOR')),
      right(castVote(late, { personId: 'm3', number: 1, now: NOW }, 'FOR')),
    );
    expect(codeOf(end(turned))).toBe('OVER_DIVISION');
    const back = right(propose(turned, { u: 'RESERVE' }));
    const all = ['c', 's', 'm1', 'm2', 'm3'].reduce(
      (one, personId) => right(castVote(one, { personId, number: 3, now: NOW }, 'FOR')),
      back,
    );
    expect(decisionsOf(right(end(all))).map(({ applicationId, outcome }) => [applicationId, outcome])).toEqual([
      ['x', 'WINNER'],
      ['u', 'RESERVE'],
    ]);
  });
});
