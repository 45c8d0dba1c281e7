import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { key, OKTMO, organiser, setUp, type Setup } from './setup.ts';
import { codeOf } from './setup-panel.ts';
import {
  APPEAL,
  APPLY,
  AT,
  DECIDE,
  DECIDE_APPEAL,
  DRAW,
  FINALISE_JURY,
  JURY_CONFLICT,
  juryScene,
  resident,
  SAVE_JURY,
  TAKE,
} from './setup-jury.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
  setup.clock.set(AT.before);
});
afterAll(() => setup.stop());

const seed = 'Курс доллара на 02.03.2026: 78,1234';

test('a used key is refused whatever it was used for', async () => {
  const rule = { assignment: 'OPEN' };
  const { contestId, applicationIds } = await juryScene(setup, { rule, members: [[], []] });
  const other = await juryScene(setup);
  const again = async (document: string, first: object, second: object, as: TestCaller) => {
    const idempotencyKey = key();
    const done = await setup.ask(document, { ...first, idempotencyKey }, as);
    expect(codeOf(done)).toBeUndefined();
    expect(await setup.ask(document, { ...first, idempotencyKey }, as)).toEqual(done);
    expect(codeOf(await setup.ask(document, { ...first, ...second, idempotencyKey }, as))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    return done;
  };
  const second: TestCaller = { sub: newId(), roles: ['organiser'], territories: [OKTMO] };
  const juror = resident();
  const { juror: applied } = await again(APPLY, { contestId }, { contestId: other.contestId }, juror);
  const refusal = { jurorId: applied.id, admitted: false, reason: 'Регистрация не подтверждена' };
  await again(DECIDE, refusal, { admitted: true }, organiser);
  await again(APPEAL, { contestId, text: 'Регистрация есть, вот выписка' }, { text: 'Другой текст жалобы' }, juror);
  const answer = { jurorId: applied.id, upheld: true, answer: 'Выписка подтверждает' };
  await again(DECIDE_APPEAL, answer, { upheld: false }, second);
  await again(DRAW, { contestId, seed }, { seed: 'совсем другая строка' }, organiser);
  setup.clock.set(AT.jury);
  const [one, two] = await Promise.all(
    applicationIds.map(async (applicationId) => (await setup.ask(TAKE, { applicationId }, juror)).sheet),
  );
  const marks = [
    { criterion: 'use', points: 3 },
    { criterion: 'trust', points: 3 },
  ];
  await again(SAVE_JURY, { sheetId: one.id, expectedVersion: one.version, marks }, { marks: [] }, juror);
  await again(FINALISE_JURY, { sheetId: one.id }, { expectedVersion: 99 }, juror);
  await again(JURY_CONFLICT, { sheetId: two.id, reason: 'Заявку подал мой брат' }, { reason: 'Другая причина' }, juror);
});
