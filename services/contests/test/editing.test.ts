import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applicationPolicy } from '../src/application-policy.ts';
import { DESK_INPUT, DESK_MUTATIONS, deskAsk, deskCode, deskDoes } from './desk.ts';
import {
  ANSWERS,
  CONTENT,
  citizen,
  does,
  drafted,
  filed,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

/** Numbers are written with spaces that do not break. */
const spaced = (text: string): string => text.replaceAll(/\s/g, ' ');

const contentOf = async (id: string, as: any) => {
  const query = `query ($id: ID!) { application(id: $id) { version title beneficiaries answers totalCost funding { source amount } } }`;
  return (await service.gql(query, { id }, as)).data.application;
};

test('two editors of different fields keep both, whoever of them read which version', async () => {
  const { applicationId, lead, member } = await drafted(service, await openContest(service));
  const one = { applicationId, baseVersion: 1, content: { title: 'Площадка во дворе на Мира, 5' } };
  const other = { applicationId, baseVersion: 1, content: { beneficiaries: 640, answers: { supportersCount: 12 } } };
  await Promise.all([
    deskDoes(service, 'editApplication', one, lead),
    deskDoes(service, 'editApplication', other, member),
  ]);
  const content = await contentOf(applicationId, lead);
  expect(content).toMatchObject({ version: 3, title: one.content.title, beneficiaries: 640 });
  expect(content.answers).toEqual({ ...ANSWERS, supportersCount: 12 });
});

test('a field that both changed is a conflict that names it with both values, and nothing is half-written', async () => {
  const { applicationId, lead, member } = await drafted(service, await openContest(service));
  const first = { title: 'Площадка на улице Мира', totalCost: '950000.00' };
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: 1, content: first }, lead);
  const content = { title: 'Двор на улице Мира', totalCost: '970000.50', beneficiaries: 700 };
  const { application, rejection, conflicts } = await deskAsk(
    service,
    'editApplication',
    { applicationId, baseVersion: 1, content },
    member,
  );
  expect(application).toBeNull();
  expect(rejection.code).toBe('FIELD_CONFLICT');
  expect(conflicts.map((one: any) => ({ ...one, userMessage: spaced(one.userMessage) }))).toEqual([
    {
      field: 'title',
      fieldTitle: 'Название проекта',
      theirs: first.title,
      yours: content.title,
      version: 2,
      userMessage:
        'Поле «Название проекта» изменил другой участник, пока вы его правили: сохранено «Площадка на улице Мира», у вас «Двор на улице Мира».',
    },
    expect.objectContaining({
      field: 'totalCost',
      theirs: '950000.00',
      yours: '970000.50',
      userMessage: expect.stringContaining('сохранено 950 000 ₽, у вас 970 000,50 ₽'),
    }),
  ]);
  const kept = await contentOf(applicationId, lead);
  expect(kept).toMatchObject({ version: 2, title: first.title, beneficiaries: CONTENT.beneficiaries });

  // Having seen the conflict, the editor decides on the present version.
  const decided = await deskDoes(service, 'editApplication', { applicationId, baseVersion: 2, content }, member);
  expect(decided.application).toMatchObject({ version: 3, title: content.title });
});

test('the same value from both is no conflict, and answers are told apart by field', async () => {
  const { applicationId, lead, member } = await drafted(service, await openContest(service));
  const content = { title: 'Площадка на улице Мира', answers: { supportersCount: 5 } };
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: 1, content }, lead);
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: 1, content }, member);
  const late = { applicationId, baseVersion: 1, content: { answers: { supportersCount: 6 } } };
  const { conflicts } = await deskAsk(service, 'editApplication', late, member);
  expect(conflicts.map(({ field, theirs, yours }: any) => [field, theirs, yours])).toEqual([
    ['answers.supportersCount', 5, 6],
  ]);
  // An answer that is taken away differs from one that was changed.
  const gone = { applicationId, baseVersion: 1, content: { answers: { supportersCount: null } } };
  const removal = await deskAsk(service, 'editApplication', gone, lead);
  expect(removal.conflicts[0]).toMatchObject({ theirs: 5, yours: null });
});

test('thirty editors at once lose no field', async () => {
  const { applicationId, lead, member } = await drafted(service, await openContest(service));
  const names = Array.from({ length: 30 }, (_, index) => `note${index}`);
  const edit = async (name: string, index: number): Promise<void> => {
    const content = { answers: { [name]: index } };
    const input = { applicationId, baseVersion: 1, content };
    // A crowd on one application may be asked to repeat; the repetition has a key of its own.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const code = await deskCode(service, 'editApplication', input, index % 2 ? lead : member);
      if (code === null) return;
      expect(code).toBe('VERSION_CONFLICT');
    }
    throw new Error(`${name} was never saved`);
  };
  await Promise.all(names.map(edit));
  const { answers } = await contentOf(applicationId, lead);
  for (const [index, name] of names.entries()) expect(answers[name]).toBe(index);
});

test('an edit is refused to others, outside its states, with a base that never was, and repeated once', async () => {
  const { applicationId, lead, member } = await drafted(service, await openContest(service));
  const input = { applicationId, baseVersion: 1, content: { title: 'Площадка на улице Мира' } };
  expect(await deskCode(service, 'editApplication', input)).toBe('UNAUTHENTICATED');
  expect(await deskCode(service, 'editApplication', input, citizen())).toBe('NOT_FOUND');
  expect(await deskCode(service, 'editApplication', input, organiser)).toBe('FORBIDDEN');
  expect(await deskCode(service, 'editApplication', { ...input, baseVersion: 2 }, lead)).toBe('BASE_VERSION_UNKNOWN');
  expect(await deskCode(service, 'editApplication', { ...input, baseVersion: 0 }, lead)).toBe('BASE_VERSION_UNKNOWN');
  const deep = { ...input, content: { answers: { a: { $gt: 1 } } } };
  expect(await deskCode(service, 'editApplication', deep, lead)).toBe('BAD_USER_INPUT');

  const keyed = { ...input, idempotencyKey: key() };
  const first = await deskDoes(service, 'editApplication', keyed, member);
  expect(await deskDoes(service, 'editApplication', keyed, member)).toEqual(first);
  const misused = { ...keyed, content: { title: 'Другое название' } };
  expect(await deskCode(service, 'editApplication', misused, member)).toBe('IDEMPOTENCY_KEY_REUSED');
  await does(service, 'submitApplication', { applicationId }, lead);
  expect(await deskCode(service, 'editApplication', { ...input, baseVersion: 3 }, lead)).toBe('WRONG_STATE');
});

test('each mutation beside the main steps is refused to who did not sign in', async () => {
  expect(DESK_MUTATIONS.toSorted()).toEqual(Object.keys(applicationPolicy.Mutation).toSorted());
  const { applicationId } = await drafted(service, await openContest(service));
  for (const name of DESK_MUTATIONS)
    expect([name, await deskCode(service, name, DESK_INPUT(applicationId)[name])]).toEqual([name, 'UNAUTHENTICATED']);
});

const REVISIONS = `query ($id: ID!) { application(id: $id) {
  revisions { revision filedAt changes { field fieldTitle before after sentences } }
  reworks { revision answerBy remarks { number field fieldTitle text answer addressed } } } }`;

test('a rework leaves its differences field by field, its remarks and their answers', async () => {
  const { applicationId, lead, member } = await filed(service, await openContest(service));
  const remarks = [
    { field: 'funding', text: 'Уточните доли.' },
    { field: 'answers.plannedPeriod.end', text: 'Срок слишком короткий.' },
    { field: 'answers.problem', text: 'Кто пользуется двором?' },
  ];
  const answerBy = '2026-03-10T00:00:00.000Z';
  const { version } = await does(service, 'returnApplication', { applicationId, remarks, answerBy }, organiser);
  const content = {
    funding: [
      { source: 'MUNICIPAL', amount: '600000.00' },
      { source: 'CITIZENS', amount: '300000.00' },
    ],
    answers: {
      plannedPeriod: { start: '2026-05-01', end: '2026-10-01' },
      expectedResults: [{ text: 'Площадка для детей всех возрастов' }, { text: 'Освещение двора' }],
    },
  };
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: version, content }, member);
  expect(await deskCode(service, 'answerRemark', { applicationId, remark: 4, text: 'Жители' }, lead)).toBe(
    'REMARK_UNKNOWN',
  );
  expect(await deskCode(service, 'answerRemark', { applicationId, remark: 3, text: ' ' }, lead)).toBe('ANSWER_LENGTH');
  expect(await deskCode(service, 'answerRemark', { applicationId, remark: 3, text: 'Жители' }, organiser)).toBe(
    'FORBIDDEN',
  );
  const text = 'Жители трёх домов.';
  const { application } = await deskDoes(service, 'answerRemark', { applicationId, remark: 3, text }, member);
  expect(application.remarks.map(({ addressed }: any) => addressed)).toEqual([true, true, true]);
  await does(service, 'submitApplication', { applicationId }, lead);

  const seen = async (as: any) => (await service.gql(REVISIONS, { id: applicationId }, as)).data.application;
  const { revisions, reworks } = await seen(organiser);
  expect(await seen(member)).toEqual({ revisions, reworks });
  expect(revisions.map(({ revision }: any) => revision)).toEqual([1, 2]);
  expect(revisions[0].changes).toEqual([]);
  const sentences = revisions[1].changes.flatMap((change: any) => change.sentences.map(spaced));
  expect(sentences).toEqual([
    'поле «Средства по источникам» было местный бюджет 700 000 ₽, средства граждан 200 000 ₽, стало местный бюджет 600 000 ₽, средства граждан 300 000 ₽',
    'поле «Ожидаемые результаты», строка 2, было не задано, стало Результат — «Освещение двора»',
    expect.stringMatching(/^поле «Планируемые сроки реализации», «.+» было 30\.09\.2026, стало 01\.10\.2026$/),
  ]);
  expect(revisions[1].changes[0]).toMatchObject({
    field: 'funding',
    before: CONTENT.funding,
    after: content.funding,
  });
  expect(reworks).toEqual([
    {
      revision: 2,
      answerBy,
      remarks: remarks.map((remark, index) => ({
        ...remark,
        number: index + 1,
        fieldTitle: expect.any(String),
        answer: index === 2 ? text : null,
        addressed: true,
      })),
    },
  ]);

  // After the admission everybody sees the project, but not how it was worked on.
  await does(service, 'admitApplication', { applicationId }, organiser);
  expect(await seen(citizen())).toEqual({ revisions: null, reworks: null });
  expect(await seen(stranger)).toEqual({ revisions: null, reworks: null });
});
