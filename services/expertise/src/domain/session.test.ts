import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formCommission, quorumOf, type CommissionRules, type Member } from './commission.ts';
import { decisionsOf, minutesOf, signersOf, signMinutes } from './minutes.ts';
import { close, codeOf, commission, member, MEMBERS, NOW, opened, right, vote } from './session.fixture.ts';
import { castVote, putQuestion, recuse, type Choice } from './session.ts';

describe('composition', () => {
  const of = (members: Member[], rules: Partial<CommissionRules> = {}) =>
    codeOf(formCommission(commission(rules, members), 0));
  test.each<[string, Member[], string | undefined]>([
    ['half of six by the council', MEMBERS, undefined],
    [
      'two of six',
      MEMBERS.map((one) => (one.personId === 's' ? { ...one, byCouncil: false } : one)),
      'COUNCIL_HALF_MISSING',
    ],
    ['three of seven', [...MEMBERS, member('m4')], 'COUNCIL_HALF_MISSING'],
    ['no chair', MEMBERS.slice(1), 'CHAIR_REQUIRED'],
    ['two secretaries', [...MEMBERS, member('s2', 'SECRETARY', true)], 'CHAIR_REQUIRED'],
    ['one twice', [...MEMBERS, member('m1', 'MEMBER', true)], 'MEMBERS_INVALID'],
    ['two members', MEMBERS.slice(0, 2), 'MEMBERS_INVALID'],
    [
      'a member without a vote',
      [...MEMBERS.slice(0, 5), { ...member('m3', 'MEMBER', true), votes: false }],
      'MEMBERS_INVALID',
    ],
    ['a secretary without a vote', MEMBERS.map((one) => ({ ...one, votes: one.personId !== 's' })), undefined],
  ])('%s', (_name, members, code) => expect(of(members)).toBe(code));

  test('a region with its own rules may do without the half; a session that is open keeps the composition', () => {
    expect(of([...MEMBERS, member('m4')], { councilHalf: false })).toBeUndefined();
    expect(codeOf(formCommission(commission(), 1))).toBe('SESSION_OPEN');
  });

  test('quorum: more than half, and two thirds rounded up', () => {
    expect([5, 6, 7, 9].map((all) => [quorumOf('HALF', all), quorumOf('TWO_THIRDS', all)])).toEqual([
      [3, 4],
      [4, 4],
      [4, 5],
      [5, 6],
    ]);
  });
});

describe('a vote', () => {
  test.each<[string, Partial<CommissionRules>, Record<string, Choice>, boolean, boolean]>([
    ['2 for, 1 against, 1 abstained', {}, { c: 'FOR', d: 'FOR', m1: 'AGAINST', m2: 'ABSTAIN' }, true, false],
    ['equal, the chair for', {}, { c: 'FOR', d: 'FOR', m1: 'AGAINST', m2: 'AGAINST' }, true, true],
    ['equal, the chair against', {}, { c: 'AGAINST', d: 'FOR', m1: 'FOR', m2: 'AGAINST' }, false, true],
    ['equal, the chair abstained', {}, { c: 'ABSTAIN', d: 'FOR', m1: 'ABSTAIN', m2: 'AGAINST' }, false, false],
    [
      'equal, no casting vote',
      { castingVote: false },
      { c: 'FOR', d: 'FOR', m1: 'AGAINST', m2: 'AGAINST' },
      false,
      false,
    ],
    ['equal, the chair away, the deputy for', {}, { d: 'FOR', s: 'AGAINST', m1: 'FOR', m2: 'AGAINST' }, true, true],
    [
      'half of those present is not more than half',
      { majority: 'OF_PRESENT' },
      { c: 'FOR', d: 'FOR', m1: 'AGAINST', m2: 'ABSTAIN' },
      false,
      false,
    ],
    [
      'three of four present',
      { majority: 'OF_PRESENT' },
      { c: 'FOR', d: 'FOR', m1: 'FOR', m2: 'ABSTAIN' },
      true,
      false,
    ],
    [
      'three of six is not more than half of all',
      { majority: 'OF_ALL' },
      { c: 'FOR', d: 'FOR', m1: 'FOR', m2: 'AGAINST' },
      false,
      false,
    ],
    ['all abstain', {}, { c: 'ABSTAIN', d: 'ABSTAIN', m1: 'ABSTAIN', m2: 'ABSTAIN' }, false, false],
  ])('%s', (_name, rules, votes, adopted, casting) => {
    const closed = right(close(vote(opened(Object.keys(votes), rules), votes)));
    expect(closed.questions[0]!.count).toMatchObject({ adopted, casting });
    expect(decisionsOf(closed).length).toBe(Number(adopted));
  });

  test('never counts more than were present, whatever is voted', () => {
    const choices = fc.array(fc.constantFrom<Choice>('FOR', 'AGAINST', 'ABSTAIN'), { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(choices, (given) => {
        const ids = ['c', 'd', 's', 'm1', 'm2', 'm3'].slice(0, given.length);
        const closed = right(close(vote(opened(ids), Object.fromEntries(ids.map((id, index) => [id, given[index]!])))));
        const { for: yes, against, abstained, adopted } = closed.questions[0]!.count!;
        expect(yes + against + abstained).toBe(ids.length);
        if (adopted) expect(yes).toBeGreaterThanOrEqual(against);
        else expect(yes).toBeLessThanOrEqual(against);
      }),
    );
  });

  test('without a quorum, or with a vote missing, nothing is decided', () => {
    const three = { c: 'FOR', d: 'FOR', m1: 'FOR' } as const;
    expect(codeOf(close(vote(opened(Object.keys(three)), three)))).toBe('QUORUM_MISSING');
    expect(codeOf(close(vote(opened(['c', 'd', 's', 'm1']), three)))).toBe('VOTES_MISSING');
  });
});

test('an absentee session takes votes until its term and is closed after it by those who voted', () => {
  const four = { c: 'FOR', d: 'FOR', m1: 'FOR', m2: 'AGAINST' } as const;
  const session = vote(opened([], {}, 'ABSENTEE'), four);
  const end = session.votesUntil!;
  expect(codeOf(close(session))).toBe('VOTES_MISSING');
  expect(codeOf(castVote(session, { personId: 'm3', number: 1, now: end }, 'FOR'))).toBe('VOTING_OVER');
  expect(right(close(session, end)).questions[0]!.count).toMatchObject({ for: 3, against: 1, adopted: true });
  const everybody = vote(session, { s: 'FOR', m3: 'FOR' });
  expect(right(close(everybody)).state).toBe('COUNTED');
  expect(codeOf(close(vote(opened([], {}, 'ABSENTEE'), { c: 'FOR' }), end))).toBe('QUORUM_MISSING');
});

test('minutes are signed by their hash, by all who must, and what was signed is what was counted', () => {
  const closed = right(close(vote(opened(['d', 's', 'm1', 'm2']), { d: 'FOR', s: 'FOR', m1: 'FOR', m2: 'AGAINST' })));
  expect(signersOf(closed)).toEqual(['d', 's']);
  expect(codeOf(signMinutes(closed, 'd', 'another', NOW))).toBe('MINUTES_DIFFER');
  expect(codeOf(signMinutes(closed, 'm1', closed.hash!, NOW))).toBe('NOT_PRESIDING');
  const once = signMinutes(closed, 's', closed.hash!, NOW);
  expect(once).toMatchObject({ state: { state: 'COUNTED' }, events: [] });
  const signed = signMinutes(right(once), 'd', closed.hash!, NOW);
  expect(signed).toMatchObject({ state: { state: 'SIGNED', signedAt: NOW }, events: [{ kind: 'MinutesSigned' }] });
  expect(JSON.stringify(minutesOf(right(signed)))).toBe(closed.hash);
  const all = right(
    close(
      vote(opened(['c', 'd', 's', 'm1'], { signedBy: 'ALL_PRESENT' }), { c: 'FOR', d: 'FOR', s: 'FOR', m1: 'FOR' }),
    ),
  );
  expect(signersOf(all)).toEqual(['c', 'd', 's', 'm1']);
});

describe('the secretary never decides alone', () => {
  const without = { s: 'FOR', m1: 'FOR', m2: 'FOR', m3: 'FOR' } as const;
  const sat = (votes: Readonly<Record<string, Choice>>, rules: Partial<CommissionRules> = {}) =>
    close(vote(opened(Object.keys(votes), rules), votes));

  test('a sitting without chair and deputy is not closed; with either it is, and where all sign nobody presides', () => {
    expect(codeOf(sat(without))).toBe('NOT_PRESIDING');
    expect(signersOf(right(sat({ ...without, d: 'FOR' })))).toEqual(['d', 's']);
    expect(signersOf(right(sat({ ...without, c: 'AGAINST', d: 'FOR' })))).toEqual(['c', 's']);
    expect(signersOf(right(sat(without, { signedBy: 'ALL_PRESENT' })))).toEqual(['s', 'm1', 'm2', 'm3']);
  });

  test('a chair who stands aside from a question is there all the same', () => {
    const act = { personId: 'c', number: 1, now: NOW };
    const aside = right(recuse(opened(['c', 's', 'm1', 'm2']), act, 'Мой брат подал эту заявку'));
    const closed = right(close(vote(aside, { s: 'FOR', m1: 'FOR', m2: 'FOR' })));
    expect([closed.state, signersOf(closed)]).toEqual(['COUNTED', ['c', 's']]);
  });

  test('an absentee session in which neither voted is closed, and comes into force with the signature of the chair', () => {
    const session = vote(opened([], {}, 'ABSENTEE'), without);
    const closed = right(close(session, session.votesUntil!));
    const once = right(signMinutes(closed, 's', closed.hash!, NOW));
    expect(once.state).toBe('COUNTED');
    expect(right(signMinutes(once, 'c', closed.hash!, NOW)).state).toBe('SIGNED');
  });
});

test.each([
  ['x', 'WINNER', null],
  ['y', 'WINNER', 'BARRED_BY_RULES'],
  ['y', 'RESERVE', 'BARRED_BY_RULES'],
  ['y', 'NOT_SELECTED', null],
  ['z', 'WINNER', 'BARRED_BY_RULES'],
  ['z', 'NOT_SELECTED', null],
  ['u', 'WINNER', null],
] as const)('what the rules bar is not proposed to win: %s %s gives %s', (applicationId, outcome, code) => {
  const proposals = [{ applicationId, outcome, reason: 'Решение по итогам рейтинга' }];
  // A gate speaks of whom the ranking does not have.
  const gates = new Map(['x', 'z'].map((id) => [id, ['Ниже проходного балла.']]));
  const put = putQuestion(opened(['s', 'c']), 's', { text: 'Ещё один вопрос', proposals, concerned: [], gates });
  expect(put.ok ? null : put.rejection).toEqual(
    code && { code, path: ['proposals', '0', 'outcome'], params: { reason: 'Ниже проходного балла.' } },
  );
});
