import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { Authority, hasGost, signedBy, trustOf, type SignerFiles } from '@veche/kit/testing/authority';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { deskAsk, deskCode, deskDoes } from './desk.ts';
import { ANSWERS, ask, CONTENT, does, importer, startContests, type Contests } from './setup.ts';
import {
  CITY,
  decide,
  fileFor,
  firstTier,
  LATER_INTAKE,
  noteHead,
  ofMunicipality,
  projects,
  REGION,
  regional,
  secondTier,
  seen,
  sign,
  staffOf,
  tierOf,
  toSign,
  VILLAGE,
} from './setup-tiers.ts';

const NAME = { family: 'Соловьёва', given: 'Анна', middle: 'Петровна' };
const head: TestCaller & { sub: string } = { ...staffOf(CITY), sub: newId(), name: NAME };
const officer = staffOf(CITY);
const clerk = staffOf(VILLAGE);

let service: Contests;
let signer: SignerFiles;
let other: SignerFiles;
beforeAll(async () => {
  const authority = new Authority(hasGost() ? 'GOST-256' : 'RSA');
  signer = authority.person({ family: NAME.family, given: 'Анна Петровна' });
  other = authority.person({ family: 'Петров', given: 'Иван Иванович' });
  service = await startContests({ env: { SIGNATURE_TRUST_DIR: trustOf(authority) } });
  await noteHead(service, { oktmo: CITY, personId: head.sub, act: 'Решение думы № 1 от 10.01.2026' }, regional);
}, 60_000);
afterAll(() => service.stop());

/** Two projects each of a city and of a village have won there; the region takes them. */
async function twoMunicipalities(link: object = {}) {
  const municipal = { level: 'MUNICIPALITY' };
  const [city, village] = [
    await firstTier(service, municipal),
    await firstTier(service, { ...municipal, oktmo: VILLAGE }),
  ];
  const below = { from: 'BELOW', entry: 'FILING', perMunicipality: 1, ...link };
  const above = { oktmo: REGION, level: 'REGION', title: 'Региональный конкурс проектов' };
  const region = await secondTier(service, below, above);
  const [ofCity, ofVillage] = [
    await projects(service, city, 2),
    await projects(service, village, 2, { oktmo: VILLAGE, population: 300, beneficiaries: 200 }),
  ];
  service.clock.set(LATER_INTAKE);
  const won = (all: readonly { applicationId: string }[]) => all.map(({ applicationId }) => applicationId);
  await decide(service, city, 1, Object.fromEntries(won(ofCity).map((id) => [id, 'WINNER'])));
  await decide(service, village, 1, { [won(ofVillage)[0]!]: 'WINNER', [won(ofVillage)[1]!]: 'NOT_SELECTED' });
  return { region, city, village, ofCity: won(ofCity), ofVillage: won(ofVillage) };
}

/** An application of the city with the regional contest's answers, ready to be signed. */
async function drafted(link: object = {}) {
  const { region, ofCity } = await twoMunicipalities(link);
  const input = { contestId: region, sourceApplicationId: ofCity[0]!, municipality: CITY };
  const { application } = await fileFor(service, input, officer);
  return { region, source: ofCity[0]!, id: application.id as string };
}

const cms = async (id: string, by: SignerFiles = signer) => {
  const { bytes } = await toSign(service, id, head);
  return signedBy(by, Buffer.from(bytes, 'base64')).toString('base64');
};
const signedByHead = async (id: string) => sign(service, { applicationId: id, signature: await cms(id) }, head);
const submit = (id: string, as = officer) => ask(service, 'submitApplication', { applicationId: id }, as);

test('a village and a city file alike: the same functions, the same quota, the source linked both ways', async () => {
  const { region, ofCity, ofVillage } = await twoMunicipalities();
  const each = [
    { staff: officer, municipality: CITY, sources: ofCity },
    { staff: clerk, municipality: VILLAGE, sources: ofVillage },
  ];
  for (const { staff, municipality, sources } of each) {
    const [first] = sources;
    const input = { contestId: region, sourceApplicationId: first!, municipality };
    const { application, rejection } = await fileFor(service, input, staff);
    expect(rejection).toBeNull();
    expect(application).toMatchObject({
      state: 'DRAFT',
      title: CONTENT.title,
      answers: ANSWERS,
      applicantKind: 'MUNICIPALITY',
      municipality,
      source: { id: first, state: 'WINNER' },
    });
    expect((await seen(service, first!, staff)).raisedTo).toEqual([{ id: application.id, state: 'DRAFT' }]);
    expect(await ofMunicipality(service, municipality, staff)).toMatchObject([{ id: application.id }]);
  }
  const { tier } = await tierOf(service, region, regional);
  expect(tier.taken).toEqual([
    { oktmo: VILLAGE, count: 1 },
    { oktmo: CITY, count: 1 },
  ]);
  const more = { contestId: region, sourceApplicationId: ofCity[1]!, municipality: CITY };
  expect((await fileFor(service, more, officer)).rejection).toEqual({
    code: 'TIER_QUOTA_EXCEEDED',
    userMessage: 'Квота исчерпана: дальше проходит проектов — 1.',
    path: ['sourceApplicationId'],
  });
  const lost = { contestId: region, sourceApplicationId: ofVillage[1]!, municipality: VILLAGE };
  expect((await fileFor(service, lost, clerk)).rejection.code).toBe('FIRST_TIER_NOT_PASSED');
});

test('the document of what a municipality files is signed by its head alone', async () => {
  const { id } = await drafted();
  const { document } = await deskDoes(service, 'generateApplicationDocument', { applicationId: id }, officer);
  const { path, sha256 } = document.docx;
  const headers = { authorization: `Bearer ${await service.token(officer)}` };
  const bytes = Buffer.from(await (await fetch(`${service.url}${path}`, { headers })).arrayBuffer());
  const input = { documentId: document.id, sha256, signature: signedBy(signer, bytes).toString('base64') };
  expect(await deskCode(service, 'signDocument', input, officer)).toBe('NOT_SIGNER');
  const { document: signed } = await deskDoes(service, 'signDocument', input, head);
  expect(signed).toMatchObject({ signed: true, signatures: [{ role: 'HEAD', person: { id: head.sub } }] });
});

test('a municipality that the rule names by itself has another quota', async () => {
  const exceptions = [{ oktmo: CITY, most: 2 }];
  const { region, ofCity } = await twoMunicipalities({ exceptions });
  for (const sourceApplicationId of ofCity) {
    const input = { contestId: region, sourceApplicationId, municipality: CITY };
    expect((await fileFor(service, input, officer)).rejection).toBeNull();
  }
});

test('one project is filed once: a repetition gets the same answer, another request is told so', async () => {
  const { region, ofCity } = await twoMunicipalities();
  const input = { idempotencyKey: newId(), contestId: region, sourceApplicationId: ofCity[0]!, municipality: CITY };
  const answers = await Promise.all([1, 2, 3].map(() => fileFor(service, input, officer)));
  expect(new Set(answers.map(({ application }) => application.id)).size).toBe(1);
  const again = { ...input, idempotencyKey: newId() };
  expect((await fileFor(service, again, officer)).rejection.code).toBe('RAISED_ALREADY');
  expect((await fileFor(service, { ...input, sourceApplicationId: ofCity[1]! }, officer)).rejection.code).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});

describe('filed by the staff of that municipality alone', () => {
  test('neither another one, nor the region above, nor an organiser', async () => {
    const { region, ofCity, ofVillage } = await twoMunicipalities();
    const input = { contestId: region, sourceApplicationId: ofCity[0]!, municipality: CITY };
    for (const who of [clerk, staffOf(REGION), importer]) {
      expect(await fileFor(service, input, who)).toEqual({ error: 'FORBIDDEN' });
    }
    const foreign = { contestId: region, sourceApplicationId: ofVillage[0]!, municipality: CITY };
    expect((await fileFor(service, foreign, officer)).rejection.code).toBe('OUTSIDE_MUNICIPALITY');
    expect(await ofMunicipality(service, CITY, clerk)).toBe('FORBIDDEN');
    const overseen = await ofMunicipality(service, CITY, regional);
    expect(overseen.every(({ municipality }: any) => municipality === CITY)).toBe(true);
    expect(await ofMunicipality(service, '71818000', regional)).toEqual([]);
  });

  test('a draft of the municipality is not seen by others, and edited by nobody else', async () => {
    const { id } = await drafted();
    expect(await seen(service, id, clerk)).toBeNull();
    expect(await seen(service, id)).toBeNull();
    const edit = { applicationId: id, baseVersion: 1, content: { title: 'Площадка во дворе дома' } };
    expect((await deskAsk(service, 'editApplication', edit, clerk)).rejection.code).toBe('NOT_FOUND');
    await deskDoes(service, 'editApplication', edit, officer);
    expect(await seen(service, id, officer)).toMatchObject({ title: 'Площадка во дворе дома', revision: 1 });
  });
});

test('the head signs what is filed; a correction after remarks is a new version with its differences, signed anew, within its term', async () => {
  const { id, source } = await drafted();
  expect((await submit(id)).rejection).toMatchObject({
    code: 'HEAD_SIGNATURE_MISSING',
    userMessage: 'Эту редакцию заявки ещё не подписал глава муниципального образования.',
  });
  const { application } = await signedByHead(id);
  expect(application).toMatchObject({
    signedByHead: true,
    headSignatures: [{ kind: 'ENHANCED', revision: 1, person: { id: head.sub } }],
  });
  expect(application.headSignatures[0].verdict.passed).toContain('PERSON');
  expect((await submit(id)).application).toMatchObject({ state: 'SUBMITTED', number: '1', revision: 1 });

  const remarks = [{ field: 'answers.rationale', text: 'Уточните место.' }];
  const answerBy = '2026-04-20T00:00:00Z';
  await does(service, 'returnApplication', { applicationId: id, remarks, answerBy }, regional);
  const { version } = await seen(service, id, officer);
  const rationale = `${ANSWERS.rationale} Место выбрано собранием.`;
  const edit = { applicationId: id, baseVersion: version, content: { answers: { rationale } } };
  await deskDoes(service, 'editApplication', edit, officer);
  await deskDoes(service, 'answerRemark', { applicationId: id, remark: 1, text: 'Место указано.' }, officer);
  expect((await submit(id)).rejection.code).toBe('HEAD_SIGNATURE_MISSING');
  await signedByHead(id);
  service.clock.set('2026-04-21T00:00:00Z');
  expect((await submit(id)).rejection.code).toBe('TERM_PASSED');
  service.clock.set('2026-04-19T00:00:00Z');
  expect((await submit(id)).application).toMatchObject({ state: 'SUBMITTED', number: '1', revision: 2 });
  const { data } = await service.gql(
    `query ($id: ID!) { application(id: $id) { signedByHead headSignatures { revision }
      revisions { revision changes { field } } reworks { revision remarks { addressed answer } } } }`,
    { id },
    officer,
  );
  expect(data.application).toEqual({
    signedByHead: true,
    headSignatures: [{ revision: 1 }, { revision: 2 }],
    revisions: [
      { revision: 1, changes: [] },
      { revision: 2, changes: [{ field: 'answers.rationale' }] },
    ],
    reworks: [{ revision: 2, remarks: [{ addressed: true, answer: 'Место указано.' }] }],
  });
  expect((await seen(service, source, officer)).raisedTo).toEqual([{ id, state: 'SUBMITTED' }]);
});

describe('a signature that does not hold is refused', () => {
  test('one that is not the head, another person’s certificate, other bytes, and what was edited after it', async () => {
    const { id } = await drafted();
    const input = { applicationId: id, signature: await cms(id) };
    expect((await sign(service, input, officer)).rejection.code).toBe('NOT_HEAD');
    expect(await sign(service, input, clerk)).toMatchObject({ rejection: { code: 'NOT_FOUND' } });
    const foreign = { applicationId: id, signature: await cms(id, other) };
    expect((await sign(service, foreign, head)).rejection.code).toBe('CERTIFICATE_OTHER_PERSON');
    const otherBytes = signedBy(signer, Buffer.from('{}')).toString('base64');
    expect((await sign(service, { applicationId: id, signature: otherBytes }, head)).rejection.code).toBe(
      'SIGNATURE_OTHER_DOCUMENT',
    );
    const once = { ...input, idempotencyKey: newId() };
    const first = await sign(service, once, head);
    expect(first.rejection).toBeNull();
    expect((await sign(service, once, head)).rejection).toBeNull();
    expect((await sign(service, input, head)).rejection.code).toBe('SIGNED_ALREADY');
    const { rejection } = await sign(service, { ...once, signature: otherBytes }, head);
    expect(rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const edit = { applicationId: id, baseVersion: 1, content: { beneficiaries: 600 } };
    await deskDoes(service, 'editApplication', edit, officer);
    expect((await submit(id)).rejection.code).toBe('HEAD_SIGNATURE_MISSING');
  });

  test('a simple one needs the rule and the second factor', async () => {
    const { id } = await drafted();
    const strong: TestCaller = { ...head, amr: ['pwd', 'otp'] };
    expect((await sign(service, { applicationId: id }, strong)).rejection.code).toBe('SIMPLE_SIGNATURE_NOT_ALLOWED');
    const { id: simple } = await drafted({ signature: 'SIMPLE' });
    expect((await sign(service, { applicationId: simple }, head)).rejection.code).toBe('SECOND_FACTOR_REQUIRED');
    const { application } = await sign(service, { applicationId: simple }, strong);
    expect(application.headSignatures).toMatchObject([{ kind: 'SIMPLE', cms: null, verdict: null }]);
    expect((await submit(simple)).application).toMatchObject({ state: 'SUBMITTED' });
  });

  test('who signs for a municipality is said from above', async () => {
    const input = { oktmo: VILLAGE, personId: newId(), act: 'Решение совета депутатов № 3' };
    const ofVillage: TestCaller = { sub: newId(), roles: ['organiser'], territories: [VILLAGE] };
    expect(await noteHead(service, input, ofVillage)).toEqual({ error: 'FORBIDDEN' });
    expect((await noteHead(service, { ...input, act: '—' }, regional)).rejection.code).toBe('HEAD_INVALID');
    expect((await noteHead(service, { ...input, personId: 'глава' }, regional)).rejection.code).toBe('HEAD_INVALID');
    const { head: noted } = await noteHead(service, { ...input, oktmo: `${VILLAGE}000` }, regional);
    expect(noted).toMatchObject({ oktmo: VILLAGE, terms: [{ act: input.act, person: { id: input.personId } }] });
  });
});
