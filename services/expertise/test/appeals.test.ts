import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { DURING, admitted, expert, key, mutation, organiser, published, setUp, type Setup } from './setup.ts';
import { decided, formed, seated } from './setup-commission.ts';

const APPEAL = 'appeal { id version session text state answer decidedAt redeterminedBy application { id } }';
const FILE = mutation('fileAppeal', 'FileAppealInput', APPEAL);
const DECIDE = mutation('decideAppeal', 'DecideAppealInput', APPEAL);
const ASKED =
  'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application { redeterminationAsked } } }';
const TEXT = 'Комиссия не учла гарантийное письмо спонсора из приложения.';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const codeOf = ({ rejection }: any): string | undefined => rejection?.code;
const isAsked = async (id: string): Promise<boolean> =>
  (await setup.gql(ASKED, { of: [{ __typename: 'Application', id }] })).data._entities[0].redeterminationAsked;

/** An application of a group, decided by a commission. */
async function refusedOne(rules: object = {}) {
  const contestId = newId();
  const applicationId = newId();
  const applicant = { sub: newId(), roles: ['citizen' as const] };
  await setup.bus.deliver(published(contestId, { timeZone: 'Asia/Yekaterinburg' }));
  await setup.bus.deliver(admitted(contestId, { applicationId, memberIds: [applicant.sub] }));
  const commission = await formed(setup, contestId, rules);
  await decided(setup, contestId, commission, { [applicationId]: 'NOT_SELECTED' });
  return { contestId, applicationId, applicant, commission };
}

test('an appeal that is upheld asks for a new decision, which a later session gives', async () => {
  const { contestId, applicationId, applicant, commission } = await refusedOne();
  const { appeal } = await setup.ask(FILE, { applicationId, text: TEXT }, applicant);
  expect(appeal).toMatchObject({ session: 1, text: TEXT, state: 'FILED', answer: null });
  expect(await isAsked(applicationId)).toBe(false);
  const answer = 'Письмо приложено и не было рассмотрено, довод принят.';
  const { appeal: upheld } = await setup.ask(DECIDE, { appealId: appeal.id, upheld: true, answer }, commission.chair);
  expect(upheld).toMatchObject({ state: 'UPHELD', answer, redeterminedBy: null });
  expect(await isAsked(applicationId)).toBe(true);
  await decided(setup, contestId, commission, { [applicationId]: 'WINNER' });
  expect(await isAsked(applicationId)).toBe(false);
  const { data } = await setup.gql(`{ myAppeals { state redeterminedBy } }`, {}, applicant);
  expect(data.myAppeals).toEqual([{ state: 'UPHELD', redeterminedBy: 2 }]);
  await setup.settle();
  const told = ['AppealFiled', 'AppealDecided'].map((type) =>
    setup.bus.published(`veche.expertise.${type}`).find(({ key: of }) => of === appeal.id),
  );
  expect(told.map((one) => one?.data)).toEqual([
    { appealId: appeal.id, contestId, applicationId, session: 1 },
    { appealId: appeal.id, contestId, applicationId, upheld: true },
  ]);
});

test('one that is rejected changes nothing', async () => {
  const { applicationId, applicant, commission } = await refusedOne();
  const { appeal } = await setup.ask(FILE, { applicationId, text: TEXT }, applicant);
  const answer = 'Письмо было рассмотрено, на балл оно не влияет.';
  const input = { appealId: appeal.id, upheld: false, answer };
  expect((await setup.ask(DECIDE, input, commission.secretary)).appeal.state).toBe('REJECTED');
  expect(await isAsked(applicationId)).toBe(false);
  expect(codeOf(await setup.ask(DECIDE, { ...input, upheld: true }, commission.chair))).toBe('APPEAL_DECIDED');
});

test('the term: its last moment still counts, the next does not', async () => {
  const { applicationId, applicant } = await refusedOne();
  try {
    // Ten working days after Thursday 12 March end with Thursday 26 March in Yekaterinburg.
    setup.clock.set('2026-03-26T19:00:00.000Z');
    expect(codeOf(await setup.ask(FILE, { applicationId, text: TEXT }, applicant))).toBe('APPEAL_TERM_PASSED');
    setup.clock.set('2026-03-26T18:59:59.999Z');
    expect(codeOf(await setup.ask(FILE, { applicationId, text: TEXT }, applicant))).toBeUndefined();
  } finally {
    setup.clock.set(DURING);
  }
});

test('what is refused, and who sees appeals', async () => {
  const { contestId, applicationId, applicant, commission } = await refusedOne();
  const right = { applicationId, text: TEXT };
  const outsider = { sub: newId(), roles: ['citizen' as const] };
  const undecided = newId();
  await setup.bus.deliver(admitted(contestId, { applicationId: undecided, memberIds: [applicant.sub], number: '2' }));
  expect(codeOf(await setup.ask(FILE, right, outsider))).toBe('NOT_AN_APPLICANT');
  expect(codeOf(await setup.ask(FILE, { ...right, text: 'Не согласен' }, applicant))).toBe('REASON_REQUIRED');
  expect(codeOf(await setup.ask(FILE, { ...right, applicationId: newId() }, applicant))).toBe('NOT_FOUND');
  expect(codeOf(await setup.ask(FILE, { ...right, applicationId: undecided }, applicant))).toBe('NOT_DECIDED');
  const without = await refusedOne({ appealDays: 0 });
  const pointless = { applicationId: without.applicationId, text: TEXT };
  expect(codeOf(await setup.ask(FILE, pointless, without.applicant))).toBe('NO_APPEAL');
  const idempotencyKey = key();
  const { appeal } = await setup.ask(FILE, { ...right, idempotencyKey }, applicant);
  expect((await setup.ask(FILE, { ...right, idempotencyKey }, applicant)).appeal.id).toBe(appeal.id);
  expect(codeOf(await setup.ask(FILE, { ...right, text: `${TEXT}!`, idempotencyKey }, applicant))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  expect(codeOf(await setup.ask(FILE, right, applicant))).toBe('APPEAL_FILED');
  const answer = 'Довод рассмотрен и отклонён.';
  const deciding = { appealId: appeal.id, upheld: false, answer };
  expect(codeOf(await setup.ask(DECIDE, deciding, commission.first))).toBe('NOT_PRESIDING');
  expect(codeOf(await setup.ask(DECIDE, deciding, seated()))).toBe('NOT_FOUND');
  expect(codeOf(await setup.ask(DECIDE, { ...deciding, answer: 'Нет.' }, commission.chair))).toBe('REASON_REQUIRED');
  const used = { ...deciding, idempotencyKey: key() };
  await setup.ask(DECIDE, used, commission.chair);
  expect(codeOf(await setup.ask(DECIDE, { ...used, upheld: true }, commission.chair))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(codeOf(await setup.ask(DECIDE, { ...deciding, expectedVersion: 99 }, commission.chair))).toBe(
    'VERSION_CONFLICT',
  );
  const query = 'query ($id: ID!) { appeals(contestId: $id) { id } }';
  const seen = await Promise.all(
    [commission.first, organiser, seated()].map(async (who) => (await setup.gql(query, { id: contestId }, who)).data),
  );
  expect(seen.map(({ appeals }: any) => appeals.length)).toEqual([1, 1, 0]);
  expect((await setup.gql(query, { id: contestId }, expert())).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
