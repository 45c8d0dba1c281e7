import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { advise, type JurorFacts } from './jury-advice.ts';
import { drawJury, isDrawReproduced, recordDraw, type JuryDrawInput } from './jury-draw.ts';
import { lessonOf } from './jury-model.ts';
import { appealRefusal, applyToJury, decideJuror, decideJurorAppeal, type Juror } from './jury.ts';

const NOW = new Date('2026-03-02T09:00:00Z');
const LATER = new Date('2026-03-20T00:00:00Z');
const JUROR: Juror = {
  contestId: 'contest',
  personId: 'person',
  state: 'APPLIED',
  organisationInn: null,
  territories: [],
  claims: { confirmed: true, oldEnough: true, resident: true },
  origin: { device: 'DESKTOP', network: 'abcd', sameNetwork: 0 },
  appliedAt: NOW,
  decision: null,
  appeal: null,
};
const FACTS: JurorFacts = {
  confirmed: true,
  oldEnough: true,
  resident: true,
  residentsOnly: true,
  device: 'MOBILE',
  sameNetwork: 0,
  ownApplications: [],
  organisationApplications: [],
  decidesLater: false,
  organisationNamed: false,
  placesNamed: false,
  earlierAdmitted: 0,
  earlierRefused: 0,
};
const advice = advise(FACTS);
const lesson = lessonOf('71876000', FACTS);
const verdict = { admitted: false, reason: 'Место регистрации не подтверждено', by: 'official', advice, lesson };
const codeOf = (result: { ok: boolean; rejection?: { code: string } }): string =>
  result.ok ? 'DONE' : result.rejection!.code;
const stateOf = (result: ReturnType<typeof decideJuror>): Juror => {
  if (!result.ok) throw new Error(result.rejection.code);
  return result.state;
};

describe('applying', () => {
  test.each([
    [{}, { open: true, isNew: true }, 'DONE'],
    [{}, { open: false, isNew: true }, 'JURY_CLOSED'],
    [{}, { open: true, isNew: false }, 'ALREADY_APPLIED'],
    [{ claims: { ...JUROR.claims, oldEnough: false } }, { open: true, isNew: true }, 'TOO_YOUNG'],
    // What the sign-in does not tell, a person finds out.
    [{ claims: { ...JUROR.claims, oldEnough: null } }, { open: true, isNew: true }, 'DONE'],
  ])('%o, %o: %s', (change, at, code) => {
    expect(codeOf(applyToJury({ ...JUROR, ...change }, { minAge: 14 }, at))).toBe(code);
  });
  test('a contest without a jury takes nobody', () => {
    expect(codeOf(applyToJury(JUROR, null, { open: true, isNew: true }))).toBe('NO_PUBLIC_JURY');
  });
});

describe('the decision', () => {
  test('is of a person, with a reason, once, never of the own matter; the network is forgotten', () => {
    expect(codeOf(decideJuror(JUROR, { ...verdict, reason: 'нет' }, NOW))).toBe('REASON_REQUIRED');
    expect(codeOf(decideJuror(JUROR, { ...verdict, by: 'person' }, NOW))).toBe('OWN_MATTER');
    const refused = stateOf(decideJuror(JUROR, verdict, NOW));
    expect(refused).toMatchObject({
      state: 'REFUSED',
      origin: { network: null },
      decision: { by: 'official', advice },
    });
    expect(codeOf(decideJuror(refused, { ...verdict, admitted: true }, NOW))).toBe('JUROR_DECIDED');
    expect(stateOf(decideJuror(JUROR, { ...verdict, admitted: true }, NOW)).state).toBe('ADMITTED');
  });

  test('is appealed against once, in time, and another person decides', () => {
    const text = 'Прописка есть, прилагаю выписку';
    expect(codeOf(appealRefusal(JUROR, text, LATER, NOW))).toBe('JUROR_NOT_REFUSED');
    const refused = stateOf(decideJuror(JUROR, verdict, NOW));
    expect(codeOf(appealRefusal(refused, 'нет', LATER, NOW))).toBe('REASON_REQUIRED');
    expect(codeOf(appealRefusal(refused, text, LATER, LATER))).toBe('APPEAL_TERM_PASSED');
    const answer = { by: 'second', upheld: true, answer: 'Регистрация подтверждена выпиской' };
    expect(codeOf(decideJurorAppeal(refused, answer, NOW))).toBe('NO_APPEAL');
    const appealed = stateOf(appealRefusal(refused, text, LATER, new Date(LATER.getTime() - 1)));
    expect(codeOf(appealRefusal(appealed, text, LATER, NOW))).toBe('APPEAL_FILED');
    expect(codeOf(decideJurorAppeal(appealed, { ...answer, by: 'official' }, NOW))).toBe('SAME_OFFICIAL');
    expect(codeOf(decideJurorAppeal(appealed, { ...answer, by: 'person' }, NOW))).toBe('OWN_MATTER');
    const upheld = stateOf(decideJurorAppeal(appealed, answer, NOW));
    expect(upheld.state).toBe('ADMITTED');
    expect(codeOf(decideJurorAppeal(upheld, answer, NOW))).toBe('APPEAL_DECIDED');
    expect(stateOf(decideJurorAppeal(appealed, { ...answer, upheld: false }, NOW)).state).toBe('REFUSED');
  });
});

describe('the suggestion of the built-in rules', () => {
  test.each<[Partial<JurorFacts>, string, string[]]>([
    [{}, 'ADMIT', ['NOTHING_AGAINST']],
    [{ confirmed: false }, 'REFUSE', ['NOT_CONFIRMED']],
    [{ oldEnough: null }, 'LOOK', ['AGE_UNKNOWN']],
    [{ resident: false }, 'REFUSE', ['NOT_A_RESIDENT']],
    [{ resident: false, residentsOnly: false }, 'ADMIT', ['NOTHING_AGAINST']],
    [{ resident: null }, 'LOOK', ['RESIDENCE_UNKNOWN']],
    [{ decidesLater: true }, 'REFUSE', ['DECIDES_LATER']],
    [{ ownApplications: ['7'] }, 'LOOK', ['OWN_APPLICATION']],
    [{ organisationApplications: ['3', '4'] }, 'LOOK', ['OWN_ORGANISATION']],
    [{ device: 'AUTOMATED' }, 'LOOK', ['AUTOMATED']],
    [{ sameNetwork: 4 }, 'ADMIT', ['NOTHING_AGAINST']],
    [{ sameNetwork: 5 }, 'LOOK', ['SAME_NETWORK']],
    [{ sameNetwork: 9, confirmed: false }, 'REFUSE', ['NOT_CONFIRMED', 'SAME_NETWORK']],
  ])('%o: %s', (change, suggested, codes) => {
    const given = advise({ ...FACTS, ...change });
    expect([given.verdict, given.reasons.map(({ code }) => code)]).toEqual([suggested, codes]);
    expect(given.reasons.every(({ text }) => text.length > 20)).toBe(true);
  });
});

describe('the draw', () => {
  const draw = (text: string): string => createHash('sha256').update(text).digest('hex');
  const tools = { draw, hashOf: (value: unknown) => draw(JSON.stringify(value)) };
  const people = Array.from({ length: 40 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const input: JuryDrawInput = {
    seed: 'курс доллара 02.03.2026',
    candidates: people,
    members: [],
    seats: 10,
    work: {
      loads: {},
      works: ['a', 'b', 'c', 'd'].map((applicationId) => ({
        applicationId,
        category: '',
        needed: 5,
        barred: people.slice(0, 20),
      })),
    },
  };
  const rule = {
    criteria: [],
    assignment: 'RANDOM',
    seats: 10,
    perApplication: 5,
    minAge: 14,
    residentsOnly: true,
  } as const;

  test('seats as many as there are, the same again from the seed, others from another seed', () => {
    const result = drawJury(input, draw);
    expect([result.seated.length, result.reserve.length]).toEqual([10, 30]);
    expect(new Set([...result.seated, ...result.reserve]).size).toBe(40);
    expect(drawJury({ ...input, candidates: people.toReversed() }, draw)).toEqual(result);
    expect(drawJury({ ...input, seed: 'курс доллара 03.03.2026' }, draw).seated).not.toEqual(result.seated);
  });

  test('everybody has the same chance: over many seeds each is drawn about as often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed += 1)
      for (const id of drawJury({ ...input, seed: `seed ${seed}`, work: null }, draw).seated)
        counts.set(id, (counts.get(id) ?? 0) + 1);
    // 400 draws of 10 out of 40: 100 on average, standard deviation 8.7.
    for (const id of people) expect(Math.abs(counts.get(id)! - 100)).toBeLessThan(44);
  });

  test('gives an application to members alone, never to one with a conflict, and tells what is missing', () => {
    const { seated, distribution } = drawJury(input, draw);
    const free = seated.filter((id) => !people.slice(0, 20).includes(id));
    for (const { expertIds } of distribution.given) {
      expect(expertIds.every((id) => free.includes(id))).toBe(true);
      expect(expertIds).toHaveLength(Math.min(5, free.length));
    }
    const short = Math.max(0, 5 - free.length);
    expect(distribution.missing.reduce((sum, { missing }) => sum + missing, 0)).toBe(short * 4);
  });

  test('a later draw fills free seats only, out of the reserve too', () => {
    const first = drawJury(input, draw);
    const second = drawJury({ ...input, members: first.seated, candidates: first.reserve, seats: 12 }, draw);
    expect(second.seated).toHaveLength(2);
    expect(second.seated.every((id) => first.reserve.includes(id))).toBe(true);
    expect(drawJury({ ...input, members: first.seated, candidates: first.reserve }, draw).seated).toEqual([]);
    expect(drawJury({ ...input, seats: null }, draw).seated).toHaveLength(40);
  });

  test('is recorded so that it can be repeated, and a changed record is found out', () => {
    const made = recordDraw({ contestId: 'c', input, rule, open: true }, tools);
    if (!made.ok) throw new Error(made.rejection.code);
    expect(isDrawReproduced(made.state, tools)).toBe(true);
    expect(isDrawReproduced({ ...made.state, input: { ...input, seed: 'другая строка' } }, tools)).toBe(false);
  });

  test.each([
    [{ rule: null }, 'NO_PUBLIC_JURY'],
    [{ open: false }, 'JURY_CLOSED'],
    [{ input: { ...input, seed: 'коротко' } }, 'SEED_REQUIRED'],
    [{ input: { ...input, candidates: [] } }, 'NO_CANDIDATES'],
  ])('%o is refused', (change, code) => {
    expect(codeOf(recordDraw({ contestId: 'c', input, rule, open: true, ...change }, tools))).toBe(code);
  });
});
