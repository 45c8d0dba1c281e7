import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId, sha256Hex } from '@veche/kit';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import {
  DETERMINE,
  admitted,
  expert,
  key,
  organiser,
  published,
  scored,
  setUp,
  story,
  stranger,
  type Setup,
} from './setup.ts';
import {
  CLOSE,
  COMPOSITION,
  FORM,
  OPEN,
  OPINION,
  PRESENT,
  QUESTION,
  RECUSE,
  SESSION,
  SIGN,
  VOTE,
  decided,
  formed,
  membersOf,
  seated,
  signed,
  sitting,
} from './setup-commission.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const codeOf = ({ rejection }: any): string | undefined => rejection?.code;
const DECISION = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application { commissionDecision {
  outcome reason score place session minutesHash decidedAt appealUntil } } } }`;
const decisionOf = async (id: string) =>
  (await setup.gql(DECISION, { of: [{ __typename: 'Application', id }] })).data._entities[0].commissionDecision;

/** Two ranked applications: the first 45 points, the second 22.5. */
async function ranked() {
  const told = await story(setup, { applications: 2, contest: { timeZone: 'Asia/Yekaterinburg' } });
  await scored(setup, told.sheets[0]![0], [10, 10, 10], told.experts[0]!);
  await scored(setup, told.sheets[1]![0], [5, 5, 5], told.experts[0]!);
  await setup.ask(DETERMINE, { contestId: told.contestId }, organiser);
  const [first, second] = told.applicationIds as [string, string];
  return { contestId: told.contestId, first, second };
}

test('from the composition to decisions that everybody may read: quorum, votes, minutes, signatures, reasons, the path of an appeal', async () => {
  const { contestId, first, second } = await ranked();
  const commission = await formed(setup, contestId);
  const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER', [second]: 'NOT_SELECTED' });
  const { chair, secretary, first: one, second: two } = commission;
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, chair);
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, secretary);
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'AGAINST' }, one);
  expect(codeOf(await setup.ask(CLOSE, { sessionId }, secretary))).toBe('VOTES_MISSING');
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'AGAINST' }, two);
  await setup.ask(OPINION, { sessionId, question: 1, text: 'Смета второй заявки убедительнее' }, one);
  const { session } = await setup.ask(CLOSE, { sessionId }, secretary);
  expect(session).toMatchObject({ state: 'COUNTED', quorum: { present: 4, needed: 3, all: 4 } });
  expect(session.questions[0].count).toEqual({ for: 2, against: 2, abstained: 0, casting: true, adopted: true });
  const { hash, canonical, sections, signers } = session.minutes;
  expect(hash).toBe(sha256Hex(canonical));
  expect(signers.map(({ id }: any) => id)).toEqual([chair.sub, secretary.sub]);
  const text = sections.flatMap(({ heading, lines }: any) => [heading, ...lines]).join('\n');
  for (const said of [
    'Протокол № 1',
    'Постановление № 17 от 01.02.2026',
    'Имеют право голоса 4, участвуют 4, для кворума нужно 3.',
    'за — 2, против — 2, воздержались — 0. Голоса разделились поровну, решил голос председательствующего.',
    'Поимённо: № 1 — за; № 2 — за; № 3 — против; № 4 — против',
    'Заявку № 1 признать победителем.',
    'Особое мнение № 3: Смета второй заявки убедительнее',
    '1. Заявка № 1 — 45.00',
  ])
    expect(text).toContain(said);
  expect(await decisionOf(first)).toBeNull();
  await setup.ask(SIGN, { sessionId, hash }, secretary);
  expect(await decisionOf(first)).toBeNull();
  const done = await setup.ask(SIGN, { sessionId, hash }, chair);
  expect(done.session.state).toBe('SIGNED');
  expect(await decisionOf(second)).toEqual({
    outcome: 'NOT_SELECTED',
    reason: 'По итогам рейтинга и обсуждения',
    score: '22.50',
    place: 2,
    session: 1,
    minutesHash: hash,
    decidedAt: '2026-03-12T09:00:00.000Z',
    // Ten working days after Thursday 12 March end with Thursday 26 March.
    appealUntil: '2026-03-26T19:00:00.000Z',
  });
  await setup.settle();
  const [told] = setup.bus
    .published('veche.expertise.MinutesSigned')
    .filter(({ data }) => data.contestId === contestId);
  expect(fromJson(MinutesSignedSchema, told!.data)).toMatchObject({
    sessionId,
    number: 1,
    minutesHash: hash,
    decisions: [
      { applicationId: first, outcome: 'WINNER', score: '45.00', place: 1, appealUntil: '2026-03-26T19:00:00.000Z' },
      { applicationId: second, outcome: 'NOT_SELECTED', score: '22.50', place: 2 },
    ],
  });
  const query = `query ($id: ID!) { commissionDecisions(contestId: $id) { number hash quorum { present }
    questions { count { for against adopted } proposals { outcome } recused } } }`;
  const { data } = await setup.gql(query, { id: contestId });
  expect(data.commissionDecisions).toMatchObject([
    { number: 1, hash, questions: [{ count: { for: 2, against: 2, adopted: true }, recused: 0 }] },
  ]);
  expect(JSON.stringify(told!.data)).not.toContain(chair.sub);
});

test('a later session replaces what an earlier one decided', async () => {
  const { contestId, first, second } = await ranked();
  const commission = await formed(setup, contestId);
  await decided(setup, contestId, commission, { [first]: 'WINNER', [second]: 'RESERVE' });
  await decided(setup, contestId, commission, { [second]: 'WINNER' });
  expect([await decisionOf(first), await decisionOf(second)]).toMatchObject([
    { outcome: 'WINNER', session: 1 },
    { outcome: 'WINNER', session: 2 },
  ]);
});

test('a question that is not adopted decides nothing', async () => {
  const { contestId, first } = await ranked();
  const commission = await formed(setup, contestId);
  const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER' });
  for (const member of Object.values(commission))
    await setup.ask(VOTE, { sessionId, question: 1, choice: 'AGAINST' }, member);
  expect((await signed(setup, sessionId, commission)).state).toBe('SIGNED');
  expect(await decisionOf(first)).toBeNull();
});

describe('a conflict of interest', () => {
  test('of a member of the initiative group is detected, another declares it; neither votes, both are told in the minutes', async () => {
    const contestId = newId();
    const applicationId = newId();
    await setup.bus.deliver(published(contestId));
    const commission = await formed(setup, contestId);
    const { secretary, chair, first, second } = commission;
    await setup.bus.deliver(admitted(contestId, { applicationId, memberIds: [first.sub] }));
    const sessionId = await sitting(setup, contestId, commission, { [applicationId]: 'WINNER' });
    expect(codeOf(await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, first))).toBe('RECUSED');
    await setup.ask(RECUSE, { sessionId, question: 1, reason: 'Работаю в этой школе' }, second);
    expect(codeOf(await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, second))).toBe('RECUSED');
    for (const who of [chair, secretary]) await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, who);
    const session = await signed(setup, sessionId, commission);
    expect(session.questions[0]).toMatchObject({
      recused: [
        { person: { id: first.sub }, detected: true },
        { person: { id: second.sub }, detected: false },
      ],
      count: { for: 2, against: 0, adopted: true },
    });
    const published_ = await setup.gql(
      `query ($id: ID!) { commissionDecisions(contestId: $id) { questions { recused } } }`,
      {
        id: contestId,
      },
    );
    expect(JSON.stringify(published_.data)).not.toContain('Работаю');
    expect(published_.data.commissionDecisions[0].questions[0].recused).toBe(2);
  });
});

test('a key that was used for something else is told before anything', async () => {
  const { contestId, first } = await ranked();
  const commission = await formed(setup, contestId);
  const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER' });
  const { chair } = commission;
  const idempotencyKey = key();
  await setup.ask(PRESENT, { sessionId, present: [chair.sub], idempotencyKey }, chair);
  const others: [string, object][] = [
    [OPEN, { contestId, form: 'IN_PERSON', place: 'ул. Мира, 2' }],
    [QUESTION, { sessionId, text: 'О порядке работы', proposals: [] }],
    [VOTE, { sessionId, question: 1, choice: 'FOR' }],
    [RECUSE, { sessionId, question: 1, reason: 'Работаю в этой школе' }],
    [OPINION, { sessionId, question: 1, text: 'Не согласен с решением' }],
    [CLOSE, { sessionId }],
    [SIGN, { sessionId, hash: 'f'.repeat(64) }],
  ];
  for (const [document, input] of others)
    expect(codeOf(await setup.ask(document, { ...input, idempotencyKey }, chair))).toBe('IDEMPOTENCY_KEY_REUSED');
  const used = key();
  const elsewhere = newId();
  await setup.bus.deliver(published(elsewhere));
  const form = { contestId: elsewhere, ...COMPOSITION, members: membersOf(commission), idempotencyKey: used };
  await setup.ask(FORM, form, organiser);
  expect(codeOf(await setup.ask(FORM, { ...form, contestId }, organiser))).toBe('IDEMPOTENCY_KEY_REUSED');
});

describe('what is refused', () => {
  test('a composition without the half of the council, or of another place', async () => {
    const contestId = newId();
    await setup.bus.deliver(published(contestId));
    const commission = { chair: seated(), secretary: seated(), first: seated(), second: seated() };
    const input = { contestId, ...COMPOSITION, members: membersOf(commission) };
    const lonely = input.members.map((one, index) => ({ ...one, byCouncil: index === 0 }));
    expect(codeOf(await setup.ask(FORM, { ...input, members: lonely }, organiser))).toBe('COUNCIL_HALF_MISSING');
    expect(codeOf(await setup.ask(FORM, { ...input, members: lonely, councilHalf: false }, organiser))).toBeUndefined();
    const elsewhere = await setup.gql(FORM, { input: { idempotencyKey: key(), ...input } }, stranger);
    expect(elsewhere.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('every act by those who may not, or at the wrong time', async () => {
    const { contestId, first } = await ranked();
    const commission = await formed(setup, contestId);
    const { first: member, chair } = commission;
    const opening = { contestId, form: 'IN_PERSON', place: 'ул. Ленина, 1' };
    const cases: [string, string, object, any][] = [
      ['NOT_FOUND', OPEN, opening, seated()],
      ['NOT_PRESIDING', OPEN, opening, member],
      ['PLACE_REQUIRED', OPEN, { ...opening, place: ' ' }, chair],
      ['ABSENTEE_NOT_ALLOWED', OPEN, { ...opening, form: 'ABSENTEE' }, chair],
    ];
    for (const [code, document, input, who] of cases) expect(codeOf(await setup.ask(document, input, who))).toBe(code);
    const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER' });
    const proposals = [{ applicationId: first, outcome: 'WINNER', reason: 'По итогам рейтинга' }];
    const later: [string, string, object, any][] = [
      ['SESSION_OPEN', OPEN, opening, chair],
      ['SESSION_OPEN', FORM, { contestId, ...COMPOSITION, members: membersOf(commission) }, organiser],
      ['NOT_PRESIDING', PRESENT, { sessionId, present: [] }, member],
      ['NOT_A_MEMBER', PRESENT, { sessionId, present: [newId()] }, chair],
      ['NOT_FOUND', VOTE, { sessionId, question: 1, choice: 'FOR' }, seated()],
      ['QUESTION_UNKNOWN', VOTE, { sessionId, question: 2, choice: 'FOR' }, member],
      ['QUESTION_INVALID', QUESTION, { sessionId, text: 'Да?', proposals }, chair],
      [
        'APPLICATION_UNKNOWN',
        QUESTION,
        { sessionId, text: 'Об итогах', proposals: [{ ...proposals[0], applicationId: newId() }] },
        chair,
      ],
      [
        'REASON_REQUIRED',
        QUESTION,
        { sessionId, text: 'Об итогах отбора', proposals: [{ ...proposals[0], reason: 'да' }] },
        chair,
      ],
      ['NOT_IN_MINORITY', OPINION, { sessionId, question: 1, text: 'Я против этого решения' }, member],
      ['REASON_REQUIRED', RECUSE, { sessionId, question: 1, reason: 'нет' }, member],
      ['NOT_COUNTED', SIGN, { sessionId, hash: 'x' }, chair],
    ];
    for (const [code, document, input, who] of later)
      expect([code, codeOf(await setup.ask(document, input, who))]).toEqual([code, code]);
    const vote = { sessionId, question: 1, choice: 'FOR', idempotencyKey: key() };
    await setup.ask(VOTE, vote, member);
    expect(codeOf(await setup.ask(VOTE, vote, member))).toBeUndefined();
    expect(codeOf(await setup.ask(VOTE, { ...vote, choice: 'AGAINST' }, member))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(codeOf(await setup.ask(VOTE, { ...vote, idempotencyKey: key() }, member))).toBe('ALREADY_VOTED');
    const query = `query ($id: ID!) { commissionSession(id: $id) { ${SESSION} } }`;
    const seen = await Promise.all(
      [member, organiser, seated(), stranger].map(async (who) => (await setup.gql(query, { id: sessionId }, who)).data),
    );
    expect(seen.map(({ commissionSession }: any) => commissionSession !== null)).toEqual([true, true, false, false]);
    expect((await setup.gql(query, { id: sessionId }, expert())).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
