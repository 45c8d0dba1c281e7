import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
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
import { CLOSE, OPINION, RECUSE, SIGN, VOTE, decided, formed, sitting } from './setup-commission.ts';

const FILE = 'mediaType bytes sha256 path';
const DOCUMENT = `id number createdAt data dataSha256 docx { ${FILE} } pdf { ${FILE} }`;
const generating = (name: string, type: string) => `mutation ($input: ${type}!) {
  ${name}(input: $input) { document { ${DOCUMENT} } rejection { code userMessage path } } }`;
const PROTOCOL = generating('generateCommissionProtocol', 'GenerateCommissionProtocolInput');
const LETTER = generating('generateDecisionLetter', 'GenerateDecisionLetterInput');
const LIST = generating('generateRankingList', 'GenerateRankingListInput');

const soffice = !spawnSync('soffice', ['--version']).error;
let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const download = async (path: string, as?: TestCaller): Promise<Response> =>
  fetch(`${setup.url}${path}`, { headers: as ? { authorization: `Bearer ${await setup.token(as)}` } : {} });
const textOf = async (path: string, as: TestCaller): Promise<string> => {
  const docx = Buffer.from(await (await download(path, as)).arrayBuffer());
  const xml = new PizZip(docx).file('word/document.xml')!.asText();
  return xml
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00A0', ' ')
    .replace(/ +/g, ' ');
};
const member = (): TestCaller & { sub: string } => ({ sub: newId(), roles: ['citizen'] });

/** Two ranked applications with 45 and 22.5 points; the second one's group is the caller. */
async function ranked() {
  const applicant = member();
  const contest = { title: 'Проекты Сургута', timeZone: 'Asia/Yekaterinburg' };
  const told = await story(setup, { applications: 2, contest });
  const [first, second] = told.applicationIds as [string, string];
  await setup.bus.deliver(admitted(told.contestId, { applicationId: second, number: '2', memberIds: [applicant.sub] }));
  await scored(setup, told.sheets[0]![0], [10, 10, 10], told.experts[0]!);
  await scored(setup, told.sheets[1]![0], [5, 5, 5], told.experts[0]!);
  await setup.ask(DETERMINE, { contestId: told.contestId }, organiser);
  return { contestId: told.contestId, first, second, applicant };
}

test('counted minutes become a protocol with votes, casting vote, recusal, opinion, decision; signed ones say who signed', async () => {
  const { contestId, first, second } = await ranked();
  const commission = await formed(setup, contestId);
  const { chair, secretary, first: one, second: two } = commission;
  const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER', [second]: 'NOT_SELECTED' });
  expect((await setup.ask(PROTOCOL, { sessionId }, secretary)).rejection.code).toBe('NOT_COUNTED');
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'FOR' }, chair);
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'ABSTAIN' }, secretary);
  await setup.ask(VOTE, { sessionId, question: 1, choice: 'AGAINST' }, one);
  await setup.ask(OPINION, { sessionId, question: 1, text: 'Смета второй заявки убедительнее' }, one);
  await setup.ask(RECUSE, { sessionId, question: 1, reason: 'Заявку подала моя сестра' }, two);
  const { session } = await setup.ask(CLOSE, { sessionId }, secretary);
  const again = key();
  const { document, rejection } = await setup.ask(PROTOCOL, { sessionId, idempotencyKey: again }, one);
  expect(rejection).toBeNull();
  expect(document.number).toMatch(/^П-2026-\d+$/);
  expect(document.dataSha256).toBe(sha256Hex(canonicalJson(document.data)));
  expect(document.data).toMatchObject({ minutesSha256: session.minutes.hash, winners: [{ amount: 1_000_000_00 }] });
  const text = await textOf(document.docx.path, organiser);
  for (const said of [
    'ПРОТОКОЛ № 1',
    'Проекты Сургута',
    'Конкурсная комиссия города. Образована: Постановление № 17 от 01.02.2026.',
    'ул. Ленина, 1, 12.03.2026. Форма проведения: очная. Начало: 14:00',
    'Кворум (более половины имеющих право голоса) имеется.',
    'председатель участвует',
    'Об итогах конкурсного отбора',
    'Не участвует в решении № 4: Заявку подала моя сестра',
    'Решили: принять предложенное. Заявку № 1 (Сквер у школы) признать победителем. По итогам рейтинга и обсуждения',
    'Заявку № 2 (Сквер у школы) считать не прошедшей отбор.',
    'Голосовали: «за» — 1, «против» — 1, «воздержались» — 1. Голоса разделились поровну, решающим был голос председателя.',
    'Поимённо: № 1 — за; № 2 — воздержался; № 3 — против.',
    'Особое мнение № 3: Смета второй заявки убедительнее',
    'Стоимость проектов-победителей: 1 000 000,00 руб. (Один миллион рублей 00 копеек).',
    `SHA-256 протокола: ${session.minutes.hash}`,
    '(подпись)',
  ])
    expect(text).toContain(said);
  for (const who of [secretary, chair]) await setup.ask(SIGN, { sessionId, hash: session.minutes.hash }, who);
  const signed = (await setup.ask(PROTOCOL, { sessionId }, organiser)).document;
  const after = await textOf(signed.docx.path, two);
  expect(after).toContain('Протокол подписали');
  expect(after).not.toContain('(подпись)');
  expect(after).toContain('12.03.2026 14:00');
  expect(Number(signed.number.split('-')[2])).toBe(Number(document.number.split('-')[2]) + 1);
  expect((await setup.ask(PROTOCOL, { sessionId, idempotencyKey: again }, one)).document).toEqual(document);
  const query = `query ($id: ID!) { commissionSession(id: $id) { documents { ${DOCUMENT} } } }`;
  const { data } = await setup.gql(query, { id: sessionId }, chair);
  expect(data.commissionSession.documents).toEqual([document, signed]);
});

test('a question that was voted down says so and has no winner', async () => {
  const { contestId, first } = await ranked();
  const commission = await formed(setup, contestId);
  const sessionId = await sitting(setup, contestId, commission, { [first]: 'WINNER' });
  for (const who of Object.values(commission))
    await setup.ask(VOTE, { sessionId, question: 1, choice: 'AGAINST' }, who);
  await setup.ask(CLOSE, { sessionId }, commission.chair);
  const { document } = await setup.ask(PROTOCOL, { sessionId }, organiser);
  expect(document.data.winners).toEqual([]);
  const text = await textOf(document.docx.path, organiser);
  expect(text).toContain('Решили: предложенное отклонить.');
  expect(text).not.toContain('Победители');
});

test('the letter tells the applicant outcome, score, place, reason and the last day of an appeal', async () => {
  const { contestId, first, second, applicant } = await ranked();
  expect((await setup.ask(LETTER, { applicationId: second }, applicant)).rejection.code).toBe('NOT_DECIDED');
  const commission = await formed(setup, contestId);
  await decided(setup, contestId, commission, { [first]: 'WINNER', [second]: 'NOT_SELECTED' });
  const { document } = await setup.ask(LETTER, { applicationId: second }, applicant);
  expect(document.number).toMatch(/^У-2026-\d+$/);
  const text = await textOf(document.docx.path, applicant);
  for (const said of [
    'Конкурсная комиссия города рассмотрела заявку № 2 (Сквер у школы) на заседании № 1. Решение вступило в силу 12.03.2026.',
    'Решение: считать не прошедшей отбор.',
    'Основание: По итогам рейтинга и обсуждения',
    'Итоговый балл заявки: 22,50, место в рейтинге: 2.',
    // Ten working days after Thursday 12 March end with Thursday 26 March.
    'Решение можно обжаловать по 26.03.2026 включительно',
  ])
    expect(text).toContain(said);
  for (const nobody of [member(), stranger, expert()]) {
    expect((await setup.ask(LETTER, { applicationId: second }, nobody)).rejection.code).toBe('NOT_FOUND');
    expect((await download(document.docx.path, nobody)).status).toBe(404);
  }
  expect((await setup.ask(LETTER, { applicationId: first }, applicant)).rejection.code).toBe('NOT_FOUND');
  expect((await setup.ask(LETTER, { applicationId: first }, commission.first)).document.data.outcome).toBe(
    'признать победителем',
  );
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application {
    commissionDecision { letters { ${DOCUMENT} } } } } }`;
  const lettersFor = async (as?: TestCaller) =>
    (await setup.gql(query, { of: [{ __typename: 'Application', id: second }] }, as)).data._entities[0]
      .commissionDecision.letters;
  expect(await lettersFor(applicant)).toEqual([document]);
  expect(await lettersFor(member())).toEqual([]);
});

test('where the rules know no appeal the letter says so', async () => {
  const { contestId, second, applicant } = await ranked();
  const commission = await formed(setup, contestId, { appealDays: 0 });
  await decided(setup, contestId, commission, { [second]: 'RESERVE' });
  const { document } = await setup.ask(LETTER, { applicationId: second }, applicant);
  expect(await textOf(document.docx.path, applicant)).toContain('не предусматривает обжалования в комиссию');
});

test('the list of a ranking shows places, scores and why somebody does not take part', async () => {
  const bare = newId();
  await setup.bus.deliver(published(bare));
  expect((await setup.ask(LIST, { contestId: bare }, organiser)).rejection.code).toBe('NO_RANKING');
  const { contestId } = await ranked();
  const { document } = await setup.ask(LIST, { contestId }, organiser);
  expect(document.number).toMatch(/^Р-2026-\d+$/);
  const text = await textOf(document.docx.path, organiser);
  expect(text).toContain('1 № 1 Сквер у школы 45,00');
  expect(text).toContain('2 № 2 Сквер у школы 22,50');
  expect((await setup.ask(LIST, { contestId }, stranger)).rejection.code).toBe('NOT_FOUND');
  expect((await download(document.docx.path, stranger)).status).toBe(404);
  expect((await setup.ask(LIST, { contestId: newId() }, organiser)).rejection.code).toBe('NOT_FOUND');
});

test('a protocol is for members, organisers and auditors of the place', async () => {
  const { contestId, first } = await ranked();
  const commission = await formed(setup, contestId);
  const { id: sessionId } = await decided(setup, contestId, commission, { [first]: 'WINNER' });
  const { document } = await setup.ask(PROTOCOL, { sessionId }, commission.first);
  const outsider: TestCaller = { sub: newId(), roles: ['commission'] };
  for (const nobody of [outsider, stranger]) {
    expect((await setup.ask(PROTOCOL, { sessionId }, nobody)).rejection.code).toBe('NOT_FOUND');
    expect((await download(document.docx.path, nobody)).status).toBe(404);
  }
  const { errors } = await setup.gql(PROTOCOL, { input: { idempotencyKey: key(), sessionId } }, member());
  expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
  expect((await download(document.docx.path)).status).toBe(404);
  expect((await download(document.docx.path.replace('commission', 'score-sheets'), organiser)).status).toBe(404);
  expect((await setup.ask(PROTOCOL, { sessionId: newId() }, organiser)).rejection.code).toBe('NOT_FOUND');
});

(soffice ? test : test.skip)('where the converter is installed the protocol is printed too', async () => {
  const usual = setup;
  setup = await setUp({ env: { DOCUMENTS_SOFFICE: 'soffice' } });
  try {
    const { contestId, first } = await ranked();
    const commission = await formed(setup, contestId);
    const { id: sessionId } = await decided(setup, contestId, commission, { [first]: 'WINNER' });
    const { document } = await setup.ask(PROTOCOL, { sessionId }, commission.chair);
    const pdf = Buffer.from(await (await download(document.pdf.path, commission.chair)).arrayBuffer());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(sha256Hex(pdf)).toBe(document.pdf.sha256);
  } finally {
    await setup.stop();
    setup = usual;
  }
});
