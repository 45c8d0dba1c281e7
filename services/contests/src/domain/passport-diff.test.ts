import { expect, test } from '@jest/globals';
import { passportDifferences } from './passport-diff.ts';

const words = (before: object, after: object): string[] =>
  passportDifferences(before as never, after as never).map(({ sentence }) => sentence);

test.each<[object, object, string[]]>([
  [{ minOwnShare: '5' }, { minOwnShare: '7.5' }, ['минимальная доля софинансирования была 5 %, стала 7,5 %']],
  [{}, { minOwnShare: '5' }, ['минимальная доля софинансирования была не задана, стала 5 %']],
  [{ budgetKopecks: '123456789' }, { budgetKopecks: '100' }, ['бюджет конкурса был 1 234 567,89 ₽, стал 1 ₽']],
  [
    { eligibility: { minAge: 16 } },
    { eligibility: { minAge: 14 } },
    ['наименьший возраст голосующего был 16, стал 14'],
  ],
  [
    { stages: [{ type: 'INTAKE', closesLocal: '2026-03-11T13:00:00' }] },
    { stages: [{ type: 'INTAKE', closesLocal: '2026-03-12T13:00:00' }, { type: 'VOTING' }] },
    ['этап «Приём заявок»: окончание было 11.03.2026 13:00, стало 12.03.2026 13:00', 'этап «Голосование» добавлен'],
  ],
  [
    { criteria: [{ code: 'a', title: 'Новизна', weight: '1', parameters: { a: '5' } }] },
    { criteria: [{ code: 'a', title: 'Новизна', weight: '2', parameters: { a: '6' } }] },
    ['критерий «Новизна»: вес был 1, стал 2', 'критерий «Новизна»: «parameters.a» было 5, стало 6'],
  ],
  [
    { form: { required: [], properties: { tos: { title: 'ТОС', maxLength: 5 } } } },
    { form: { required: ['tos'], properties: { tos: { title: 'ТОС', maxLength: 9 }, map: {} } } },
    [
      'поле «ТОС»: наибольшая длина была 5, стала 9',
      'поле «ТОС»: обязательность была нет, стала да',
      'поле «map» добавлено',
    ],
  ],
  [
    { votingRule: { ballot: { maxLen: 3 }, order: 'score' } },
    { votingRule: { ballot: { maxLen: 2 }, order: 'votes' } },
    [
      'наибольшее число проектов в бюллетене было 3, стало 2',
      'правило голосования, order: было «score», стало «votes»',
    ],
  ],
  [{ title: 'А', stages: [] }, { title: 'А', stages: [] }, []],
])('%j and %j', (before, after, sentences) => {
  expect(words(before, after)).toEqual(sentences);
});

test('each difference says where it stands', () => {
  const before = { criteria: [{ code: 'a', title: 'Новизна', weight: '1' }] };
  const after = { criteria: [{ code: 'a', title: 'Новизна', weight: '2' }] };
  expect(passportDifferences(before, after)[0]!.path).toEqual(['criteria', 'a', 'weight']);
});

test('quotas that a division gives the rule are told by the division alone, those of the organiser by the rule', () => {
  const own = { by: 'category', maxWinners: 1 };
  const derived = { by: 'division', keys: ['a'], title: 'А', maxWinners: 2 };
  const division = { code: 'a', kind: 'NOMINATION', title: 'А', budgetKopecks: null, winnersLimit: 2 };
  const passport = (quotas: object[], divisions: object[]) => ({
    votingRule: { order: 'score', quotas },
    divisions,
    budgetKopecks: '100',
  });
  expect(words(passport([own], []), passport([own, derived], [division]))).toEqual(['номинация «А» добавлена']);
  const changed = words(
    passport([own, derived], [division]),
    passport([{ ...own, maxWinners: 3 }, derived], [division]),
  );
  expect(changed).toEqual([expect.stringContaining('правило голосования, quotas')]);
});
